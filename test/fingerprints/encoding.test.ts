import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../fingerprints/crc32.js';
import { decodeFingerprint, encodeFingerprint } from '../../fingerprints/encoding.js';
import { FingerprintFormatError } from '../../fingerprints/format-error.js';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { HASH_BYTES, ROW_BYTES } from '../../fingerprints/units.js';
import { toHex } from './synthetic.js';

const word = fc.integer({ min: 0, max: 0xffffffff });
const landmark = fc.record({
  hash: fc.integer({ min: 0, max: 2 ** 22 - 1 }),
  tick: fc.oneof(fc.integer({ min: 0, max: 2000 }), word),
});
const track = fc
  .record({ words: fc.array(word), landmarks: fc.array(landmark) })
  .map(({ words, landmarks }) => {
    const sorted = landmarks.sort((a, b) => a.tick - b.tick);
    return {
      words: Uint32Array.from(words),
      landmarks: {
        hashes: Uint32Array.from(sorted, ({ hash }) => hash),
        ticks: Uint32Array.from(sorted, ({ tick }) => tick),
      },
    };
  });
const video = fc
  .array(fc.uint8Array({ minLength: ROW_BYTES, maxLength: ROW_BYTES }))
  .map((rows) => ({ rows: Uint8Array.from(rows.flatMap((row) => [...row])) }));
const fingerprint: fc.Arbitrary<ReferenceFingerprint> = fc.record({
  duration: fc.double({ min: 0, max: 1e6, noNaN: true }),
  video: fc.option(video),
  audio: fc.array(track, { maxLength: 3 }),
});

const small: ReferenceFingerprint = {
  duration: 0.25,
  video: { rows: Uint8Array.from({ length: 2 * ROW_BYTES }, (_, i) => i) },
  audio: [
    {
      words: Uint32Array.of(0xdeadbeef, 0, 1),
      landmarks: { hashes: Uint32Array.of(0x12345, 7), ticks: Uint32Array.of(3, 303) },
    },
  ],
};
const ascii = (text: string) => Buffer.from(text.padEnd(20, '\0')).toString('hex');
const LENGTH = `${(112 + 2 * ROW_BYTES).toString(16).padStart(4, '0')}0000`.replace(/^(..)(..)/, '$2$1');
const GOLDEN = [
  `5350465001000200000000000000d03f${LENGTH}`,
  `${ascii('dct144/2')}0200000000000000${(2 * ROW_BYTES).toString(16)}000000`,
  toHex(small.video!.rows),
  `${ascii('landmarks+words/2')}030000000200000015000000`,
  'efbeadde' + '00000000' + '01000000',
  '03452301' + 'ac02070000' + '000000',
].join('');

function failure(bytes: Uint8Array): FingerprintFormatError {
  try {
    decodeFingerprint(bytes);
  } catch (error) {
    if (error instanceof FingerprintFormatError) return error;
    throw error;
  }
  throw new Error('Decoded without complaint');
}

/** The bytes with some of them changed, and a checksum that is right. */
function forged(at: number, ...changed: number[]): Uint8Array {
  const bytes = encodeFingerprint(small);
  bytes.set(changed, at);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

describe('the binary encoding', () => {
  it('gives back every fingerprint as it was, from any place in a buffer', () => {
    fc.assert(
      fc.property(fingerprint, fc.integer({ min: 0, max: 3 }), (original, at) => {
        const encoded = encodeFingerprint(original);
        const buffer = new Uint8Array(encoded.length + at);
        buffer.set(encoded, at);
        expect(decodeFingerprint(buffer.subarray(at))).toEqual(original);
      }),
    );
  });

  it('is laid out as documented, byte for byte', () => {
    const bytes = encodeFingerprint(small);
    expect(toHex(bytes.subarray(0, -4))).toBe(GOLDEN);
    expect(new DataView(bytes.buffer).getUint32(bytes.length - 4, true)).toBe(crc32(bytes.subarray(0, -4)));
  });

  it('refuses unsorted landmarks and broken rows, which are mistakes of the writer', () => {
    const audio = [
      { words: new Uint32Array(0), landmarks: { hashes: Uint32Array.of(1, 2), ticks: Uint32Array.of(5, 4) } },
    ];
    expect(() => encodeFingerprint({ ...small, audio })).toThrow(RangeError);
    expect(() => encodeFingerprint({ ...small, video: { rows: new Uint8Array(17) } })).toThrow(RangeError);
  });
});

describe('reading an encoding', () => {
  it('takes pictures of version 1, of which only the whole was hashed', () => {
    const rows = Uint8Array.from({ length: 3 * ROW_BYTES }, (_, i) =>
      i % ROW_BYTES < HASH_BYTES ? i + 1 : 0,
    );
    const bytes = encodeFingerprint({ duration: 0.5, video: { rows }, audio: [] });
    const body = 3 * HASH_BYTES;
    const old = new Uint8Array(52 + 56 + 4);
    old.set(bytes.subarray(0, 52));
    for (let n = 0; n < 3; n++)
      old.set(rows.subarray(n * ROW_BYTES, n * ROW_BYTES + HASH_BYTES), 52 + n * HASH_BYTES);
    const view = new DataView(old.buffer);
    view.setUint32(16, old.length, true);
    view.setUint8(20 + 7, '1'.charCodeAt(0));
    view.setUint32(20 + 28, body, true);
    view.setUint32(old.length - 4, crc32(old.subarray(0, -4)), true);
    expect(decodeFingerprint(old).video).toEqual({ rows });
  });

  it('refuses a format version it does not know, and names it', () => {
    const error = failure(forged(4, 2));
    expect(error.code).toBe('SP_FINGERPRINT_VERSION');
    expect(error.message).toContain('version 2');
  });

  it('refuses an algorithm it does not know, and names it', () => {
    const error = failure(forged(20 + 7, '3'.charCodeAt(0)));
    expect(error.code).toBe('SP_FINGERPRINT_VERSION');
    expect(error.message).toContain('dct144/3');
  });

  it('finds every truncation', () => {
    const bytes = encodeFingerprint(small);
    for (let length = 0; length < bytes.length; length++)
      expect(failure(bytes.subarray(0, length)).code).toBe('SP_FINGERPRINT_CORRUPT');
  });

  it('finds every changed byte', () => {
    const bytes = encodeFingerprint(small);
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 0x10;
      expect(failure(changed)).toBeInstanceOf(FingerprintFormatError);
    }
  });

  it('believes no length, even under a right checksum', () => {
    for (let at = 6; at < encodeFingerprint(small).length - 8; at++)
      for (const value of [0xff, 0x7f, 0]) {
        try {
          decodeFingerprint(forged(at, value, value, value, value));
        } catch (error) {
          expect(error).toBeInstanceOf(FingerprintFormatError);
        }
      }
    expect(failure(forged(20 + 20, 0xff, 0xff, 0xff, 0xff)).code).toBe('SP_FINGERPRINT_CORRUPT');
    expect(failure(forged(20 + 28, 0xff, 0xff, 0xff, 0xff)).code).toBe('SP_FINGERPRINT_CORRUPT');
    expect(failure(forged(52 + 2 * ROW_BYTES + 24, 0xff, 0xff, 0xff, 0xff)).code).toBe(
      'SP_FINGERPRINT_CORRUPT',
    );
  });

  it('refuses random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(failure(bytes).code).toBe('SP_FINGERPRINT_CORRUPT');
      }),
    );
  });
});

describe('crc32', () => {
  it('is the usual one', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(crc32(bytes)).toBe(zlibCrc32(bytes));
      }),
    );
  });
});
