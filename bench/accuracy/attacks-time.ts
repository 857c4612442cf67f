import type { Step } from './attacks-recipe.js';
import { HERTZ } from './render-graph.js';

/** Played faster as PAL plays cinema: every picture stays, the pitch follows. */
export function playedFaster(factor: number): readonly Step[] {
  return [
    (g) => {
      g.filterPicture(`setpts=PTS/${factor}`);
      g.rate = Math.min(60, g.rate * factor);
    },
    (g) => g.filterSound(`asetrate=${Math.round(HERTZ * factor)},aresample=${HERTZ}`),
  ];
}

/** Played faster with pitch and picture rate kept. */
export function tempo(factor: number): readonly Step[] {
  return [(g) => g.filterPicture(`setpts=PTS/${factor}`), (g) => g.filterSound(`atempo=${factor}`)];
}

/** The pitch moved, the tempo kept. */
export function pitch(factor: number): Step {
  return (g) =>
    g.filterSound(
      `asetrate=${Math.round(HERTZ * factor)},aresample=${HERTZ},atempo=${(1 / factor).toFixed(6)}`,
    );
}

/** Another picture rate, by repeating and leaving out pictures or by blending them. */
export function pictureRate(rate: number, blended = false): Step {
  return (g) => {
    g.filterPicture(blended ? `framerate=fps=${rate}` : `fps=${rate}:start_time=0`);
    g.rate = rate;
  };
}
