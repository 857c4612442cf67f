import { rampOf } from '../colour.js';
import type { SceneMaker } from './scene.js';

/** A wall of tiles, each brightening and fading in its own rhythm, while the camera slides along the wall. */
export const mosaic: SceneMaker = (random, look) => {
  const ramp = rampOf(look, random, 0.04, 0.95);
  const side = random.range(22, 48);
  const columns = Math.ceil(640 / side);
  const rows = Math.ceil(180 / side) + 4;
  const speed = look.pace * random.range(-40, 40);
  const tilt = random.range(-0.25, 0.25);
  const tiles = Array.from({ length: columns * rows }, () => ({
    level: random.range(20, 235),
    swing: random.range(10, 80),
    rate: random.range(0.4, 2.6),
    phase: random.range(0, 6.3),
    inset: random.range(0, side * 0.3),
  }));
  return {
    paint(canvas, time) {
      canvas.pixels.fill(ramp[12]!);
      const slide = (((speed * time) % (columns * side)) + columns * side) % (columns * side);
      tiles.forEach((tile, index) => {
        const column = index % columns;
        const x = ((column * side + slide) % (columns * side)) - side;
        if (x > canvas.width) return;
        const y = (Math.floor(index / columns) - 2) * side + x * tilt;
        const value = tile.level + tile.swing * Math.sin(tile.rate * time + tile.phase);
        const colour = ramp[Math.max(0, Math.min(255, Math.round(value)))]!;
        const inset = tile.inset / 2;
        canvas.rectangle(x + inset, y + inset, side - tile.inset, side - tile.inset, colour);
      });
    },
  };
};
