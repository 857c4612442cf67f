import { beforeAll, describe, expect, it } from 'vitest';
import { hammingBytes, hashOf } from '../../fingerprints/picture.js';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { HASH_BITS, HASH_BYTES, ROW_BYTES } from '../../fingerprints/units.js';
import { popcount32 } from '../../fingerprints/words.js';
import { loadDecoder } from '../../workers/decode/index.js';
import type { DecoderName, SegmentResult } from '../../workers/protocol.js';
import { fingerprintReference } from '../../workers/tasks/reference.js';
import { analyseSegment } from '../../workers/tasks/segment.js';
import { LIMITS, MediaFolder, X264 } from './media.js';

/** The stated tolerance: of words and rows this share, within so many bits. */
const SHARE = 0.99;
const WORD_BITS = 2;
const ROW_BITS = 4;

const media = new MediaFolder();

const FILES: [string, string][] = [
  ['a.ts', `${X264} -c:a aac`],
  ['b.mp4', `${X264} -c:a mp3`],
  ['c.webm', '-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 50 -c:a libopus'],
  ['d.avi', '-c:v mpeg4 -c:a ac3'],
];

describe.each(FILES)('the fingerprints of %s', (name, options) => {
  const references = new Map<DecoderName, ReferenceFingerprint>();
  const segments = new Map<DecoderName, SegmentResult>();

  beforeAll(async () => {
    const path = media.make(name, options);
    for (const decoderName of ['libav', 'ffmpeg'] as const) {
      const decoder = await loadDecoder(decoderName);
      const task = { kind: 'reference', path, limits: LIMITS, stillEvery: 0 } as const;
      const { fingerprint } = await fingerprintReference(decoder, task, () => undefined);
      references.set(decoderName, fingerprint);
      const segment = {
        kind: 'segment',
        path,
        limits: LIMITS,
        pictures: 'sparse',
        audioState: null,
        last: true,
      } as const;
      segments.set(decoderName, await analyseSegment(decoder, segment));
    }
  });

  it('agree on the sound of a reference, whichever decoder made them', () => {
    const [a, b] = [references.get('libav')!, references.get('ffmpeg')!];
    expect(agreeingWords(a.audio[0]!.words, b.audio[0]!.words)).toBeGreaterThanOrEqual(SHARE);
  });

  it('agree on the pictures of a reference', () => {
    const [a, b] = [references.get('libav')!.video!.rows, references.get('ffmpeg')!.video!.rows];
    expect(a.length).toBe(b.length);
    const rows = a.length / ROW_BYTES;
    let close = 0;
    for (let row = 0; row < rows; row++)
      if (hammingBytes(a, row * ROW_BYTES, b, row * ROW_BYTES) <= ROW_BITS) close++;
    expect(rows).toBeGreaterThan(38);
    expect(close / rows).toBeGreaterThanOrEqual(SHARE);
  });

  it('agree on which key frames a pace takes', async () => {
    const path = media.make(name, options);
    const times: number[][] = [];
    for (const decoderName of ['libav', 'ffmpeg'] as const) {
      const result = await analyseSegment(await loadDecoder(decoderName), {
        kind: 'segment',
        path,
        limits: LIMITS,
        pictures: 'sparse',
        pace: { every: 3, due: null },
        audioState: null,
        last: true,
      });
      expect(result.report.missing.video).toBe(0);
      times.push([...result.pictures!.times, result.pictureDue!]);
    }
    expect(times[0]!.length).toBeLessThan(segments.get('libav')!.pictures!.times.length + 1);
    times[0]!.forEach((time, i) => {
      expect(time).toBeCloseTo(times[1]![i]!, 2);
    });
  });

  it('agree on the sound of a segment', () => {
    const [a, b] = [segments.get('libav')!.audio!, segments.get('ffmpeg')!.audio!];
    expect(Math.abs(a.start - b.start)).toBeLessThan(0.001);
    expect(agreeingWords(a.words, b.words)).toBeGreaterThanOrEqual(SHARE);
  });

  it('agree on the pictures of a segment', () => {
    const [a, b] = [segments.get('libav')!.pictures!, segments.get('ffmpeg')!.pictures!];
    expect(b.times.length).toBe(a.times.length);
    for (let i = 0; i < a.times.length; i++) {
      expect(Math.abs(a.times[i]! - b.times[i]!)).toBeLessThan(0.002);
      const [hashA, hashB] = [a, b].map(({ coefficients }) => {
        const hash = new Uint8Array(HASH_BYTES);
        hashOf(coefficients, i * HASH_BITS, hash, 0);
        return hash;
      });
      expect(hammingBytes(hashA!, 0, hashB!, 0)).toBeLessThanOrEqual(ROW_BITS);
    }
  });
});

function agreeingWords(a: Uint32Array, b: Uint32Array): number {
  expect(Math.abs(a.length - b.length)).toBeLessThanOrEqual(3);
  const count = Math.min(a.length, b.length);
  let close = 0;
  for (let i = 0; i < count; i++) if (popcount32((a[i]! ^ b[i]!) >>> 0) <= WORD_BITS) close++;
  return close / count;
}
