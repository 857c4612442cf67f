import { HASH_BITS } from './units.js';

/**
 * The best of several views (parts of the stream's picture × regions of the reference) of foreign pictures is nearer
 * by so many bits for each e-fold of their number, as measured for 18 and for 81 views (docs/algorithm.md).
 */
const BITS_A_FOLD = 1.5;

/** What pictures say at some distances, bits and nats; straight lines in between, the same beyond the ends. */
const LLR: readonly (readonly [bits: number, nats: number])[] = [
  [8, 12],
  [30, 6],
  [44, 0],
  [60, -4],
];

/** By the number of bits: those of one view. */
const BY_BITS = Float64Array.from({ length: HASH_BITS + 1 }, (_, bits) => between(bits));

/**
 * Log likelihood ratio, in nats, that a picture of a stream shows the reference at the place where it is
 * expected. Straight lines below what was measured (docs/algorithm.md): the clips were few, and a place that the
 * index proposes was chosen for its small distances. Near pictures say more than less near ones, so that of places
 * that resemble each other, as where a photograph is panned, the right one wins.
 *
 * The caps keep one picture from deciding: title cards and stock are the same in different works, and one of ours
 * in fifty is taken to be unreadable.
 *
 * @param distanceBits bits that differ from the best row within ± 0.6 s of the place
 * @param views of how many views this is the nearest; 1 where the view was fixed before this picture was looked at
 */
export function pictureLlr(distanceBits: number, views: number = 1): number {
  return views === 1 ? BY_BITS[distanceBits]! : between(distanceBits + BITS_A_FOLD * Math.log(views));
}

function between(bits: number): number {
  const after = LLR.findIndex(([at]) => bits <= at);
  if (after < 0) return LLR.at(-1)![1];
  const [to, high] = LLR[after]!;
  if (after === 0) return high;
  const [from, low] = LLR[after - 1]!;
  return low + ((high - low) * (bits - from)) / (to - from);
}
