import { expect, it } from 'vitest';
import { pictureLlr } from '../../fingerprints/picture-evidence.js';
import { HASH_BITS } from '../../fingerprints/units.js';

it('the evidence of a picture falls with every bit between its caps, and is 0 at 44 bits', () => {
  for (let d = 1; d <= HASH_BITS; d++) expect(pictureLlr(d)).toBeLessThanOrEqual(pictureLlr(d - 1));
  expect(pictureLlr(0)).toBe(12);
  expect(pictureLlr(8)).toBe(12);
  expect(pictureLlr(9)).toBeLessThan(12);
  expect(pictureLlr(30)).toBe(6);
  expect(pictureLlr(44)).toBe(0);
  expect(pictureLlr(59)).toBeGreaterThan(-4);
  expect(pictureLlr(HASH_BITS)).toBe(-4);
});

it('a picture whose nearest view was chosen among many has to be nearer', () => {
  expect(pictureLlr(37, 18)).toBeCloseTo(pictureLlr(37) - 1.5 * Math.log(18) * (6 / 14), 9);
  expect(pictureLlr(0, 80)).toBe(12);
  expect(pictureLlr(43, 18)).toBeLessThan(-0.5);
});
