import { describe, expect, it } from 'vitest';
import { DOUBT_STEPS } from '../../../fingerprints/picture-terms.js';
import { likelyTerms } from '../../../src/reference-index/embedded/likely-terms.js';
import type { PictureProbe } from '../../../src/reference-index/reference-index.js';

/** Of each of eight terms how unlikely it is, nats, and its places in an index, as the directories say. */
const TERMS = Uint32Array.from({ length: 8 }, (_, i) => i);
const NATS = [0, 0, 0, 0, 1, 1, 2, 5];
const PLACES = [100, 100, 200, 4000, 100, 200, 100, 100];
const SURE_FIRST = [0, 1, 2, 4, 5, 6, 3, 7];

function segment(size: number, going: number, places: readonly number[] = PLACES) {
  const addMeanCounts = (terms: Uint32Array, sums: Float64Array) => {
    terms.forEach((term, i) => {
      sums[i]! += places[term]!;
    });
  };
  return { pictures: { size, going, addMeanCounts } };
}
const LARGE = segment(2 ** 40, 30);

const PROBE: PictureProbe = {
  ...{ time: 0, picture: 0, box: 0, mirrored: false, hash: new Uint8Array(18), terms: TERMS },
  doubts: Uint8Array.from(NATS, (nats) => nats * DOUBT_STEPS),
};

describe('the terms of pictures that are looked up', () => {
  const asked = (segments: readonly ReturnType<typeof segment>[], postings?: number) => {
    const losses = { commonTerms: 0, landmarks: 0, terms: 0, chunks: 0 };
    const query = { probes: [PROBE, PROBE], ...(postings !== undefined && { postings }) };
    const probes = likelyTerms(segments, query, losses);
    expect(probes).toHaveLength(2);
    expect(probes[1]).toEqual(probes[0]);
    expect(losses.terms).toBe(2 * (TERMS.length - probes[0]!.length));
    return [...probes[0]!];
  };

  it('are all of them where no bound is given, and in an index where they lead to few places', () => {
    expect(asked([LARGE])).toEqual([...TERMS]);
    expect(asked([segment(1000, 30)], 1000)).toEqual([...TERMS]);
  });

  it('are those that are likely for what they cost where all would lead to more', () => {
    for (let number = 0; number <= SURE_FIRST.length; number++) {
      const wanted = SURE_FIRST.slice(0, number);
      // Both probes ask for each.
      const cost = wanted.reduce((sum, term) => sum + 2 * (30 + PLACES[term]!), 0);
      // The first two are alike, and go together.
      const together = number === 1 ? [] : wanted;
      expect(asked([LARGE], cost)).toEqual([...together].sort((a, b) => a - b));
    }
  });

  it('cost more where going to them does, and in every segment', () => {
    const sure = 2 * (100 + 100);
    expect(asked([LARGE], sure + 4 * 30)).toEqual([0, 1]);
    expect(asked([segment(2 ** 40, 250)], sure + 4 * 30)).toEqual([]);
    expect(asked([segment(2 ** 40, 250)], sure + 4 * 250)).toEqual([0, 1]);
    expect(asked([LARGE, LARGE], sure + 4 * 30)).toEqual([]);
    expect(asked([LARGE, LARGE], 2 * (sure + 4 * 30))).toEqual([0, 1]);
  });
});
