import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WORD_TICKS } from '../../fingerprints/units.js';
import { compareWords, popcount32, WORD_LLR } from '../../fingerprints/words.js';

/** Words of a stream in which reference word n stands at tick `at` + n × step. */
function streamOf(reference: readonly number[], at: number, step: number, length: number): Uint32Array {
  const stream = new Uint32Array(length);
  reference.forEach((word, n) => {
    stream[Math.round(at + n * step)] = word;
  });
  return stream;
}

describe('popcount32', () => {
  it('counts the bits of every word', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        expect(popcount32(value)).toBe([...value.toString(2)].filter((bit) => bit === '1').length);
      }),
    );
    expect(popcount32(-1)).toBe(32);
  });
});

describe('WORD_LLR', () => {
  it('falls with every wrong bit by the same, and speaks against what is as far off as chance', () => {
    for (let e = 1; e <= 32; e++) expect(WORD_LLR[e - 1]! - WORD_LLR[e]!).toBeCloseTo(1.6 / 9.06, 9);
    expect(WORD_LLR[15]).toBeGreaterThan(0);
    expect(WORD_LLR[16]).toBeLessThan(0);
  });

  it('holds the values of the model', () => {
    expect([0, 4, 8, 12, 16].map((e) => WORD_LLR[e]!.toFixed(2))).toEqual([
      '2.68',
      '1.98',
      '1.27',
      '0.57',
      '-0.14',
    ]);
  });
});

describe('compareWords', () => {
  const words = [0xf0f0f0f0, 0x12345678, 0x9abcdef0, 0x0ff00ff0];
  const reference = Uint32Array.from(words);

  it('adds up the likelihood ratio of each word where it is expected', () => {
    const stream = streamOf(words, 7, WORD_TICKS, 40);
    stream[7]! ^= 0b111;
    const out = new Float32Array(4);
    const sum = compareWords(reference, 0, 4, stream, 7, out);
    expect(sum).toBeCloseTo(WORD_LLR[3]! + 3 * WORD_LLR[0]!, 9);
    expect([...out]).toEqual([3, 0, 0, 0].map((e) => Math.fround(WORD_LLR[e]!)));
    expect(compareWords(reference, 0, 4, stream, 6.6, null)).toBe(sum);
  });

  it('compares a part of the reference, at a speed', () => {
    const stream = streamOf(words, 3, WORD_TICKS / 1.25, 40);
    const sum = compareWords(reference, 2, 2, stream, 3 + 2 * 4, null, 1.25);
    expect(sum).toBeCloseTo(2 * WORD_LLR[0]!, 9);
  });

  it('takes no notice of silence on either side', () => {
    const silent = Uint32Array.from([0xf0f0f0f0, 0, 0x9abcdef0]);
    const stream = streamOf([0xf0f0f0f0, 0x12345678, 0], 0, WORD_TICKS, 20);
    const out = new Float32Array(3).fill(9);
    expect(compareWords(silent, 0, 3, stream, 0, out)).toBeCloseTo(WORD_LLR[0]!, 9);
    expect([...out.subarray(1)]).toEqual([0, 0]);
  });

  it('takes no notice of what lies outside either array', () => {
    const stream = streamOf(words, 0, WORD_TICKS, 16);
    const out = new Float32Array(8).fill(9);
    expect(compareWords(reference, -2, 8, stream, -2 * WORD_TICKS, out)).toBeCloseTo(4 * WORD_LLR[0]!, 9);
    expect([...out].map((llr) => llr === 0)).toEqual([true, true, false, false, false, false, true, true]);
    expect(compareWords(reference, 0, 4, stream, 1000, null)).toBe(0);
  });

  it('counts a reference word that stays the same once', () => {
    const still = new Uint32Array(10).fill(0xabcdef01);
    const stream = new Uint32Array(60).fill(0xabcdef01);
    expect(compareWords(still, 0, 10, stream, 0, null)).toBeCloseTo(WORD_LLR[0]!, 9);
    expect(compareWords(still, 5, 5, stream, 0, null)).toBe(0);
  });
});
