import { describe, expect, it } from 'vitest';
import { HASH_BYTES, ROW_BYTES } from '../../fingerprints/units.js';
import { BITS_LLR, popcount32, WORD_LLR } from '../../fingerprints/words.js';
import { bestStretch, rowEvidence, weighRows, wordEvidence } from '../../src/catalogue/shared/evidence.js';

const A = 0x0f0f_1234;
const B = 0xff0f_5678;
const C = 0x1357_9bdf;

describe('evidence that words are the same sound', () => {
  const evidence = (own: number[], others: number[], place: number) => [
    ...wordEvidence(Uint32Array.from(own), 0, own.length, Uint32Array.from(others), place),
  ];
  const llr = (word: number, other: number) => Math.fround(WORD_LLR[popcount32(word ^ other)]!);

  it('is that of the word beside each, when one lies near', () => {
    expect(evidence([A, B], [A, C, B], 0.1)).toEqual([llr(A, A), llr(B, C)]);
    expect(evidence([A, B], [A, C, B], 0.9)).toEqual([llr(A, C), llr(B, B)]);
  });

  it('is that of the bits in which two words agree, when each lies between two', () => {
    const agreeing = ~(A ^ B);
    const between = ((A & agreeing) | (C & ~agreeing)) >>> 0;
    const all = popcount32(agreeing);
    expect(evidence([between], [A, B], 0.5)).toEqual([Math.fround(BITS_LLR[all]![0]!)]);
    expect(evidence([~between >>> 0], [A, B], 0.5)).toEqual([Math.fround(BITS_LLR[all]![all]!)]);
    expect(all).toBeLessThan(32);
  });

  it('is none in silence, and where sound stands still', () => {
    expect(evidence([0, A, A], [A, 0, A, A], 0.1)).toEqual([0, 0, 0]);
    expect(evidence([A], [A, 0], 0.5)).toEqual([0]);
  });
});

describe('evidence that rows are the same pictures', () => {
  /** Rows whose whole picture is one byte over and over, and whose parts say nothing. */
  const rowsOf = (...bytes: number[]) => {
    const rows = new Uint8Array(bytes.length * ROW_BYTES);
    bytes.forEach((byte, n) => {
      rows.fill(byte, n * ROW_BYTES, n * ROW_BYTES + HASH_BYTES);
    });
    return rows;
  };

  it('counts what is new for its time, what stands still for little, and what says nothing for nothing', () => {
    const { weights } = weighRows(rowsOf(0x55, 0x55, 0x55, 0, 0xaa));
    expect([...weights].map((weight) => Number(weight.toFixed(2)))).toEqual([0.2, 0.02, 0.02, 0, 0.8]);
  });

  it('takes the nearest of three rows', () => {
    const own = weighRows(rowsOf(0x55, 0xaa));
    const at = (...others: number[]) => [...rowEvidence(own, 0, 2, rowsOf(...others), 1)].map(Math.sign);
    expect(at(0x55, 0xaa, 0x55, 0xaa)).toEqual([1, 1]);
    expect(at(0x33, 0x33, 0x33, 0xaa)).toEqual([-1, 1]);
    expect(at(0, 0, 0, 0)).toEqual([0, 0]);
  });

  it('is looked for at its best', () => {
    expect(bestStretch(Float32Array.of(-1, 3, -1, 3, -9, 4))).toBe(5);
    expect(bestStretch(Float32Array.of(-1))).toBe(0);
  });
});
