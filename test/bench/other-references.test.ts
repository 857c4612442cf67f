import { describe, expect, it } from 'vitest';
import { otherReference } from '../../bench/lib/other-references.js';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { ROW_BYTES, ROWS_PER_SECOND, WORD_STEP } from '../../fingerprints/units.js';

const SECONDS = 4;
const WORD = 0x12345678;
const ROW = Uint8Array.from({ length: ROW_BYTES }, (_, i) => (7 * i + 1) & 255);

/** Four seconds in which nothing changes, so that every piece is made from the same. */
const REAL: ReferenceFingerprint = {
  duration: SECONDS,
  video: {
    rows: Uint8Array.from({ length: SECONDS * ROWS_PER_SECOND * ROW_BYTES }, (_, i) => ROW[i % ROW_BYTES]!),
  },
  audio: [
    {
      words: new Uint32Array(SECONDS / WORD_STEP).fill(WORD),
      landmarks: { hashes: new Uint32Array(0), ticks: new Uint32Array(0) },
    },
  ],
};

function bitsOf(value: number): number {
  return value.toString(2).replaceAll('0', '').length;
}

describe('another reference', () => {
  const { fingerprint } = otherReference([REAL], 3);

  it('differs from what it was made from by half of the bits, like anything else', () => {
    const words = fingerprint.audio[0]!.words;
    for (let i = 0; i < words.length; i += 97) expect(bitsOf((words[i]! ^ WORD) >>> 0)).toBe(16);
    const rows = fingerprint.video!.rows;
    for (let row = 0; row < 1000; row += 101) {
      let apart = 0;
      for (let b = 0; b < ROW_BYTES; b++) apart += bitsOf(rows[row * ROW_BYTES + b]! ^ ROW[b]!);
      expect(apart).toBe(4 * ROW_BYTES);
    }
  });

  it('stays as alike from one moment to the next as the real one, and is the same on every run', () => {
    const words = fingerprint.audio[0]!.words;
    expect(words[1]).toBe(words[0]);
    expect(otherReference([REAL], 3).fingerprint.audio[0]!.words).toEqual(words);
    expect(otherReference([REAL], 4).fingerprint.audio[0]!.words).not.toEqual(words);
  });
});
