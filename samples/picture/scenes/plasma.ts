import { rampOf } from '../colour.js';
import { noiseTexture, TEXTURE_MASK, TEXTURE_SIDE } from '../texture.js';
import type { SceneMaker } from './scene.js';

/** Clouds, smoke, water: two textures drift across each other, and their sum runs through a ramp of colours. */
export const plasma: SceneMaker = (random, look) => {
  const first = noiseTexture(random, random.int(4, 8), 3);
  const second = noiseTexture(random, random.int(5, 10), 3);
  const ramp = rampOf(look, random);
  const drift = () => look.pace * random.range(8, 40) * (random.chance(0.5) ? 1 : -1);
  const [ax, ay, bx, by] = [drift(), drift() / 3, drift(), drift() / 3];
  const swell = random.range(4, 14);
  const rate = random.range(0.6, 1.8);
  return {
    paint({ pixels, width, height }, time) {
      for (let y = 0, at = 0; y < height; y++) {
        const sway = Math.round(swell * Math.sin(y / 23 + rate * time));
        const rowA = (Math.floor(y + ay * time) & TEXTURE_MASK) * TEXTURE_SIDE;
        const rowB = (Math.floor(y + by * time + sway) & TEXTURE_MASK) * TEXTURE_SIDE;
        const fromA = Math.floor(ax * time) + sway;
        const fromB = Math.floor(bx * time);
        for (let x = 0; x < width; x++) {
          const a = first[rowA + ((x + fromA) & TEXTURE_MASK)]!;
          const b = second[rowB + ((x + fromB) & TEXTURE_MASK)]!;
          pixels[at++] = ramp[Math.max(0, Math.min(255, a + b - 128))]!;
        }
      }
    },
  };
};
