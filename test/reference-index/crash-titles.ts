import type { Registration } from '../../src/domain/catalogue.js';
import { registrationOf, syntheticFingerprint } from './synthetic.js';

export const CRASH_TITLES = 40;
export const CRASH_SECONDS = 30;

/** Titles that a killed process and the one that looks after it agree on. */
export function crashTitle(n: number): Registration {
  const fingerprint = syntheticFingerprint(1000 + n, { seconds: CRASH_SECONDS });
  const stills = [{ time: 3, jpeg: Uint8Array.of(0xff, 0xd8, n) }];
  return { ...registrationOf(fingerprint, { bytes: `crash ${n}`, asset: `crash-${n}` }), stills };
}
