import { expect, it } from 'vitest';
import { DEFAULT_MAX_FALSE_PER_DAY, expectedFalsePerDay, scoreOf } from '../../src/matching/score.js';

const bySound = (sound: number, hours: number) => expectedFalsePerDay({ sound, pictures: 0 }, hours);

it('false matches are expected in proportion to the hours of reference, from 100 on', () => {
  expect(bySound(30, 1_000)).toBeCloseTo(10 * bySound(30, 100), 12);
  expect(bySound(30, 1)).toBe(bySound(30, 100));
});

it('what would do in a small catalogue may not do in a large one', () => {
  expect(bySound(28, 100)).toBeLessThan(DEFAULT_MAX_FALSE_PER_DAY);
  expect(bySound(28, 10_000)).toBeGreaterThan(DEFAULT_MAX_FALSE_PER_DAY);
});

it('sound and pictures that agree are less likely wrong than either, and neither takes from the other', () => {
  for (const [sound, pictures] of [
    [20, 20],
    [40, 3],
    [3, 40],
  ] as const) {
    const together = expectedFalsePerDay({ sound, pictures }, 100);
    expect(together).toBeLessThanOrEqual(expectedFalsePerDay({ sound, pictures: 0 }, 100));
    expect(together).toBeLessThanOrEqual(expectedFalsePerDay({ sound: 0, pictures }, 100));
  }
  expect(expectedFalsePerDay({ sound: 20, pictures: 20 }, 100)).toBeLessThan(DEFAULT_MAX_FALSE_PER_DAY);
  expect(bySound(20, 100)).toBeGreaterThan(DEFAULT_MAX_FALSE_PER_DAY);
});

it('a score says how many tens of powers fewer than one a day', () => {
  expect(scoreOf(1)).toBe(0);
  expect(scoreOf(1e-5)).toBeCloseTo(0.5, 12);
  expect(scoreOf(1e-12)).toBe(1);
});
