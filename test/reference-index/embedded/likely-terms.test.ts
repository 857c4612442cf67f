import { describe, expect, it } from 'vitest';
import { TERMS_PER_HASH } from '../../../fingerprints/picture-terms.js';
import { likelyTerms } from '../../../src/reference-index/embedded/likely-terms.js';
import type { PictureProbe } from '../../../src/reference-index/reference-index.js';

/** Places of a term, as an index with enough of them says by its directories: in table t there are 2^t. */
const PLACES = Array.from({ length: TERMS_PER_HASH }, (_, table) => 2 ** table);
const ALL_PLACES = 2 ** TERMS_PER_HASH - 1;
/** In each table a term, and the same with one bit turned over. */
const FLIPS = 2;
const tableOf = (term: number) => Math.floor(term / FLIPS);
const LARGE = {
  pictures: {
    size: 2 ** 40,
    addMeanCounts: (terms: Uint32Array, sums: Float64Array) => {
      terms.forEach((term, i) => {
        sums[i]! += PLACES[tableOf(term)]!;
      });
    },
  },
};
const SMALL = { pictures: { ...LARGE.pictures, size: 1000 } };

const terms = Uint32Array.from({ length: FLIPS * TERMS_PER_HASH }, (_, i) => i);
const PROBE: PictureProbe = {
  ...{ time: 0, picture: 0, box: 0, mirrored: false },
  ...{ hash: new Uint8Array(18), terms },
};
const asIs = [...terms].filter((term) => term % FLIPS === 0);
const turned = [...terms].filter((term) => term % FLIPS === 1);

describe('the terms of pictures that are looked up', () => {
  const asked = (segments: readonly (typeof LARGE)[], postings: number) => {
    const losses = { commonTerms: 0, landmarks: 0, terms: 0, chunks: 0 };
    const probes = likelyTerms(segments, [PROBE, PROBE], postings, losses);
    expect(probes).toHaveLength(2);
    expect(probes[1]).toEqual(probes[0]);
    expect(losses.terms).toBe(2 * (terms.length - probes[0]!.length));
    return [...probes[0]!];
  };

  it('are all of them in an index where they lead to few places', () => {
    expect(asked([SMALL], 1)).toEqual([...terms]);
  });

  it('are those that a picture most likely has, of these the rarest, where all would lead to more', () => {
    const ofBoth = 2 * ALL_PLACES;
    expect(asked([LARGE], ofBoth)).toEqual(asIs);
    expect(asked([LARGE], ofBoth - 1)).toEqual(asIs.slice(0, -1));
    expect(asked([LARGE], ofBoth + 2 * (1 + 2 + 4))).toEqual(
      [...asIs, ...turned.slice(0, 3)].sort((a, b) => a - b),
    );
    expect(asked([LARGE], 0)).toEqual([]);
  });

  it('are counted in all segments together', () => {
    // 3 (1 + 2 + … + 2^13) places for each of two probes.
    expect(asked([LARGE, LARGE, SMALL], 2 * ALL_PLACES)).toEqual(asIs.slice(0, 14));
  });
});
