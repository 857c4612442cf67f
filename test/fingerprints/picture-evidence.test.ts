import { expect, it } from 'vitest';
import { pictureLlr } from '../../fingerprints/picture-evidence.js';
import { HASH_BITS } from '../../fingerprints/units.js';

it('the evidence of a picture falls with every bit between its caps, and is 0 at a third of the bits', () => {
  for (let d = 1; d <= HASH_BITS; d++) expect(pictureLlr(d)).toBeLessThanOrEqual(pictureLlr(d - 1));
  expect(pictureLlr(0)).toBe(7);
  expect(pictureLlr(36)).toBeCloseTo(7, 9);
  expect(pictureLlr(37)).toBeLessThan(7);
  expect(Math.abs(pictureLlr(0.33 * HASH_BITS))).toBeLessThan(1e-9);
  expect(pictureLlr(60)).toBeGreaterThan(-3);
  expect(pictureLlr(HASH_BITS)).toBe(-3);
});

it('a picture whose nearest view was chosen among many has to be nearer', () => {
  expect(pictureLlr(40, 18)).toBeCloseTo(pictureLlr(40 + 1.5 * Math.log(18)), 9);
  expect(pictureLlr(20, 80)).toBe(7);
  expect(pictureLlr(47, 18)).toBeLessThan(-0.5);
});
