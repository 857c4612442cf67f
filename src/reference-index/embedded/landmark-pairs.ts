import { MAX_STRETCH, MAX_STRETCH_TICKS } from '../limits.js';
import type { LandmarkQuery } from '../reference-index.js';
import type { Segment } from './segment.js';

/** A pair is a hash and, in its low bits, the tick: ticks of a stretch need no more. */
const TICK_BITS = 12;
const TICK_MASK = 2 ** TICK_BITS - 1;

export const hashOfPair = (pair: number): number => pair >>> TICK_BITS;

export const tickOfPair = (pair: number): number => pair & TICK_MASK;

/**
 * Pairs of all landmarks, ascending: neighbouring hashes lie near each other in the postings.
 * Throws RangeError when there is not a tick for every hash, or one beyond the longest stretch.
 */
export function sortedPairs({ hashes, ticks }: LandmarkQuery): Uint32Array {
  if (hashes.length !== ticks.length) throw new RangeError('a landmark query has a tick for every hash');
  const pairs = new Uint32Array(hashes.length);
  for (let i = 0; i < pairs.length; i++) {
    const tick = ticks[i]!;
    if (tick > MAX_STRETCH_TICKS)
      throw new RangeError(`a look-up takes a stretch of at most ${MAX_STRETCH} s`);
    pairs[i] = (hashes[i]! << TICK_BITS) | tick;
  }
  return pairs.sort();
}

/** Hashes with more postings than this are told apart no further. */
const MOST = 1 << 13;
const tally = new Uint32Array(MOST + 1);
let counts = new Float64Array(1 << 12);

/**
 * The pairs of the rarest hashes, as many as have `postings` postings in all segments together by what the
 * directories say, in the order they were in.
 */
export function rarestPairs(segments: readonly Segment[], pairs: Uint32Array, postings: number): Uint32Array {
  if (counts.length < pairs.length) counts = new Float64Array(pairs.length * 2);
  counts.fill(0, 0, pairs.length);
  for (const { audio } of segments) {
    for (let i = 0; i < pairs.length; i++) counts[i]! += audio.usualCount(hashOfPair(pairs[i]!));
  }
  tally.fill(0);
  for (let i = 0; i < pairs.length; i++) {
    counts[i] = Math.min(MOST, Math.ceil(counts[i]!));
    tally[counts[i]!]!++;
  }
  let left = postings;
  let below = 0;
  while (below <= MOST && tally[below]! * below <= left) left -= tally[below]! * below++;
  // Of those that are as rare as the first that do not all fit, as many as do.
  let more = below > MOST ? 0 : Math.floor(left / below);
  let kept = 0;
  const rarest = new Uint32Array(pairs.length);
  for (let i = 0; i < pairs.length; i++) {
    if (counts[i]! < below || (counts[i] === below && more-- > 0)) rarest[kept++] = pairs[i]!;
  }
  return rarest.subarray(0, kept);
}
