import type { Random } from '../../random.js';
import type { Canvas } from '../canvas.js';
import type { Look } from '../colour.js';

/** One shot of a title: paints the whole canvas as it looks `time` seconds after the cut, in any order of times. */
export interface Scene {
  paint(canvas: Canvas, time: number): void;
}

export type SceneMaker = (random: Random, look: Look) => Scene;
