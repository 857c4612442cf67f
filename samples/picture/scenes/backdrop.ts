import type { Random } from '../../random.js';
import { type Look, rampOf } from '../colour.js';
import { noiseTexture, TEXTURE_MASK, TEXTURE_SIDE } from '../texture.js';
import type { Scene } from './scene.js';

/** Blurred scenery behind other things: a texture that the camera pans across and slowly zooms into. */
export function backdrop(random: Random, look: Look, coarse = random.int(4, 9)): Scene {
  const texture = noiseTexture(random, coarse, 4);
  const ramp = rampOf(look, random, 0.05, 0.75);
  const startX = random.range(0, TEXTURE_SIDE);
  const startY = random.range(0, TEXTURE_SIDE);
  const angle = random.range(0, 2 * Math.PI);
  const speed = look.pace * random.range(6, 26);
  const zoom = random.range(0.7, 1.2);
  const zoomRate = random.range(-0.03, 0.03);
  return {
    paint(canvas, time) {
      const step = zoom * Math.exp(zoomRate * time);
      const left = startX + Math.cos(angle) * speed * time;
      const top = startY + Math.sin(angle) * speed * time;
      const { pixels, width, height } = canvas;
      for (let y = 0, at = 0; y < height; y++) {
        const row = (Math.floor(top + y * step) & TEXTURE_MASK) * TEXTURE_SIDE;
        for (let x = 0, u = left; x < width; x++, u += step)
          pixels[at++] = ramp[texture[row + (Math.floor(u) & TEXTURE_MASK)]!]!;
      }
    },
  };
}
