import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioAnalyser, STREAM_ANALYSIS } from '../../fingerprints/audio-analyser.js';
import { WORD_PITCHES } from '../../fingerprints/band-words.js';
import { crc32 } from '../../fingerprints/crc32.js';
import { decodeFeatures, encodeFeatures } from '../../fingerprints/features-encoding.js';
import { FingerprintFormatError } from '../../fingerprints/format-error.js';
import { StreamPictures } from '../../fingerprints/stream-pictures.js';
import type { SegmentFeatures } from '../../fingerprints/types.js';
import { HASH_BITS, THUMB_BYTES } from '../../fingerprints/units.js';
import { music, picture, toHex } from './synthetic.js';

const PITCHES = 1 + WORD_PITCHES.length;
const time = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const times = (count: number) =>
  fc
    .array(time, { minLength: count, maxLength: count })
    .map((values) => Float64Array.from(values.sort((a, b) => a - b)));
const floats = (count: number) =>
  fc
    .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: count, maxLength: count })
    .map((values) => Float32Array.from(values));
const word = fc.integer({ min: 0, max: 0xffffffff });

const audio = fc.tuple(fc.nat(40), fc.nat(30)).chain(([words, peaks]) =>
  fc
    .record({
      start: time,
      all: fc.array(fc.array(word, { minLength: words, maxLength: words }), {
        minLength: PITCHES,
        maxLength: PITCHES,
      }),
      times: times(peaks),
      octaves: floats(peaks),
      lean: fc.array(fc.nat(1), { minLength: peaks, maxLength: peaks }),
    })
    .map(({ start, all, times, octaves, lean }) => {
      const [own, ...pitched] = all.map((each) => Uint32Array.from(each));
      return { start, words: own!, pitched, peaks: { times, octaves, lean: Uint8Array.from(lean) } };
    }),
);

/** Thumbs that are flat, drawn, or noise. */
const thumb = fc.oneof(
  fc.nat(255).map((luma) => new Uint8Array(THUMB_BYTES).fill(luma)),
  fc.nat(50).map((seed) => picture(128, 72, seed)),
  fc.nat(50).map((seed) => Uint8Array.from({ length: THUMB_BYTES }, (_, i) => ((i + seed) * 7919) >> 3)),
);
const pictures = fc
  .array(fc.record({ says: fc.boolean(), thumb: fc.option(thumb) }), { maxLength: 3 })
  .chain((shown) =>
    fc
      .record({ times: times(shown.length), said: floats(shown.length * HASH_BITS) })
      .map(({ times, said }) => {
        let seen = 0;
        return {
          times,
          coefficients: said.map((value, i) => (shown[Math.floor(i / HASH_BITS)]!.says ? value || 1 : 0)),
          thumbs: Uint8Array.from(shown.flatMap((one) => (one.thumb ? [...one.thumb] : []))),
          thumbOf: Int32Array.from(shown, (one) => (one.thumb ? seen++ : -1)),
        };
      }),
  );
const features: fc.Arbitrary<SegmentFeatures> = fc
  .record({
    start: time,
    duration: fc.double({ min: 0, max: 1e4, noNaN: true }),
    missing: fc.record({ video: fc.nat(10), audio: fc.nat(10) }),
    audio: fc.option(audio),
    pictures: fc.option(pictures),
  })
  .map(({ duration, ...rest }) => ({ ...rest, end: rest.start + duration }));

const small: SegmentFeatures = {
  start: 2,
  end: 8,
  missing: { video: 0, audio: 0.5 },
  audio: {
    start: 2,
    words: Uint32Array.of(0xdeadbeef),
    pitched: [Uint32Array.of(1), Uint32Array.of(2)],
    peaks: { times: Float64Array.of(2), octaves: Float32Array.of(1.5), lean: Uint8Array.of(1) },
  },
  pictures: {
    times: Float64Array.of(3, 4),
    coefficients: new Float32Array(2 * HASH_BITS).fill(1, HASH_BITS),
    thumbs: new Uint8Array(THUMB_BYTES).fill(128),
    thumbOf: Int32Array.of(-1, 0),
  },
};
const two = '0000000000000040';
const GOLDEN = [
  `53505346${'0100'}${'0300'}`,
  `${two}${'0000000000002040'}${'0000000000000000'}${'000000000000e03f'}`,
  `${two}${'01000000'}${'03000000'}${'01000000'}`,
  `efbeadde${'01000000'}${'02000000'}${two}${'0000c03f'}${'01'}`,
  `${'02000000'}${'01000000'}${'01000000'}`,
];

function failure(bytes: Uint8Array): FingerprintFormatError {
  try {
    decodeFeatures(bytes);
  } catch (error) {
    if (error instanceof FingerprintFormatError) return error;
    throw error;
  }
  throw new Error('Decoded without complaint');
}

/** The bytes with some of them changed, and a checksum that is right. */
function forged(at: number, ...changed: number[]): Uint8Array {
  const bytes = encodeFeatures(small);
  bytes.set(changed, at);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

/** What 6 s with a key frame every second say. */
function sixSeconds(): SegmentFeatures {
  const analyser = new AudioAnalyser(STREAM_ANALYSIS);
  analyser.feed(music(6, 3), 0);
  analyser.finish();
  const shown = new StreamPictures();
  for (let n = 0; n < 6; n++) shown.add(picture(320, 180, n), 320, 180, n);
  const missing = { video: 0, audio: 0 };
  return { start: 0, end: 6, missing, audio: analyser.take(), pictures: shown.take() };
}

describe('the encoding of what a segment says', () => {
  it('gives back every bit, from any place in a buffer', () => {
    fc.assert(
      fc.property(features, fc.integer({ min: 0, max: 3 }), (original, at) => {
        const encoded = encodeFeatures(original);
        const buffer = new Uint8Array(encoded.length + at);
        buffer.set(encoded, at);
        expect(decodeFeatures(buffer.subarray(at))).toEqual(original);
      }),
      { numRuns: 60 },
    );
  });

  it('is laid out as documented, byte for byte', () => {
    const hex = toHex(encodeFeatures(small));
    const [head, times, sound, words, numbers] = GOLDEN as [string, string, string, string, string];
    expect(hex.slice(0, 16)).toBe(head);
    expect(hex.slice(24, 24 + 64 + sound.length + words.length)).toBe(times + sound + words);
    const at = 24 + 64 + sound.length + words.length;
    expect(hex.slice(at, at + 24)).toBe(numbers);
    // A flat thumb takes about a bit a point.
    const thumbBytes = new DataView(encodeFeatures(small).buffer).getUint32(at / 2 + 12, true);
    expect(thumbBytes).toBeLessThan(THUMB_BYTES / 8 + 16);
    expect(hex.length / 2).toBe(at / 2 + 16 + 2 * 9 + 4 * HASH_BITS + thumbBytes + 4);
  });

  it('is small: what six seconds with six key frames say takes less than 7 KiB a second', () => {
    const encoded = encodeFeatures(sixSeconds());
    expect(encoded.length).toBeLessThan(6 * 7 * 1024);
    expect(decodeFeatures(encoded)).toEqual(sixSeconds());
  });

  it('refuses what breaks its own contract, which is a mistake of the writer', () => {
    const { audio, pictures } = small as Required<SegmentFeatures>;
    const broken: Partial<SegmentFeatures>[] = [
      { end: 1 },
      { start: Number.NaN },
      { missing: { video: -1, audio: 0 } },
      { audio: { ...audio!, pitched: [] } },
      { audio: { ...audio!, peaks: { ...audio!.peaks, lean: new Uint8Array(2) } } },
      { pictures: { ...pictures!, thumbOf: Int32Array.of(0, -1), thumbs: new Uint8Array(1) } },
      { pictures: { ...pictures!, thumbOf: Int32Array.of(1, 0) } },
      { pictures: { ...pictures!, coefficients: new Float32Array(3) } },
    ];
    for (const part of broken) expect(() => encodeFeatures({ ...small, ...part })).toThrow(RangeError);
  });
});

describe('reading what a segment says', () => {
  it('refuses a version it does not know, and names it', () => {
    const error = failure(forged(4, 2));
    expect(error.code).toBe('SP_FINGERPRINT_VERSION');
    expect(error.message).toContain('version 2');
  });

  it('finds every truncation and every changed byte', () => {
    const bytes = encodeFeatures(small);
    for (let length = 0; length < bytes.length; length++)
      expect(failure(bytes.subarray(0, length)).code).toBe('SP_FINGERPRINT_CORRUPT');
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 0x10;
      expect(failure(changed)).toBeInstanceOf(FingerprintFormatError);
    }
  });

  it('believes no number, even under a right checksum', () => {
    // Every byte of what comes before the coefficients, then some.
    for (let at = 6; at < encodeFeatures(small).length - 8; at += at < 170 ? 1 : 41)
      for (const value of [0xff, 0x7f, 0]) {
        try {
          decodeFeatures(forged(at, value, value, value, value));
        } catch (error) {
          expect(error).toBeInstanceOf(FingerprintFormatError);
        }
      }
  });

  it('refuses random bytes, also behind a right beginning and under a right checksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(3), (random, parts) => {
        expect(failure(random).code).toBe('SP_FINGERPRINT_CORRUPT');
        const bytes = new Uint8Array(44 + random.length + 4);
        bytes.set(encodeFeatures(small).subarray(0, 44));
        bytes.set(random, 44);
        bytes[6] = parts;
        const view = new DataView(bytes.buffer);
        view.setUint32(8, bytes.length, true);
        view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
        if (parts > 0 || random.length > 0) expect(failure(bytes).code).toBe('SP_FINGERPRINT_CORRUPT');
      }),
    );
  });
});
