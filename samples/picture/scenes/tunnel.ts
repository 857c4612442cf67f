import { rampOf } from '../colour.js';
import { noiseTexture, TEXTURE_MASK, TEXTURE_SIDE } from '../texture.js';
import type { SceneMaker } from './scene.js';

/** A ride through a bent pipe: each pixel's angle and depth are worked out once, then the texture moves past. */
export const tunnel: SceneMaker = (random, look) => {
  const texture = noiseTexture(random, random.int(6, 12), 3);
  const ramp = rampOf(look, random, 0.08, 0.95);
  const centreX = random.range(90, 230);
  const centreY = random.range(55, 125);
  const lens = random.range(4000, 9000);
  const bend = random.range(0.5, 1.5);
  const speed = look.pace * random.range(60, 160);
  const turn = random.range(-60, 60);
  const angles = new Uint16Array(320 * 180);
  const depths = new Uint16Array(320 * 180);
  const glow = new Uint8Array(320 * 180);
  for (let y = 0, at = 0; y < 180; y++) {
    for (let x = 0; x < 320; x++, at++) {
      const distance = Math.hypot(x - centreX, (y - centreY) * bend) + 6;
      angles[at] = ((Math.atan2(y - centreY, x - centreX) / (2 * Math.PI) + 1) * TEXTURE_SIDE) & TEXTURE_MASK;
      depths[at] = Math.min(4095, lens / distance);
      glow[at] = Math.min(255, distance * 2.2);
    }
  }
  return {
    paint({ pixels }, time) {
      const forward = Math.floor(speed * time);
      const round = Math.floor(turn * time);
      for (let at = 0; at < pixels.length; at++) {
        const row = ((depths[at]! + forward) & TEXTURE_MASK) * TEXTURE_SIDE;
        const value = texture[row + ((angles[at]! + round) & TEXTURE_MASK)]!;
        pixels[at] = ramp[(value * glow[at]!) >> 8]!;
      }
    },
  };
};
