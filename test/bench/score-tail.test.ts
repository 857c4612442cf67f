import { describe, expect, it } from 'vitest';
import { expectedPerHour, fitTail, thresholdFor } from '../../bench/accuracy/score-tail.js';

/** Values at the quantiles of an exponential distribution. */
function exponential(scale: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => -scale * Math.log(1 - (i + 0.5) / n));
}

describe('the fit of the tail', () => {
  it('finds the scale and the rate of an exponential, whatever the threshold', () => {
    const values = exponential(1.5, 4000);
    for (const u of [0, 2, 4]) {
      const tail = fitTail(values, u, 10)!;
      expect(Math.abs(tail.beta - 1.5)).toBeLessThan(3 * tail.betaError);
      expect(tail.perHour).toBeCloseTo(400 * Math.exp(-u / 1.5), 0);
      // The same answer far out: 400 an hour × exp(−12 / 1.5).
      expect(expectedPerHour(tail, 12)).toBeGreaterThan(0.05);
      expect(expectedPerHour(tail, 12)).toBeLessThan(0.3);
    }
  });

  it('states its errors, which fall with the root of the number of exceedances', () => {
    const few = fitTail(exponential(1, 100), 0, 1)!;
    const many = fitTail(exponential(1, 10_000), 0, 1)!;
    expect(few.betaError / many.betaError).toBeCloseTo(10, 0);
    expect(many.perHourError).toBe(100);
  });

  it('is refused where there is nothing to fit', () => {
    expect(fitTail([1], 0, 1)).toBeNull();
    expect(fitTail([], 0, 1)).toBeNull();
  });
});

describe('the threshold', () => {
  it('is exceeded by as many values as were asked for', () => {
    const values = exponential(1, 500);
    const u = thresholdFor(values, 50);
    expect(values.filter((value) => value > u).length).toBe(50);
  });
});
