import { landmarksOf } from '../../fingerprints/landmarks.js';
import { PEAK_MIN_HZ } from '../../fingerprints/peak-picker.js';
import type { Landmarks, Peaks } from '../../fingerprints/types.js';
import { type Seconds, TICK } from '../../fingerprints/units.js';

/** As hashes hold them (fingerprints/landmarks.ts): steps of 1/48 octave, the difference from −64 on, ticks. */
const STEPS_PER_OCTAVE = 48;
const LOWEST_STEP = -64;
const SEVEN_BITS = 127;

/** A peak of sound: time, and frequency, Hz. */
export type Peak = readonly [time: Seconds, hz: number];

/** A pair of peaks. */
export interface Landmark {
  readonly first: Peak;
  readonly second: Peak;
}

/** The same pair on both sides. */
export interface LandmarkHit {
  readonly stream: Landmark;
  readonly reference: Landmark;
}

/** @param tick of its first peak */
export function landmarkOf(hash: number, tick: number): Landmark {
  const frequency = hash >>> 14;
  const up = ((hash >>> 7) & SEVEN_BITS) + LOWEST_STEP;
  const later = hash & SEVEN_BITS;
  return {
    first: [tick * TICK, hertz(frequency + 0.5)],
    second: [(tick + later) * TICK, hertz(frequency + up + 1)],
  };
}

const hertz = (steps: number) => PEAK_MIN_HZ * 2 ** (steps / STEPS_PER_OCTAVE);
export const hertzOfOctaves = (octaves: number) => PEAK_MIN_HZ * 2 ** octaves;

/**
 * Landmarks that a stretch of a stream and a reference have in common, wherever in the reference: on the line, and by
 * chance.
 * @param peaks of the stream, times from its origin
 * @param origin time of the stream that the stretch begins at
 * @param from, to of the reference, s: what lies outside is not looked at
 * @param most so many at most
 */
export function landmarkHits(
  peaks: Peaks,
  origin: Seconds,
  speed: number,
  reference: Landmarks,
  from: Seconds,
  to: Seconds,
  most: number,
): LandmarkHit[] {
  const byHash = ticksByHash(reference, from / TICK, to / TICK);
  const { hashes, ticks } = landmarksOf(peaks, origin, { set: 'lean', speed });
  const hits = new Map<string, LandmarkHit>();
  for (let i = 0; i < hashes.length && hits.size < most; i++) {
    const hash = hashes[i]!;
    for (const tick of byHash.get(hash) ?? []) {
      const heard = landmarkOf(hash, ticks[i]!);
      hits.set(`${ticks[i]! >>> 1} ${tick}`, {
        stream: { first: inStream(heard.first), second: inStream(heard.second) },
        reference: landmarkOf(hash, tick),
      });
    }
  }
  return [...hits.values()];

  function inStream([time, hz]: Peak): Peak {
    return [origin + time / speed, hz * speed];
  }
}

function ticksByHash({ hashes, ticks }: Landmarks, from: number, to: number): Map<number, number[]> {
  const byHash = new Map<number, number[]>();
  for (let i = 0; i < hashes.length; i++) {
    const tick = ticks[i]!;
    if (tick < from || tick >= to) continue;
    const known = byHash.get(hashes[i]!);
    if (known) known.push(tick);
    else byHash.set(hashes[i]!, [tick]);
  }
  return byHash;
}

/** The peaks that the landmarks of a stretch of a reference are made of, each once. */
export function peaksOf({ hashes, ticks }: Landmarks, from: Seconds, to: Seconds): Peak[] {
  const peaks = new Map<string, Peak>();
  for (let i = 0; i < hashes.length; i++) {
    const { first, second } = landmarkOf(hashes[i]!, ticks[i]!);
    for (const [time, hz] of [first, second])
      if (time >= from && time < to)
        peaks.set(`${Math.round(time / TICK)} ${Math.round(hz / 8)}`, [time, hz]);
  }
  return [...peaks.values()].sort(([a], [b]) => a - b);
}
