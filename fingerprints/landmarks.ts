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

/** Steps of the frequencies: 1/24 octave. */
const STEPS_PER_OCTAVE = 24;
/** Times between the peaks of a pair, in frames of 32 ms: at least, and less than. */
const MIN_FRAMES = 3;
const END_FRAMES = 63;
/** Octaves between them, at most. */
const MAX_OCTAVES = 1;

/**
 * Pairs every peak with the next `fan` peaks 3 to 62 frames later and within an octave of it, after Wang, "An
 * industrial-strength audio search algorithm", ISMIR 2003, on a logarithmic frequency axis.
 * @param peaks sorted by time.
 * @param origin media time that ticks count from; a peak up to half a frame before it counts as tick 0.
 */
export function landmarksOf(peaks: Peaks, origin: Seconds, fan: number): Landmarks {
  const { times, octaves } = peaks;
  const hashes = new Uint32Array(times.length * fan);
  const ticks = new Uint32Array(times.length * fan);
  let count = 0;
  for (let i = 0; i < times.length; i++) {
    const tick = Math.max(0, Math.round((times[i]! - origin) / TICK));
    const f1 = Math.min(127, Math.floor(octaves[i]! * STEPS_PER_OCTAVE));
    let partners = 0;
    for (let j = i + 1; j < times.length && partners < fan; j++) {
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
