import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { align } from '../../bench/accuracy/peers/chromaprint.js';
import { goodFrames, type HashedFrame, matchedPart, vote } from '../../bench/accuracy/peers/pdq-frames.js';
import { FRAME_WORDS, readSignature } from '../../bench/accuracy/peers/signature-file.js';
import { matchSignatures } from '../../bench/accuracy/peers/signature-match.js';

/** The same numbers on every run. */
function randomWords(count: number, seed: number): Uint32Array {
  let state = seed;
  return Uint32Array.from({ length: count }, () => {
    let word = 0;
    for (let n = 0; n < 2; n++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      word = ((word << 16) | (state >>> 16)) >>> 0;
    }
    return word;
  });
}

describe('words of chromaprint', () => {
  const title = randomWords(600, 1);

  it('are aligned where the fewest bits differ', () => {
    const noise = randomWords(80, 2).map((word, n) => word & randomWords(80, 3)[n]!);
    const clip = title.slice(123, 203).map((word, n) => word ^ noise[n]!);
    const found = align(clip, title);
    expect(found?.shift).toBe(123);
    expect(found?.errorRate).toBeCloseTo(0.25, 1);
  });

  it('are aligned with a clip that begins before the title', () => {
    const clip = new Uint32Array([...randomWords(10, 4), ...title.slice(0, 70)]);
    expect(align(clip, title)?.shift).toBe(-10);
  });

  it('of something else differ in more than ten bits of 32 wherever they are laid', () => {
    expect(align(randomWords(80, 5), title)?.errorRate).toBeGreaterThan(10 / 32);
  });

  it('that do not exist are aligned nowhere', () => {
    expect(align(new Uint32Array(), title)).toBeNull();
  });
});

describe('video signatures of ffmpeg', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-peers-test-'));
  const sign = (name: string, source: string, filters: string) => {
    const file = path.join(folder, name);
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', source, '-vf'],
      `${filters},settb=1/1000,signature=filename=${file}`,
      ...['-fps_mode', 'passthrough', '-f', 'null', '-'],
    ]);
    return fs.readFileSync(file);
  };
  let film: Buffer;
  beforeAll(() => {
    film = sign('film', 'mandelbrot=s=320x180:r=25:start_scale=2:end_scale=0.01,trim=0:12', 'null');
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('are read with the times of their frames', () => {
    const { times, words } = readSignature(film, 1 / 1000);
    expect(times.length).toBe(300);
    expect(times[50]).toBeCloseTo(2);
    expect(words.length).toBe(300 * FRAME_WORDS);
  });

  it('that end early are refused', () => {
    expect(() => readSignature(film.subarray(0, 1000), 1 / 1000)).toThrow('300 frames announced');
  });

  it('of a piece, brighter and at half the frame rate, are found in their place', () => {
    const piece = sign(
      'piece',
      'mandelbrot=s=320x180:r=25:start_scale=2:end_scale=0.01,trim=4:9',
      'setpts=PTS-STARTPTS,fps=12.5,eq=brightness=0.1',
    );
    const match = matchSignatures(readSignature(piece, 1 / 1000), readSignature(film, 1 / 1000));
    expect(match?.offset).toBeCloseTo(4, 0);
    expect(match?.frames).toBeGreaterThan(40);
  });

  it('of another film are found nowhere', () => {
    const other = sign('other', 'life=s=320x180:r=25:seed=1:mold=10,trim=0:5', 'boxblur=8');
    expect(matchSignatures(readSignature(other, 1 / 1000), readSignature(film, 1 / 1000))).toBeNull();
  });
});

describe('PDQ hashes of frames', () => {
  const hex = (seed: number) =>
    [...randomWords(8, seed)].map((word) => word.toString(16).padStart(8, '0')).join('');
  const film = (seconds: number, seed: number): HashedFrame[] =>
    Array.from({ length: seconds * 5 }, (_, n) => ({ time: n / 5, quality: 100, hash: hex(seed + n) }));
  const title = goodFrames(film(30, 100));
  const piece = (from: number, to: number) => film(30, 100).slice(from * 5, to * 5);
  const moved = (frames: readonly HashedFrame[], by: number) =>
    frames.map((frame) => ({ ...frame, time: frame.time + by }));

  it('are a match of their own kind where most have a like, in whatever order', () => {
    const clip = [...piece(4, 8), ...film(1, 9000)].reverse();
    expect(matchedPart(goodFrames(clip), title)).toBeCloseTo(0.8);
  });

  it('vote for the place where most fit with their times', () => {
    const clip = goodFrames([...moved(piece(12, 16), -12), ...moved(piece(3, 5), 2)]);
    expect(vote(clip, title)).toEqual({ frames: 20, offset: expect.closeTo(12) });
  });

  it('below the least quality are not looked at', () => {
    const poor = piece(4, 8).map((frame) => ({ ...frame, quality: 49 }));
    expect(matchedPart(goodFrames(poor), title)).toBe(0);
    expect(vote(goodFrames(poor), title)).toBeNull();
  });
});
