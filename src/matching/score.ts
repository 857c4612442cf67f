/**
 * Wrong evidence falls off exponentially: false matches a day with any at all, as the tail has it, in the smallest
 * catalogue … From `bench:accuracy -- --calibrate` (docs/accuracy.md).
 */
const FALSE_AT_ZERO = 3400;
/** … and they get fewer by e in 1 / SHRINK nats. */
const SHRINK = 0.53;
/** A smaller catalogue counts as one of so many hours, that of the calibration: what is alike in it is so by kinship. */
const LEAST_HOURS = 100;

/**
 * False matches a day and stream to expect from matches with this much evidence: in proportion to what there is to
 * be taken for.
 * @param evidence nats
 * @param hours of reference in the catalogue
 */
export function expectedFalsePerDay(evidence: number, hours: number): number {
  return (Math.max(LEAST_HOURS, hours) / LEAST_HOURS) * FALSE_AT_ZERO * Math.exp(-SHRINK * evidence);
}

/** 0..1: clamp(−log10(expectedFalsePerDay) / 10). */
export function scoreOf(falsePerDay: number): number {
  return Math.min(1, Math.max(0, -Math.log10(falsePerDay) / 10));
}

/** One false detection a stream and year. */
export const DEFAULT_MAX_FALSE_PER_DAY = 1 / 365;
