import { popcount32 } from '../../fingerprints/words.js';

/** Of unrelated sound half of the bits agree, of unrelated pictures a little more (docs/algorithm.md). */
const CHANCE_OF_WORDS = 0.5;
const CHANCE_OF_PICTURES_BITS = 60;

/** A word this near to another, in steps of 80 ms, is compared with that one alone. */
const NEAR_A_WORD = 0.25;

/**
 * How much a word of a stream is like those of a reference that it lies between: 1 = the same, 0 = as by chance.
 * Null where either is silent.
 * @param place of the word between the two, 0 … 1
 */
export function soundSimilarity(word: number, before: number, after: number, place: number): number | null {
  const first = place > 1 - NEAR_A_WORD ? after : before;
  const second = place < NEAR_A_WORD ? before : after;
  if (word === 0 || first === 0 || second === 0) return null;
  const compared = ~(first ^ second);
  const bits = popcount32(compared);
  if (bits === 0) return null;
  const wrong = popcount32((word ^ first) & compared);
  return clamped((1 - wrong / bits - CHANCE_OF_WORDS) / (1 - CHANCE_OF_WORDS));
}

/** The same for pictures. @param distance bits in which their hashes differ */
export function pictureSimilarity(distance: number): number {
  return clamped(1 - distance / CHANCE_OF_PICTURES_BITS);
}

const clamped = (value: number) => Math.min(1, Math.max(0, value));

/** Values that come at some moments, as their mean for each second; null where there are none. */
export class PerSecond {
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;

  constructor(seconds: number) {
    this.#sums = new Float64Array(seconds);
    this.#counts = new Uint32Array(seconds);
  }

  add(time: number, value: number): void {
    const second = Math.floor(time);
    if (second < 0 || second >= this.#sums.length) return;
    this.#sums[second]! += value;
    this.#counts[second]!++;
  }

  at(second: number): number | null {
    const count = this.#counts[second] ?? 0;
    return count === 0 ? null : this.#sums[second]! / count;
  }
}
