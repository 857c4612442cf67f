import { expect, it } from 'vitest';
import { DEFAULT_MAX_FALSE_PER_DAY, expectedFalsePerDay, scoreOf } from '../../src/matching/score.js';

it('false matches are expected in proportion to the hours of reference, from 100 on', () => {
  expect(expectedFalsePerDay(30, 1_000)).toBeCloseTo(10 * expectedFalsePerDay(30, 100), 12);
  expect(expectedFalsePerDay(30, 1)).toBe(expectedFalsePerDay(30, 100));
});

it('what would do in a small catalogue may not do in a large one', () => {
  expect(expectedFalsePerDay(28, 100)).toBeLessThan(DEFAULT_MAX_FALSE_PER_DAY);
  expect(expectedFalsePerDay(28, 10_000)).toBeGreaterThan(DEFAULT_MAX_FALSE_PER_DAY);
});

it('a score says how many tens of powers fewer than one a day', () => {
  expect(scoreOf(1)).toBe(0);
  expect(scoreOf(1e-5)).toBeCloseTo(0.5, 12);
  expect(scoreOf(1e-12)).toBe(1);
});
