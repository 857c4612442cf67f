import type { LandmarkQuery } from '../reference-index.js';

/** Hashes with more postings than this are told apart no further. */
export const MOST_COUNTED = 1 << 13;
const tally = new Uint32Array(MOST_COUNTED + 1);

/**
 * The landmarks of the rarest hashes, as many as have `postings` postings together, in the order they were in.
 * @param counts of the postings of each hash: whole numbers, at most MOST_COUNTED
 * @param going what it costs to go to those of one hash, in postings
 */
export function rarestLandmarks(
  { hashes, ticks }: LandmarkQuery,
  counts: ArrayLike<number>,
  postings: number,
  going: number,
): LandmarkQuery {
  tally.fill(0);
  for (let i = 0; i < hashes.length; i++) tally[counts[i]!]!++;
  let left = postings;
  let below = 0;
  while (below <= MOST_COUNTED && tally[below]! * (below + going) <= left)
    left -= tally[below]! * (going + below++);
  // Of those that are as rare as the first that do not all fit, as many as do.
  let more = below > MOST_COUNTED ? 0 : Math.floor(left / (below + going));
  let kept = 0;
  const rarest = { hashes: new Uint32Array(hashes.length), ticks: new Uint32Array(hashes.length) };
  for (let i = 0; i < hashes.length; i++) {
    if (counts[i]! > below || (counts[i] === below && more-- <= 0)) continue;
    rarest.hashes[kept] = hashes[i]!;
    rarest.ticks[kept++] = ticks[i]!;
  }
  return { hashes: rarest.hashes.subarray(0, kept), ticks: rarest.ticks.subarray(0, kept) };
}
