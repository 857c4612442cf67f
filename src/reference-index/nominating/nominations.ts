import { MAX_STRETCH, MAX_STRETCH_TICKS } from '../limits.js';
import type { LandmarkQuery, Nomination } from '../reference-index.js';

/** Two landmarks agree by chance all the time: a place that so few speak for is proposed to those who ask for it. */
export const USUAL_VOTES = 3;
const LEAST_VOTES = 2;

/** Best first; what is equal has an order that does not depend on how the index is cut into pieces. */
export function byVotes(a: Nomination, b: Nomination): number {
  return (
    b.votes - a.votes ||
    (a.fingerprintId < b.fingerprintId ? -1 : a.fingerprintId > b.fingerprintId ? 1 : 0) ||
    a.track - b.track ||
    a.offset - b.offset
  );
}

/** Throws RangeError for what no look-up of landmarks is. */
export function checkLandmarks({ hashes, ticks, atLeast }: LandmarkQuery): void {
  if (hashes.length !== ticks.length) throw new RangeError('a landmark query has a tick for every hash');
  if (atLeast !== undefined && atLeast < LEAST_VOTES)
    throw new RangeError(`landmarks agree from ${LEAST_VOTES} on`);
  if (ticks.some((tick) => tick > MAX_STRETCH_TICKS))
    throw new RangeError(`a look-up takes a stretch of at most ${MAX_STRETCH} s`);
}
