import type { Seconds } from '../../fingerprints/units.js';
import { TICKS_PER_SECOND } from '../../fingerprints/units.js';

/** The longest stretch of stream that one look-up takes. */
export const MAX_STRETCH: Seconds = 60;

/** Room before and after each lane of sound, so that an offset belongs to one lane only. */
export const GAP_TICKS = 4096;

export const MAX_STRETCH_TICKS = MAX_STRETCH * TICKS_PER_SECOND;

/** Words or rows that one range may ask for: three days of words. */
const MAX_RANGE = 1 << 22;

/** Throws RangeError for a range that asks for more. */
export function checkedCount(count: number): number {
  if (!(count >= 0 && count <= MAX_RANGE)) throw new RangeError(`a range has at most ${MAX_RANGE} items`);
  return count;
}
