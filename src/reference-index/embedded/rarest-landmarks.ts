import type { LandmarkQuery } from '../reference-index.js';
import type { Segment } from './segment.js';

/** Hashes with more postings than this are told apart no further. */
const MOST = 1 << 13;
const tally = new Uint32Array(MOST + 1);
let counts = new Float64Array(1 << 12);

/**
 * The landmarks of the rarest hashes, as many as have `postings` postings in all segments together by what the
 * directories say, in the order they were in.
 */
export function rarestLandmarks(
  segments: readonly Segment[],
  { hashes, ticks }: LandmarkQuery,
  postings: number,
): LandmarkQuery {
  countPostings(segments, hashes);
  tally.fill(0);
  for (let i = 0; i < hashes.length; i++) tally[counts[i]!]!++;
  let left = postings;
  let below = 0;
  while (below <= MOST && tally[below]! * below <= left) left -= tally[below]! * below++;
  // Of those that are as rare as the first that do not all fit, as many as do.
  let more = below > MOST ? 0 : Math.floor(left / below);
  let kept = 0;
  const rarest = { hashes: new Uint32Array(hashes.length), ticks: new Uint32Array(hashes.length) };
  for (let i = 0; i < hashes.length; i++) {
    if (counts[i]! > below || (counts[i] === below && more-- <= 0)) continue;
    rarest.hashes[kept] = hashes[i]!;
    rarest.ticks[kept++] = ticks[i]!;
  }
  return { hashes: rarest.hashes.subarray(0, kept), ticks: rarest.ticks.subarray(0, kept) };
}

/** Leaves whole numbers, at most MOST, in `counts`. */
function countPostings(segments: readonly Segment[], hashes: Uint32Array): void {
  if (counts.length < hashes.length) counts = new Float64Array(hashes.length * 2);
  counts.fill(0, 0, hashes.length);
  for (const { audio } of segments) {
    for (let i = 0; i < hashes.length; i++) counts[i]! += audio.usualCount(hashes[i]!);
  }
  for (let i = 0; i < hashes.length; i++) counts[i] = Math.min(MOST, Math.ceil(counts[i]!));
}
