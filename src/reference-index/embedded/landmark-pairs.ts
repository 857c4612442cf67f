import { MAX_STRETCH, MAX_STRETCH_TICKS } from '../limits.js';
import type { LandmarkQuery } from '../reference-index.js';
import type { Segment } from './segment.js';

/** Ticks of a stretch are below this. */
const TICK_SPAN = 4096;

/**
 * hash × TICK_SPAN + tick of every landmark, ascending: neighbouring hashes lie near each other in the postings.
 * Throws RangeError when there is not a tick for every hash, or one beyond the longest stretch.
 */
export function sortedPairs({ hashes, ticks }: LandmarkQuery): Float64Array {
  if (hashes.length !== ticks.length) throw new RangeError('a landmark query has a tick for every hash');
  if (ticks.some((tick) => tick > MAX_STRETCH_TICKS)) {
    throw new RangeError(`a look-up takes a stretch of at most ${MAX_STRETCH} s`);
  }
  return Float64Array.from(hashes, (hash, i) => hash * TICK_SPAN + ticks[i]!).sort();
}

export const hashOfPair = (pair: number): number => Math.floor(pair / TICK_SPAN);

export const tickOfPair = (pair: number): number => pair % TICK_SPAN;

/** Hashes with more postings than this are told apart no further. */
const MOST = 1 << 14;
const tally = new Uint32Array(MOST + 1);

/**
 * The pairs of the rarest hashes, as many as have `postings` postings in all segments together by what the
 * directories say, in the order they were in.
 */
export function rarestPairs(
  segments: readonly Segment[],
  pairs: Float64Array,
  postings: number,
): Float64Array {
  const counts = Uint16Array.from(pairs, (pair) => {
    const hash = hashOfPair(pair);
    let count = 0;
    for (const segment of segments) count += segment.audio.usualCount(hash);
    return Math.min(MOST, Math.ceil(count));
  });
  tally.fill(0);
  for (const count of counts) tally[count]!++;
  let left = postings;
  let below = 0;
  while (below <= MOST && tally[below]! * below <= left) left -= tally[below]! * below++;
  // Of those that are as rare as the first that do not all fit, as many as do.
  let more = below > MOST ? 0 : Math.floor(left / below);
  return pairs.filter((_, i) => counts[i]! < below || (counts[i] === below && more-- > 0));
}
