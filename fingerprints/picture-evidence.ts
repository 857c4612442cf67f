import { HASH_BITS } from './units.js';

/**
 * The best of several views (parts of the stream's picture × regions of the reference) of foreign pictures is nearer
 * by so many bits for each e-fold of their number, as measured for 18 and for 81 views (docs/algorithm.md).
 */
const BITS_A_FOLD = 1.5;

/** Up to this distance (a quarter of the bits) a picture speaks for the place as much as one may … */
const SURE_BITS = 0.25 * HASH_BITS;
const MOST = 7;
/** … here (a third) it says nothing … */
const NEUTRAL_BITS = 0.33 * HASH_BITS;
/** … and from here on it speaks against it as much as one may. */
const FOREIGN_BITS = 0.42 * HASH_BITS;
const LEAST = -3;

/**
 * Log likelihood ratio, in nats, that a picture of a stream shows the reference at the place where it is
 * expected. Straight lines some 2 nats below what was measured (docs/algorithm.md): the clips were few, and a
 * place that the index proposes was chosen for its small distances.
 *
 * The caps keep one picture from deciding: of other works' pictures one in a thousand is taken to be the same
 * by chance (title cards, stock), of ours one in twenty to be unreadable.
 *
 * @param distanceBits bits that differ from the best row within ± 0.6 s of the place
 * @param views of how many views this is the nearest; 1 where the view was fixed before this picture was looked at
 */
export function pictureLlr(distanceBits: number, views: number = 1): number {
  const bits = distanceBits + BITS_A_FOLD * Math.log(views);
  const llr =
    bits < NEUTRAL_BITS
      ? (MOST * (NEUTRAL_BITS - bits)) / (NEUTRAL_BITS - SURE_BITS)
      : (LEAST * (bits - NEUTRAL_BITS)) / (FOREIGN_BITS - NEUTRAL_BITS);
  return Math.max(LEAST, Math.min(MOST, llr));
}
