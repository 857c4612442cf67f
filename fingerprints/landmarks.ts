import { FRAME_STEP } from './peak-picker.js';
import type { Landmarks, Peaks } from './types.js';
import { type Seconds, TICK } from './units.js';

/** 7 bits frequency of the first peak, 6 bits difference of the frequencies, 6 bits difference of the times. */
export const LANDMARK_BITS = 19;

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
export type LandmarkSet = 'reference' | 'lean' | 'rich';

export interface LandmarkOptions {
  readonly set: LandmarkSet;
  /** How much faster than the reference the stream plays; 1 unless given. */
  readonly speed?: number;
  /** How much higher than the reference it sounds: `speed` unless given, 1 where only the tempo was changed. */
  readonly pitch?: number;
}

/** Steps of the frequencies: 1/24 octave. */
const STEPS_PER_OCTAVE = 24;
/** Times between the peaks of a pair, in frames of 32 ms: at least, and less than. */
const MIN_FRAMES = 3;
const END_FRAMES = 63;
/** Octaves between them, at most. */
const MAX_OCTAVES = 1;

const FANS: Readonly<Record<LandmarkSet, number>> = {
  reference: REFERENCE_FAN,
  lean: LEAN_FAN,
  rich: RICH_FAN,
};

/**
 * Pairs every peak with the next few peaks 3 to 62 frames later and within an octave of it, after Wang, "An
 * industrial-strength audio search algorithm", ISMIR 2003, on a logarithmic frequency axis: so that those of a
 * stream at another speed or pitch are found by moving its peaks (as Six and Leman's Panako does by ratios).
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
  const fan = FANS[set];
  const hashes = new Uint32Array(peakCount * fan);
  const ticks = new Uint32Array(peakCount * fan);
  let count = 0;
  for (let i = 0; i < peakCount; i++) {
    const tick = Math.max(0, Math.round(times[i]! / TICK));
    const f1 = Math.min(127, Math.floor(octaves[i]! * STEPS_PER_OCTAVE));
    let partners = 0;
    for (let j = i + 1; j < peakCount && partners < fan; j++) {
      const frames = Math.floor((times[j]! - times[i]!) / FRAME_STEP);
      if (frames >= END_FRAMES) break;
      const octavesUp = octaves[j]! - octaves[i]!;
      if (frames < MIN_FRAMES || Math.abs(octavesUp) > MAX_OCTAVES) continue;
      const up = Math.floor(octavesUp * STEPS_PER_OCTAVE) + 32;
      hashes[count] = (f1 << 12) | (up << 6) | frames;
      ticks[count++] = tick;
      partners++;
    }
  }
  return { hashes: hashes.slice(0, count), ticks: ticks.slice(0, count) };
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
