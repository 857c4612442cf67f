import type { DecodeLimits } from '../../workers/protocol.js';

/** What media may be at most: a day long, pictures of 8192 × 8192. */
export const DEFAULT_LIMITS: DecodeLimits = { maxDuration: 24 * 3600, maxPixels: 8192 * 8192 };
