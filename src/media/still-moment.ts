import type { Seconds } from '../../fingerprints/units.js';

/**
 * Where the reference has a still, its picture begins to be shown, which may be a cut: this much later the stream shows
 * the same for sure, and the two are known to lie that near.
 */
export const STILL_AFTER: Seconds = 0.08;
