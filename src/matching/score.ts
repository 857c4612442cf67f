/**
 * Provisional: a sum of log likelihood ratios exceeds x by chance with a probability that falls as exp(−x)
 * (Neyman–Pearson; Wald). FALSE_AT_ZERO stands for the places tried a day and stream; SHRINK for evidence
 * that is less independent than the sum takes it to be. Calibration on negatives will replace both.
 */
const FALSE_AT_ZERO = 1e7;
const SHRINK = 0.9;

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
