import { FRAME_STEP, FRAME_TICKS } from './peak-picker.js';
import type { Landmarks, Peaks } from './types.js';
import { type Seconds, TICK } from './units.js';

/** 8 bits frequency of the first peak, 7 bits difference of the frequencies, 7 bits difference of the times. */
export const LANDMARK_BITS = 22;

/** What a reference keeps: about 23 landmarks a second. */
export const REFERENCE_PEAKS_PER_SECOND = 8;
export const REFERENCE_FAN = 3;
/** What a stream is asked with first. */
export const LEAN_PEAKS_PER_SECOND = 20;
export const LEAN_FAN = 8;
/** What it is asked with when there is a reason. */
export const RICH_PEAKS_PER_SECOND = 40;
export const RICH_FAN = 16;

/** Which peaks are paired, and with how many partners each. */
export type LandmarkSet = 'reference' | 'lean' | 'rich' | 'richest';

export interface LandmarkOptions {
  readonly set: LandmarkSet;
  /** How much faster than the reference the stream plays; 1 unless given. */
  readonly speed?: number;
  /** How much higher than the reference it sounds: `speed` unless given, 1 where only the tempo was changed. */
  readonly pitch?: number;
}

/** Steps of the frequencies: 1/48 octave. */
const STEPS_PER_OCTAVE = 48;
/** Steps of the times: a tick, of which a frame has two. */
const STEPS_PER_FRAME = FRAME_TICKS;
/** Difference of the frequencies that is stored as 0. */
const LOWEST_STEP = -64;
const FREQUENCIES = 256;
const STEPS_UP = 128;
const STEPS_LATER = 128;
/** Times between the peaks of a pair, in frames of 32 ms: at least, and less than. */
const MIN_FRAMES = 3;
const END_FRAMES = 63;
/** Octaves between them, at most. */
const MAX_OCTAVES = 1;

interface Pairing {
  readonly fan: number;
  /**
   * A value that lies nearer than this (in steps) to the edge of its step is looked up on the other side of the edge
   * too: the reference's may lie there. References keep each landmark once.
   */
  readonly margin: number;
}

const PAIRINGS: Readonly<Record<LandmarkSet, Pairing>> = {
  reference: { fan: REFERENCE_FAN, margin: 0 },
  lean: { fan: LEAN_FAN, margin: 0.1 },
  rich: { fan: RICH_FAN, margin: 0.1 },
  richest: { fan: RICH_FAN, margin: 0.25 },
};

/**
 * Pairs every peak with the next few peaks 3 to 62 frames later and within an octave of it, after Wang, "An
 * industrial-strength audio search algorithm", ISMIR 2003, on a logarithmic frequency axis: so that those of a
 * stream at another speed or pitch are found by moving its peaks (as Six and Leman's Panako does by ratios).
 *
 * What lies near the edge of its step is looked up on both sides, so that a stream has up to eight hashes a pair and
 * the index no more than one.
 *
 * With a speed s, `ticks` are in reference time: reference time = s × (stream time − origin) + offset, and
 * reference tick − tick is the offset for all landmarks of a line.
 * @param peaks sorted by time.
 * @param origin media time that ticks count from; a peak up to half a frame before it counts as tick 0.
 */
export function landmarksOf(
  peaks: Peaks,
  origin: Seconds,
  { set, speed = 1, pitch = speed }: LandmarkOptions,
): Landmarks {
  const { times, octaves, count: peakCount } = placed(peaks, origin, set === 'lean', speed, pitch);
  const { fan, margin } = PAIRINGS[set];
  const most = peakCount * fan * (margin > 0 ? 8 : 1);
  const hashes = new Uint32Array(most);
  const ticks = new Uint32Array(most);
  let count = 0;
  for (let i = 0; i < peakCount; i++) {
    const tick = Math.max(0, Math.round(times[i]! / TICK));
    const frequency = octaves[i]! * STEPS_PER_OCTAVE;
    let partners = 0;
    for (let j = i + 1; j < peakCount && partners < fan; j++) {
      const frames = (times[j]! - times[i]!) / FRAME_STEP;
      if (frames >= END_FRAMES) break;
      const octavesUp = octaves[j]! - octaves[i]!;
      if (frames < MIN_FRAMES || Math.abs(octavesUp) > MAX_OCTAVES) continue;
      const up = octavesUp * STEPS_PER_OCTAVE - LOWEST_STEP;
      const later = frames * STEPS_PER_FRAME;
      const from = count;
      hashes[count++] =
        (step(frequency, FREQUENCIES) << 14) | (step(up, STEPS_UP) << 7) | step(later, STEPS_LATER);
      if (margin > 0) {
        count = alsoAt(hashes, from, count, 1, beside(later, STEPS_LATER, margin));
        count = alsoAt(hashes, from, count, 1 << 7, beside(up, STEPS_UP, margin));
        count = alsoAt(hashes, from, count, 1 << 14, beside(frequency, FREQUENCIES, margin));
      }
      ticks.fill(tick, from, count);
      partners++;
    }
  }
  return { hashes: hashes.slice(0, count), ticks: ticks.slice(0, count) };
}

const step = (value: number, steps: number) => Math.min(steps - 1, Math.floor(value));

/** 1 or −1 when the step above or below is as likely, else 0. */
function beside(value: number, steps: number, margin: number): number {
  const part = value - Math.floor(value);
  if (part <= margin) return value >= 1 ? -1 : 0;
  return 1 - part <= margin && value < steps - 1 ? 1 : 0;
}

/** Appends the hashes [from, to) once more, a field of them a step to one side. */
function alsoAt(hashes: Uint32Array, from: number, to: number, unit: number, aside: number): number {
  if (aside === 0) return to;
  for (let i = from; i < to; i++) hashes[to + i - from] = hashes[i]! + aside * unit;
  return to + to - from;
}

/** Where the peaks would lie in the reference, counted from the origin; those that fall below its lowest frequency are left out. */
function placed(peaks: Peaks, origin: Seconds, leanOnly: boolean, speed: number, pitch: number) {
  const lower = Math.log2(pitch);
  const times = new Float64Array(peaks.times.length);
  const octaves = new Float64Array(peaks.times.length);
  let count = 0;
  for (let i = 0; i < times.length; i++) {
    const octave = peaks.octaves[i]! - lower;
    if (octave < 0 || (leanOnly && peaks.lean[i] === 0)) continue;
    times[count] = (peaks.times[i]! - origin) * speed;
    octaves[count++] = octave;
  }
  return { times, octaves, count };
}
