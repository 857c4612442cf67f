import { describe, expect, it } from 'vitest';
import { quantile, wilson } from '../../bench/accuracy/wilson.js';

describe('the Wilson interval', () => {
  it('has the values of the published formula', () => {
    // 15 of 50: 0.1910 to 0.4375; 10 of 10: from 0.7225 (z² = 3.8415: 10 / (10 + z²)).
    expect(wilson(15, 50).lower).toBeCloseTo(0.191, 3);
    expect(wilson(15, 50).upper).toBeCloseTo(0.4375, 3);
    expect(wilson(10, 10).lower).toBeCloseTo(0.7225, 4);
    expect(wilson(10, 10).upper).toBeCloseTo(1, 10);
  });

  it('says nothing where nothing was tried', () => {
    expect(wilson(0, 0)).toEqual({ lower: 0, upper: 1 });
  });
});

describe('a quantile', () => {
  it('lies between neighbours in proportion', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5, 10);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });
});
