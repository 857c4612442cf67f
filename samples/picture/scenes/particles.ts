import { colourOf } from '../colour.js';
import { backdrop } from './backdrop.js';
import type { SceneMaker } from './scene.js';

/** Balls, sparks or snow: many discs on paths of their own across a drifting backdrop. */
export const particles: SceneMaker = (random, look) => {
  const behind = backdrop(random, look);
  const wind = random.range(-50, 50) * look.pace;
  const fall = random.range(-45, 60) * look.pace;
  const discs = Array.from({ length: random.int(18, 60) }, () => {
    const depth = random.range(0.3, 1);
    return {
      x: random.range(0, 400),
      y: random.range(0, 260),
      vx: wind * depth + random.range(-15, 15),
      vy: fall * depth + random.range(-10, 10),
      swing: random.range(2, 18),
      rate: random.range(0.5, 3),
      phase: random.range(0, 6),
      radius: depth * random.range(4, 17),
      colour: colourOf(look, random, random.range(0.2, 0.95)),
    };
  });
  const wrap = (value: number, length: number) => ((value % length) + length) % length;
  return {
    paint(canvas, time) {
      behind.paint(canvas, time);
      for (const disc of discs) {
        const sway = disc.swing * Math.sin(disc.rate * time + disc.phase);
        const x = wrap(disc.x + disc.vx * time, 400) - 40 + sway;
        const y = wrap(disc.y + disc.vy * time, 260) - 40;
        canvas.disc(x, y, disc.radius, disc.colour);
      }
    },
  };
};
