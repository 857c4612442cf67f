/**
 * The upper tail of the evidence that chance gives: above a threshold it falls off exponentially (peaks over
 * threshold; Pickands 1975, Balkema and de Haan 1974, with shape 0).
 */
export interface Tail {
  /** Threshold, nats. */
  readonly u: number;
  /** Mean excess over it, the scale of the exponential, nats; the maximum of its likelihood. */
  readonly beta: number;
  readonly betaError: number;
  /** How many exceed it, and how many that is in an hour of stream. */
  readonly count: number;
  readonly perHour: number;
  readonly perHourError: number;
}

/** Fits the tail of the values above `u`, which were seen in so many hours of stream. Null of fewer than 2. */
export function fitTail(values: readonly number[], u: number, hours: number): Tail | null {
  const excesses = values.filter((value) => value > u).map((value) => value - u);
  const count = excesses.length;
  if (count < 2) return null;
  const beta = excesses.reduce((sum, excess) => sum + excess, 0) / count;
  return {
    u,
    beta,
    betaError: beta / Math.sqrt(count),
    count,
    perHour: count / hours,
    perHourError: Math.sqrt(count) / hours,
  };
}

/** The threshold that just `count` of the values exceed, or as many as there are less one. */
export function thresholdFor(values: readonly number[], count: number): number {
  const sorted = [...values].sort((a, b) => b - a);
  return sorted[Math.min(count, sorted.length - 1)] ?? 0;
}

/** How many to expect in an hour above some evidence. */
export function expectedPerHour(tail: Tail, evidence: number): number {
  return tail.perHour * Math.exp(-(evidence - tail.u) / tail.beta);
}
