import { colourOf, rampOf } from '../colour.js';
import { noiseLine } from '../texture.js';
import type { SceneMaker } from './scene.js';

const LINE = 1024;

/** Hills behind hills, the near ones passing faster than the far ones, under a sky with a sun or moon. */
export const landscape: SceneMaker = (random, look) => {
  const sky = rampOf(look, random, 0.25, 0.95);
  const sunX = random.range(30, 290);
  const sunY = random.range(15, 70);
  const sunSize = random.range(7, 24);
  const sunColour = colourOf(look, random, 0.92);
  const clouds = noiseLine(random, LINE, random.int(9, 20), 3);
  const direction = random.chance(0.5) ? 1 : -1;
  const layers = Array.from({ length: random.int(3, 5) }, (_, index, count = 4) => ({
    ridge: noiseLine(random, LINE, random.int(4, 10) * (index + 1), 4),
    colour: colourOf(look, random, 0.62 - (0.5 * index) / count),
    shade: colourOf(look, random, 0.42 - (0.36 * index) / count),
    base: 55 + (index * 120) / count + random.range(-14, 14),
    rise: random.range(40, 95) - index * 8,
    speed: direction * look.pace * (6 + index * index * 9) * random.range(0.7, 1.3),
    start: random.range(0, LINE),
  }));
  return {
    paint(canvas, time) {
      const { pixels, width, height } = canvas;
      for (let y = 0; y < height; y++) {
        const band = clouds[Math.floor(y * 4 + time * 3) % LINE]! * 90;
        pixels.fill(sky[Math.min(255, Math.floor((y / height) * 170 + band))]!, y * width, (y + 1) * width);
      }
      canvas.disc(sunX + direction * time * 1.5, sunY, sunSize, sunColour);
      for (const layer of layers) {
        for (let x = 0; x < width; x++) {
          const at = (Math.floor(x + layer.start + layer.speed * time) + LINE * 16) % LINE;
          const height01 = layer.ridge[at]!;
          const slope = layer.ridge[(at + 3) % LINE]! - height01;
          const top = Math.max(0, Math.floor(layer.base + layer.rise * (0.5 - height01) * 2));
          const colour = slope > 0 ? layer.colour : layer.shade;
          for (let y = top, pixel = top * width + x; y < height; y++, pixel += width) pixels[pixel] = colour;
        }
      }
    },
  };
};
