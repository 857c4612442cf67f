import type { AudioFeatures } from '../../fingerprints/types.js';
import { type Seconds, TICK, WORD_STEP, WORD_TICKS } from '../../fingerprints/units.js';
import { popcount32 } from '../../fingerprints/words.js';
import type { Interval } from '../../src/domain/match.js';

const WORD_BITS = 32;
/**
 * Words with at most this share of their bits wrong are of the same recording. One sentence that a film has three times
 * has 0.05 to 0.07; music that goes through the same bars once more, with what else it has by then, 0.2 and more.
 */
const SAME = 0.15;
/** Fewer words than these say too little to tell: 1 s. */
const LEAST_WORDS = 12;
/** Nearer than this is the same place. */
const APART_TICKS = Math.round(0.5 / TICK);

/** The sound of a title: as a reference has it, and as a stream does. */
export interface TitleSound {
  readonly words: Uint32Array;
  readonly features: Pick<AudioFeatures, 'start' | 'words'>;
}

/**
 * Where the sound of a title is, to the sample, what it is in a stretch: nothing in that sound tells these apart.
 * @returns by how much each lies later, s; negative = earlier
 */
export function repeatsOf({ words, features }: TitleSound, { start, end }: Interval): Seconds[] {
  const first = Math.max(0, Math.ceil(start / WORD_STEP));
  const last = Math.min(words.length, Math.floor(end / WORD_STEP));
  const telling: number[] = [];
  for (let n = first; n < last; n++)
    if (words[n] !== 0 && (n === 0 || words[n] !== words[n - 1])) telling.push(n);
  if (telling.length < LEAST_WORDS) return [];
  const repeats: Seconds[] = [];
  const firstTick = Math.round(features.start / TICK);
  const latest = firstTick + features.words.length - telling.at(-1)! * WORD_TICKS;
  for (let shift = firstTick - telling[0]! * WORD_TICKS; shift < latest; shift++) {
    if (Math.abs(shift) < APART_TICKS) continue;
    if (wrongShare(words, telling, features.words, shift - firstTick) > SAME) continue;
    repeats.push(shift * TICK);
    shift += APART_TICKS;
  }
  return repeats;
}

/** Of the bits of some words, how many are otherwise at other ticks; all of one that says nothing there. */
function wrongShare(
  words: Uint32Array,
  telling: readonly number[],
  stream: Uint32Array,
  shift: number,
): number {
  let wrong = 0;
  for (const n of telling) {
    const there = stream[n * WORD_TICKS + shift] ?? 0;
    wrong += there === 0 ? WORD_BITS : popcount32(words[n]! ^ there);
  }
  return wrong / telling.length / WORD_BITS;
}
