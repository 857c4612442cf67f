import type { Seconds } from '../../fingerprints/units.js';
import type { DecodeLimits } from '../../workers/protocol.js';

/** What media may be at most: a day long, pictures of 8192 × 8192. */
export const DEFAULT_LIMITS: DecodeLimits = { maxDuration: 24 * 3600, maxPixels: 8192 * 8192 };

/** A segment that does not say how long it is may be a recording: an hour at most, … */
const UNANNOUNCED: Seconds = 3600;
/** … others may be so many times as long as they were announced to be, … */
const LONGER = 4;
/** … and this in any case. */
const SHORT: Seconds = 60;

/**
 * What a segment of a stream may be at most. Time stamps that jump by hours within a segment would else be taken for
 * hours of silence.
 * @param announced how long it is, by its source; 0 = not known
 */
export function segmentLimits(announced: Seconds): DecodeLimits {
  const maxDuration = announced > 0 ? Math.max(SHORT, LONGER * announced) : UNANNOUNCED;
  return { ...DEFAULT_LIMITS, maxDuration: Math.min(DEFAULT_LIMITS.maxDuration, maxDuration) };
}
