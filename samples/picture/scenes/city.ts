import type { Random } from '../../random.js';
import { colourOf, type Look, rampOf } from '../colour.js';
import type { SceneMaker } from './scene.js';

const STREET = 900;

interface House {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly wall: number;
  readonly lit: number;
  readonly columns: number;
  /** Which windows are lit: one bit each, and when the pattern changes. */
  readonly windows: number;
}

function houses(random: Random, look: Look, lightness: number, tallest: number): House[] {
  const row: House[] = [];
  for (let left = 0; left < STREET; ) {
    const width = random.range(22, 64);
    row.push({
      left,
      width,
      top: 165 - random.range(0.35, 1) * tallest,
      wall: colourOf(look, random, lightness * random.range(0.5, 1.5)),
      lit: colourOf(look, random, 0.85),
      columns: random.int(2, 5),
      windows: random.int(1, 2 ** 30),
    });
    left += width + random.range(-4, 10);
  }
  return row;
}

/** Two rows of houses with lit windows, passing at different speeds, and traffic in front. */
export const city: SceneMaker = (random, look) => {
  const sky = rampOf(look, random, 0.1, 0.8);
  const far = houses(random, look, 0.4, 130);
  const near = houses(random, look, 0.2, 95);
  const ground = colourOf(look, random, 0.15);
  const direction = random.chance(0.5) ? 1 : -1;
  const farSpeed = direction * look.pace * random.range(8, 16);
  const nearSpeed = direction * look.pace * random.range(22, 45);
  const cars = Array.from({ length: random.int(3, 8) }, () => ({
    start: random.range(0, 420),
    speed: random.range(40, 130) * (random.chance(0.5) ? 1 : -1),
    lane: random.range(158, 172),
    length: random.range(14, 30),
    colour: colourOf(look, random, random.range(0.3, 0.9)),
  }));
  return {
    paint(canvas, time) {
      for (let y = 0; y < 165; y++)
        canvas.pixels.fill(sky[Math.floor(60 + y)]!, y * canvas.width, (y + 1) * canvas.width);
      canvas.rectangle(0, 160, canvas.width, 20, ground);
      for (const [row, speed] of [[far, farSpeed] as const, [near, nearSpeed] as const]) {
        for (const house of row) {
          const left = ((((house.left + speed * time) % STREET) + STREET) % STREET) - 100;
          if (left > canvas.width) continue;
          canvas.rectangle(left, house.top, house.width, 165 - house.top, house.wall);
          const cell = house.width / house.columns;
          for (let y = house.top + 5, bit = 0; y < 156; y += 11)
            for (let column = 0; column < house.columns; column++, bit = (bit + 7) % 29)
              if ((house.windows >> bit) & 1)
                canvas.rectangle(left + column * cell + cell * 0.25, y, cell * 0.5, 6, house.lit);
        }
      }
      for (const car of cars) {
        const x = ((((car.start + car.speed * time) % 420) + 420) % 420) - 50;
        canvas.rectangle(x, car.lane, car.length, 6, car.colour);
        canvas.disc(x + 4, car.lane + 6, 2.5, 0xff101010);
        canvas.disc(x + car.length - 4, car.lane + 6, 2.5, 0xff101010);
      }
    },
  };
};
