import { describe, expect, it } from 'vitest';
import { AudioAnalyser, REFERENCE_ANALYSIS, STREAM_ANALYSIS } from '../../fingerprints/audio-analyser.js';
import {
  LANDMARK_BITS,
  type LandmarkSet,
  LEAN_FAN,
  landmarksOf,
  REFERENCE_FAN,
  RICH_FAN,
} from '../../fingerprints/landmarks.js';
import type { Landmarks, Peaks } from '../../fingerprints/types.js';
import { SAMPLE_RATE, TICK } from '../../fingerprints/units.js';
import { music, noise } from './synthetic.js';

const peaksAt = (...peaks: [time: number, octave: number][]): Peaks => ({
  times: Float64Array.from(peaks, ([time]) => time),
  octaves: Float32Array.from(peaks, ([, octave]) => octave),
  lean: new Uint8Array(peaks.length).fill(1),
});

/** How many partners the first peak has: probes of one lie a tick apart, partners further. */
function partnersOf({ hashes, ticks }: Landmarks): number {
  const later = [...hashes].filter((_, i) => ticks[i] === 0).map((hash) => hash & 127);
  return new Set(later.map((tick) => Math.round(tick / 6.25))).size;
}

describe('landmarksOf', () => {
  it('hashes the first frequency, the step of frequency and the step of time', () => {
    // 2.51 octaves = step 120; 0.49 octaves down = step −24, stored as 40; 0.33 s = 20 ticks.
    const { hashes, ticks } = landmarksOf(peaksAt([10, 2.51], [10.33, 2.02]), 8, { set: 'reference' });
    expect([...hashes]).toEqual([(120 << 14) | (40 << 7) | 20]);
    expect([...ticks]).toEqual([2 / TICK]);
  });

  it('pairs 3 to 62 frames apart and within an octave only, with the next few', () => {
    const frame = 0.032;
    const near = landmarksOf(
      peaksAt([0, 1], [2.5 * frame, 1], [3.5 * frame, 1.5], [62.5 * frame, 1], [63.5 * frame, 1]),
      0,
      { set: 'reference' },
    );
    expect([...near.hashes].filter((_, i) => near.ticks[i] === 0).map((h) => h & 127)).toEqual([7, 125]);
    expect(landmarksOf(peaksAt([0, 1], [0.5, 2.1]), 0, { set: 'lean' }).hashes).toHaveLength(0);
    const many = peaksAt(...Array.from({ length: 18 }, (_, i): [number, number] => [i * 0.1, 1]));
    for (const [set, fan] of [
      ['reference', REFERENCE_FAN],
      ['lean', LEAN_FAN],
      ['rich', RICH_FAN],
    ] as const)
      expect(partnersOf(landmarksOf(many, 0, { set }))).toBe(fan);
  });

  it('never gives a tick before the origin', () => {
    expect([...landmarksOf(peaksAt([7.99, 1], [8.5, 1]), 8, { set: 'reference' }).ticks]).toEqual([0]);
  });
});

describe('landmarksOf, near the edges of steps', () => {
  const looked = (octave: number, later: number) =>
    [
      ...landmarksOf(peaksAt([8, octave], [8 + later * TICK, octave + 0.25]), 8, { set: 'richest' }).hashes,
    ].map((h) => [h >>> 14, (h >>> 7) & 127, h & 127]);

  it('looks a stream up on both sides of an edge, for each of the three values', () => {
    // The difference of the frequencies is 12 steps and lies on the edge itself.
    expect(looked(60.5 / 48, 20.5)).toEqual([
      [60, 76, 20],
      [60, 75, 20],
    ]);
    expect(looked(60.5 / 48, 20.1)).toEqual([
      [60, 76, 20],
      [60, 76, 19],
      [60, 75, 20],
      [60, 75, 19],
    ]);
    expect(looked(60.9 / 48, 20.9)).toHaveLength(8);
    expect(looked(60.9 / 48, 20.9)).toContainEqual([61, 75, 21]);
  });

  it('keeps a reference once', () => {
    const edge = peaksAt([8, 60.9 / 48], [8 + 20.9 * TICK, 60.9 / 48 + 0.25]);
    expect(landmarksOf(edge, 8, { set: 'reference' }).hashes).toHaveLength(1);
  });

  it('never leaves the range of a value', () => {
    const lowest = peaksAt([8, 0.001], [8 + 6.01 * TICK, 0.002]);
    for (const hash of landmarksOf(lowest, 8, { set: 'richest' }).hashes) {
      expect(hash).toBeLessThan(2 ** LANDMARK_BITS);
      expect(hash >>> 14).toBe(0);
    }
  });
});

describe('landmarksOf, sets and speeds', () => {
  const ours = peaksAt([8, 1.51], [8.33, 1.02], [9, 1.33]);
  const hashesOf = (peaks: Peaks, options: Parameters<typeof landmarksOf>[2]) =>
    landmarksOf(peaks, 8, options);

  it('pairs lean peaks with lean ones only, and all of them for a rich set', () => {
    const mixed = { ...ours, lean: Uint8Array.of(1, 0, 1) };
    const lean = hashesOf(mixed, { set: 'lean' });
    expect(lean).toEqual(hashesOf(peaksAt([8, 1.51], [9, 1.33]), { set: 'lean' }));
    const rich = hashesOf(mixed, { set: 'richest' });
    expect(rich).toEqual(hashesOf(ours, { set: 'richest' }));
    expect(rich.hashes.length).toBeGreaterThan(lean.hashes.length);
  });

  it('finds those of a stream that plays faster and higher, with ticks in reference time', () => {
    const speed = 1.04;
    const faster = peaksAt(
      ...[...ours.times].map((time, i): [number, number] => [
        8 + (time - 8) / speed,
        ours.octaves[i]! + Math.log2(speed),
      ]),
    );
    const there = hashesOf(ours, { set: 'lean' });
    expect(hashesOf(faster, { set: 'lean', speed })).toEqual(there);
    expect(hashesOf(faster, { set: 'lean' }).hashes).not.toEqual(there.hashes);
    const tempo = { ...faster, octaves: ours.octaves };
    expect(hashesOf(tempo, { set: 'lean', speed, pitch: 1 })).toEqual(there);
    const pitched = { ...ours, octaves: faster.octaves };
    expect(hashesOf(pitched, { set: 'lean', pitch: speed })).toEqual(there);
  });

  it('leaves out peaks that would lie below the lowest frequency', () => {
    const low = peaksAt([8, 0.01], [8.33, 0.02], [9, 1.33], [9.5, 1.5]);
    const { ticks } = hashesOf(low, { set: 'lean', speed: 1.02 });
    expect(new Set(ticks)).toEqual(new Set([Math.round(1.02 / TICK)]));
  });
});

describe('landmarks of sound', () => {
  const song = music(20, 7);
  const reference = of(song, 'reference');

  function of(pcm: Int16Array, set: LandmarkSet): Landmarks {
    const analyser = new AudioAnalyser(set === 'reference' ? REFERENCE_ANALYSIS : STREAM_ANALYSIS);
    analyser.feed(pcm, 0);
    analyser.finish();
    return landmarksOf(analyser.take().peaks, 0, { set });
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

  it('are some 15 to 24 a second, sorted, each below 2^22', () => {
    expect(reference.hashes.length / 20).toBeGreaterThan(15);
    expect(reference.hashes.length / 20).toBeLessThanOrEqual(24);
    expect([...reference.ticks]).toEqual([...reference.ticks].sort((a, b) => a - b));
    expect(Math.max(...reference.hashes)).toBeLessThan(2 ** LANDMARK_BITS);
  });

  it('are found again by a query that begins elsewhere, in noise', () => {
    const hiss = noise(20, 1500, 8);
    const late = song.map((sample, i) => sample + hiss[i]!).subarray(2 * SAMPLE_RATE + 50);
    const query = of(late, 'lean');
    expect(share(query, 125)).toBeGreaterThan(0.25);
    expect(share(query, 325)).toBeLessThan(0.03);
    expect(share(of(late, 'rich'), 125)).toBeGreaterThan(share(query, 125));
  });

  it('are not found in other music', () => {
    const other = of(music(20, 9), 'lean');
    expect(share(other, 0)).toBeLessThan(0.03);
  });
});
