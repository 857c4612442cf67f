import { expect, it } from 'vitest';
import { tell } from '../../../bench/accuracy/run-live.js';
import { assetId, fingerprintId, referenceId } from '../../../src/domain/ids.js';
import type { LiveMatch } from '../../../src/matching/matches.js';

/** A match of one reference whose time is that of the stream less `offset`. */
function match(start: number, end: number, offset: number, expectedFalsePerDay: number): LiveMatch {
  return {
    catalogue: 'films',
    assetId: assetId('a'),
    title: 'A',
    referenceId: referenceId('a'),
    fingerprintId: fingerprintId('a'),
    modality: 'audio',
    stream: { start, end },
    reference: { start: start - offset, end: end - offset },
    speed: 1,
    mirrored: false,
    box: null,
    score: 1,
    expectedFalsePerDay,
    open: false,
    claimable: { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY },
    referenceZero: 0,
  };
}

it('What is told of a live stream grows, and is put right, but what was second does not take its place later', () => {
  const told: LiveMatch[] = [];
  const grown = match(0, 40, 0, 1e-90);
  const elsewhere = match(60, 70, 0, 1e-9);
  for (const one of [
    match(0, 6, -7, 1e-6),
    match(0, 20, 0, 1e-50),
    grown,
    elsewhere,
    match(24, 49, 7, 1e-12),
  ])
    tell(told, one);
  expect(told).toEqual([grown, elsewhere]);
  const settled = match(0, 39.8, 0, 1e-89);
  tell(told, settled);
  expect(told[0]).toBe(settled);
});
