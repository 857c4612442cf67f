import { describe, expect, it } from 'vitest';
import { AudioAnalyser, REFERENCE_ANALYSIS } from '../../fingerprints/audio-analyser.js';
import { hashOf, PictureHasher } from '../../fingerprints/picture.js';
import { MAX_AUDIO_TRACKS, ReferenceFingerprintBuilder } from '../../fingerprints/reference-builder.js';
import { StreamPictures } from '../../fingerprints/stream-pictures.js';
import { HASH_BITS, HASH_BYTES, ROW_BYTES, SAMPLE_RATE, WORD_STEP } from '../../fingerprints/units.js';
import { music, picture, toHex } from './synthetic.js';

const WIDTH = 160;
const HEIGHT = 90;
const pictures = [1, 2, 3].map((seed) => picture(WIDTH, HEIGHT, seed));
const hashes = pictures.map((grey) => {
  const coefficients = new Float32Array(HASH_BITS);
  new PictureHasher().measure(grey, WIDTH, HEIGHT, coefficients, 0);
  const hash = new Uint8Array(HASH_BYTES);
  hashOf(coefficients, 0, hash, 0);
  return toHex(hash);
});

/** Which of the pictures each row shows: its letter, or a dot for none. */
function rowsShown(shown: readonly (readonly [time: number, picture: number])[], duration: number): string {
  const builder = new ReferenceFingerprintBuilder();
  const reused = new Uint8Array(WIDTH * HEIGHT);
  for (const [time, n] of shown) {
    reused.set(pictures[n]!);
    builder.picture(reused, WIDTH, HEIGHT, time);
  }
  const { rows } = builder.finish(duration).video!;
  return Array.from({ length: rows.length / ROW_BYTES }, (_, n) => {
    const row = toHex(rows.subarray(n * ROW_BYTES, n * ROW_BYTES + HASH_BYTES));
    return /[^0]/.test(row) ? ('ABC'[hashes.indexOf(row)] ?? '?') : '.';
  }).join('');
}

describe('rows of a reference', () => {
  it('hold every 0.2 s the picture shown then, or up to 0.1 s later', () => {
    expect(
      rowsShown(
        [
          [0, 0],
          [0.25, 1],
          [0.69, 2],
        ],
        1,
      ),
    ).toBe('ABBCC');
    expect(
      rowsShown(
        [
          [0, 0],
          [0.31, 1],
          [0.71, 2],
        ],
        1,
      ),
    ).toBe('AABBC');
  });

  it('pass over pictures that come and go between two rows', () => {
    expect(
      rowsShown(
        [
          [0, 0],
          [0.11, 1],
          [0.18, 2],
          [0.31, 0],
        ],
        0.6,
      ),
    ).toBe('ACA');
  });

  it('begin with nothing when the first picture comes late, and end with the duration', () => {
    expect(rowsShown([[0.5, 0]], 1)).toBe('..AAA');
    expect(
      rowsShown(
        [
          [-0.3, 0],
          [0.1, 1],
          [3, 2],
        ],
        0.5,
      ),
    ).toBe('BBB');
  });

  it('hold a picture for 10 s at most', () => {
    expect(rowsShown([[0, 0]], 20)).toBe('A'.repeat(51) + '.'.repeat(49));
  });

  it('leave out pictures that go back in time or have none', () => {
    expect(
      rowsShown(
        [
          [0, 0],
          [0.4, 1],
          [0.1, 2],
          [Number.NaN, 2],
        ],
        0.8,
      ),
    ).toBe('AABB');
  });
});

describe('sound tracks of a reference', () => {
  const song = music(6, 11);

  it('lie on the grid that begins at time 0, wherever their first sample does', () => {
    const builder = new ReferenceFingerprintBuilder();
    builder.audio(0, song, 20);
    const [track] = builder.finish(26).audio;
    const plain = new AudioAnalyser(REFERENCE_ANALYSIS);
    plain.feed(song, 0);
    plain.finish();
    const words = plain.take().words;
    const shift = 20 / WORD_STEP;
    expect(track!.words.subarray(0, shift - 2).every((word) => word === 0)).toBe(true);
    expect(track!.words.subarray(shift + 5)).toEqual(words.subarray(5));
    expect(track!.landmarks.ticks[0]).toBeGreaterThanOrEqual(20 / 0.016 - 1);
  });

  it('leave out what lies before time 0 or is there already', () => {
    const builder = new ReferenceFingerprintBuilder();
    builder.audio(0, song.subarray(0, 8000), -0.5);
    builder.audio(0, song.subarray(8000), 0.5);
    builder.audio(0, song.subarray(0, 8000), -100);
    builder.audio(0, song.subarray(0, 8000), Number.NaN);
    const cut = new ReferenceFingerprintBuilder();
    cut.audio(0, song.subarray(4000), 0);
    expect(builder.finish(6)).toEqual(cut.finish(6));
  });

  it('keep their numbers when one is silent or empty', () => {
    const builder = new ReferenceFingerprintBuilder();
    builder.audio(2, song, 0);
    builder.audio(1, new Int16Array(2 * SAMPLE_RATE), 0);
    const { audio, video } = builder.finish(6);
    expect(video).toBeNull();
    expect(audio.map(({ words }) => words.length)).toEqual([0, 25, 75]);
    expect(audio[1]!.words.every((word) => word === 0)).toBe(true);
    expect(audio[1]!.landmarks.hashes).toHaveLength(0);
    expect(audio[2]!.landmarks.hashes.length).toBeGreaterThan(50);
  });

  it('are bounded in number', () => {
    const builder = new ReferenceFingerprintBuilder();
    expect(() => builder.audio(MAX_AUDIO_TRACKS, song, 0)).toThrow(RangeError);
    expect(() => builder.audio(-1, song, 0)).toThrow(RangeError);
  });
});

describe('StreamPictures', () => {
  it('collects coefficients with their times, zeros for a picture that says nothing', () => {
    const collected = new StreamPictures();
    collected.add(pictures[0]!, WIDTH, HEIGHT, 7.5);
    collected.add(new Uint8Array(WIDTH * HEIGHT), WIDTH, HEIGHT, 8);
    const { times, coefficients } = collected.take();
    expect([...times]).toEqual([7.5, 8]);
    const hash = new Uint8Array(HASH_BYTES);
    hashOf(coefficients, 0, hash, 0);
    expect(toHex(hash)).toBe(hashes[0]);
    expect(coefficients.subarray(HASH_BITS).every((c) => c === 0)).toBe(true);
    expect(collected.take().times).toHaveLength(0);
  });
});
