import { describe, expect, it } from 'vitest';
import { hashOf } from '../../fingerprints/picture.js';
import {
  DOUBT_STEPS,
  hashTerms,
  KEY_POSITIONS,
  PICTURE_TERM_BITS,
  probeTerms,
  TERMS_PER_HASH,
  TERMS_PER_PROBE,
  termedHashes,
} from '../../fingerprints/picture-terms.js';
import { HASH_BITS, HASH_BYTES, REGIONS, ROW_BYTES } from '../../fingerprints/units.js';
import { randomCoefficients, randomNumbers } from './synthetic.js';

function terms(coefficients: Float32Array): Uint32Array {
  const hash = new Uint8Array(HASH_BYTES);
  hashOf(coefficients, 0, hash, 0);
  const out = new Uint32Array(TERMS_PER_HASH);
  hashTerms(hash, 0, out, 0);
  return out;
}

describe('index terms of a picture', () => {
  it('come from 16 fixed samples of 22 of the lowest 96 bits', () => {
    for (let table = 0; table < 16; table++) {
      const bits = [...KEY_POSITIONS.subarray(table * 22, table * 22 + 22)];
      expect(new Set(bits).size).toBe(22);
      expect(Math.max(...bits)).toBeLessThan(96);
      expect(bits).toEqual([...bits].sort((a, b) => a - b));
    }
    // Part of the format: an index that was written with other samples finds nothing.
    expect([...KEY_POSITIONS.subarray(0, 22)]).toEqual([
      0, 9, 14, 17, 18, 24, 47, 50, 51, 53, 54, 56, 60, 61, 62, 68, 75, 87, 91, 92, 93, 94,
    ]);
    expect([...KEY_POSITIONS.subarray(330)]).toEqual([
      10, 12, 17, 20, 29, 33, 43, 44, 46, 47, 54, 63, 66, 67, 79, 84, 85, 88, 90, 91, 94, 95,
    ]);
  });

  it('carry the table in the upper 4 bits and the sampled bits below', () => {
    const coefficients = new Float32Array(HASH_BITS).fill(-1);
    coefficients[KEY_POSITIONS[0]!] = 1;
    coefficients[KEY_POSITIONS[21]!] = 1;
    const first = terms(coefficients)[0]!;
    expect(first).toBe(1 | (1 << 21));
    const all = terms(randomCoefficients(3));
    expect([...all].map((term) => term >>> 22)).toEqual([...all.keys()]);
    expect(Math.max(...all)).toBeLessThan(2 ** PICTURE_TERM_BITS);
  });

  it('of a probe hold those of the same picture, with the three least certain bits both ways', () => {
    const coefficients = randomCoefficients(4);
    const probe = probeTerms(coefficients, 0).terms;
    expect(probe).toHaveLength(TERMS_PER_PROBE);
    expect(new Set(probe).size).toBe(TERMS_PER_PROBE);
    for (const term of terms(coefficients)) expect(probe).toContain(term);

    // Bits that are next to nothing may have any sign.
    const doubtful = coefficients.slice();
    const weak = [...KEY_POSITIONS.subarray(0, 3)];
    for (const b of weak) doubtful[b] = 1e-3;
    for (const b of weak) {
      const other = doubtful.slice();
      other[b] = -1e-3;
      expect(probeTerms(doubtful, 0).terms).toContain(terms(other)[0]);
    }
    const certain = coefficients.slice();
    certain[KEY_POSITIONS[0]!] = 5000;
    const opposite = certain.slice();
    opposite[KEY_POSITIONS[0]!] = -5000;
    expect(probeTerms(certain, 0).terms).not.toContain(terms(opposite)[0]);
  });

  it('of a probe are doubted the more, the surer a bit is that is turned over', () => {
    const coefficients = randomCoefficients(4);
    const own = terms(coefficients);
    const { terms: asked, doubts } = probeTerms(coefficients, 0);
    const choices = TERMS_PER_PROBE / own.length;
    for (let table = 0; table < own.length; table++) {
      const of = [...doubts.subarray(table * choices, (table + 1) * choices)];
      expect(asked[table * choices]).toBe(own[table]);
      // The weakest bits come first: 1 and 2 and 4 each turn one over, 3 the first two, and so on.
      expect(of[0]).toBeLessThanOrEqual(of[1]!);
      expect(of[1]).toBeLessThanOrEqual(of[2]!);
      expect(of[2]).toBeLessThanOrEqual(of[4]!);
      expect(of[3]! - of[2]!).toBeCloseTo(of[1]! - of[0]!, -1);
      expect(Math.max(...of)).toBe(of[7]);
    }
    // The probability of all that may be asked for in a table is less than one.
    const nats = [...doubts.subarray(0, choices)].map((doubt) => Math.exp(-doubt / DOUBT_STEPS));
    expect(nats.reduce((a, b) => a + b)).toBeLessThan(1);
  });

  it('are found with a tenth of the bits flipped where the picture was least certain', () => {
    let found = 0;
    for (let seed = 0; seed < 50; seed++) {
      const original = randomCoefficients(seed);
      const random = randomNumbers(seed + 1000);
      const copy = original.map((c) => c + random() * 40);
      const probe = new Set(probeTerms(copy, 0).terms);
      if (terms(original).some((term) => probe.has(term))) found++;
    }
    expect(found).toBeGreaterThan(45);
  });

  it('do not exist for a picture that says nothing', () => {
    expect(probeTerms(new Float32Array(HASH_BITS), 0).terms).toHaveLength(0);
  });
});

describe('termedHashes', () => {
  /** Rows whose region 0 begins with some bytes. */
  function rowsOf(hashes: readonly (readonly number[])[], region = 0): Uint8Array {
    const rows = new Uint8Array(hashes.length * ROW_BYTES);
    for (const [n, bytes] of hashes.entries()) rows.set(bytes, n * ROW_BYTES + region * HASH_BYTES);
    return rows;
  }
  const numbers = (rows: readonly number[], region = 0) => rows.map((row) => row * REGIONS + region);

  it('takes a hash when more than 20 bits changed since the last one taken', () => {
    const rows = rowsOf([[1], [1, 0xff, 0xff, 0x0f], [1, 0xff, 0xff, 0x1f], [1, 0xff, 0xff, 0x3f], [1]]);
    expect([...termedHashes(rows)]).toEqual(numbers([0, 2, 4]));
  });

  it('passes over hashes that say nothing', () => {
    expect([...termedHashes(rowsOf([[], [1], [], [1], []]))]).toEqual(numbers([1]));
    expect(termedHashes(new Uint8Array(0))).toHaveLength(0);
  });

  it('takes a still scene once in each 10 s', () => {
    const still = rowsOf(Array.from({ length: 170 }, (_, n) => (n < 60 ? [] : [1, 2, 3])));
    expect([...termedHashes(still)]).toEqual(numbers([60, 100, 150]));
  });

  it('follows each region by itself, the centre less closely', () => {
    const few = [[1], [1, 0xff, 0xff, 0x1f], [1]];
    const many = [[1], [1, 0xff, 0xff, 0xff, 0xff, 0x01], [1]];
    expect([...termedHashes(rowsOf(few, 0))]).toEqual(numbers([0, 1, 2], 0));
    expect([...termedHashes(rowsOf(few, 1))]).toEqual(numbers([0], 1));
    expect([...termedHashes(rowsOf(many, 1))]).toEqual(numbers([0, 1, 2], 1));
  });
});
