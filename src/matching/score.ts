/**
 * Wrong evidence falls off exponentially. Provisional: from 3.3 h of sound under attack against a catalogue of
 * 2.5 h that does not hold it (docs/algorithm.md); `bench:accuracy --calibrate` will replace both numbers.
 */
const FALSE_AT_ZERO = 3400;
/** It falls by e in 1 / SHRINK nats. */
const SHRINK = 0.53;

/** False matches a day and stream to expect from matches with this much evidence. */
export function expectedFalsePerDay(evidence: number): number {
  return FALSE_AT_ZERO * Math.exp(-SHRINK * evidence);
}

/** 0..1: clamp(−log10(expectedFalsePerDay) / 10). */
export function scoreOf(falsePerDay: number): number {
  return Math.min(1, Math.max(0, -Math.log10(falsePerDay) / 10));
}

/** One false detection a stream and year. */
export const DEFAULT_MAX_FALSE_PER_DAY = 1 / 365;
