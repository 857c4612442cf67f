import { describe, expect, it } from 'vitest';
import { AudioAnalyser } from '../../fingerprints/audio-analyser.js';
import {
  LANDMARK_BITS,
  LEAN_FAN,
  LEAN_PEAKS_PER_SECOND,
  landmarksOf,
  REFERENCE_FAN,
  REFERENCE_PEAKS_PER_SECOND,
} from '../../fingerprints/landmarks.js';
import type { Landmarks, Peaks } from '../../fingerprints/types.js';
import { SAMPLE_RATE, TICK } from '../../fingerprints/units.js';
import { music, noise } from './synthetic.js';

const peaksAt = (...peaks: [time: number, octave: number][]): Peaks => ({
  times: Float64Array.from(peaks, ([time]) => time),
  octaves: Float32Array.from(peaks, ([, octave]) => octave),
});

describe('landmarksOf', () => {
  it('hashes the first frequency, the step of frequency and the step of time', () => {
    // 2.5 octaves = step 60; half an octave down = step −12, stored as 20; 0.33 s = 10 frames of 32 ms.
    const { hashes, ticks } = landmarksOf(peaksAt([10, 2.51], [10.33, 2.02]), 8, 4);
    expect([...hashes]).toEqual([(60 << 12) | (20 << 6) | 10]);
    expect([...ticks]).toEqual([2 / TICK]);
  });

  it('pairs 3 to 62 frames apart and within an octave only, with the next few', () => {
    const frame = 0.032;
    const near = landmarksOf(
      peaksAt([0, 1], [2.5 * frame, 1], [3.5 * frame, 1.5], [62.5 * frame, 1], [63.5 * frame, 1]),
      0,
      9,
    );
    expect([...near.hashes].filter((_, i) => near.ticks[i] === 0).map((h) => h & 63)).toEqual([3, 62]);
    expect(landmarksOf(peaksAt([0, 1], [0.5, 2.1]), 0, 9).hashes).toHaveLength(0);
    const many = peaksAt(...Array.from({ length: 9 }, (_, i): [number, number] => [i * 0.2, 1]));
    expect([...landmarksOf(many, 0, 2).ticks].filter((tick) => tick === 0)).toHaveLength(2);
  });

  it('never gives a tick before the origin', () => {
    expect([...landmarksOf(peaksAt([7.99, 1], [8.5, 1]), 8, 1).ticks]).toEqual([0]);
  });
});

describe('landmarks of sound', () => {
  const song = music(20, 7);
  const reference = of(song, REFERENCE_PEAKS_PER_SECOND, REFERENCE_FAN);

  function of(pcm: Int16Array, peaksPerSecond: number, fan: number): Landmarks {
    const analyser = new AudioAnalyser({ wordTicks: 1, peaksPerSecond });
    analyser.feed(pcm, 0);
    analyser.finish();
    return landmarksOf(analyser.take().peaks, 0, fan);
  }

  /** Share of the reference's landmarks that the query has too, `ticks` earlier. */
  function share(query: Landmarks, ticks: number): number {
    const there = new Set<string>();
    query.hashes.forEach((hash, i) => {
      for (const near of [-2, -1, 0, 1, 2]) there.add(`${hash} ${query.ticks[i]! + near}`);
    });
    let found = 0;
    reference.hashes.forEach((hash, i) => {
      if (there.has(`${hash} ${reference.ticks[i]! - ticks}`)) found++;
    });
    return found / reference.hashes.length;
  }

  it('are some 15 to 24 a second, sorted, each below 2^19', () => {
    expect(reference.hashes.length / 20).toBeGreaterThan(15);
    expect(reference.hashes.length / 20).toBeLessThanOrEqual(24);
    expect([...reference.ticks]).toEqual([...reference.ticks].sort((a, b) => a - b));
    expect(Math.max(...reference.hashes)).toBeLessThan(2 ** LANDMARK_BITS);
  });

  it('are found again by a query that begins elsewhere, in noise', () => {
    const hiss = noise(20, 1500, 8);
    const late = song.map((sample, i) => sample + hiss[i]!).subarray(2 * SAMPLE_RATE + 50);
    const query = of(late, LEAN_PEAKS_PER_SECOND, LEAN_FAN);
    expect(share(query, 125)).toBeGreaterThan(0.25);
    expect(share(query, 325)).toBeLessThan(0.03);
  });

  it('are not found in other music', () => {
    const other = of(music(20, 9), LEAN_PEAKS_PER_SECOND, LEAN_FAN);
    expect(share(other, 0)).toBeLessThan(0.03);
  });
});
