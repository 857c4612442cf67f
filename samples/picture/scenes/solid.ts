import type { Random } from '../../random.js';
import { colourOf, type Look } from '../colour.js';
import { backdrop } from './backdrop.js';
import type { SceneMaker } from './scene.js';

const CUBE = [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [-1, 1].map((z) => [x, y, z] as const)));
const FACES = [
  [0, 1, 3, 2],
  [4, 5, 7, 6],
  [0, 1, 5, 4],
  [2, 3, 7, 6],
  [0, 2, 6, 4],
  [1, 3, 7, 5],
] as const;

function box(random: Random, look: Look) {
  return {
    size: [random.range(14, 44), random.range(14, 44), random.range(14, 44)] as const,
    spin: [random.range(-1.6, 1.6), random.range(-1.6, 1.6)] as const,
    phase: [random.range(0, 6), random.range(0, 6)] as const,
    x: random.range(60, 260),
    y: random.range(45, 135),
    roam: random.range(10, 60),
    rate: random.range(0.3, 1.1) * look.pace,
    colours: FACES.map(() => colourOf(look, random, random.range(0.15, 0.9))),
  };
}

/** Boxes that turn in space, seen in perspective, their far faces painted first. */
export const solid: SceneMaker = (random, look) => {
  const behind = backdrop(random, look);
  const boxes = Array.from({ length: random.int(2, 4) }, () => box(random, look));
  const seen = new Float64Array(24);
  const corners = new Float64Array(8);
  return {
    paint(canvas, time) {
      behind.paint(canvas, time);
      for (const one of boxes) {
        const turnX = one.phase[0] + one.spin[0] * time;
        const turnY = one.phase[1] + one.spin[1] * time;
        const centreX = one.x + one.roam * Math.sin(one.rate * time + one.phase[0]);
        const centreY = one.y + one.roam * 0.5 * Math.cos(one.rate * time + one.phase[1]);
        CUBE.forEach(([cx, cy, cz], i) => {
          const x = cx * one.size[0];
          const y = cy * one.size[1] * Math.cos(turnX) - cz * one.size[2] * Math.sin(turnX);
          const z = cy * one.size[1] * Math.sin(turnX) + cz * one.size[2] * Math.cos(turnX);
          const depth = z * Math.cos(turnY) - x * Math.sin(turnY);
          const scale = 220 / (220 + depth);
          seen[i * 3] = centreX + (x * Math.cos(turnY) + z * Math.sin(turnY)) * scale;
          seen[i * 3 + 1] = centreY + y * scale;
          seen[i * 3 + 2] = depth;
        });
        const order = FACES.map((face, i) => ({
          i,
          depth: face.reduce<number>((sum, corner) => sum + seen[corner * 3 + 2]!, 0),
        })).sort((a, b) => b.depth - a.depth);
        for (const { i } of order) {
          FACES[i]!.forEach((corner, k) => {
            corners[k * 2] = seen[corner * 3]!;
            corners[k * 2 + 1] = seen[corner * 3 + 1]!;
          });
          canvas.polygon(corners, one.colours[i]!);
        }
      }
    },
  };
};
