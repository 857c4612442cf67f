import type { Peaks } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { Detection } from '../domain/match.js';
import type { PastReader } from '../past/past-reader.js';
import { HOUR_MS, OCTAVE_BITS, OCTAVE_MASK, PEAK_UNIT_MS, PEAK_UNITS_PER_OCTAVE } from '../past/piece.js';
import { StreamStretch } from '../past/stream-stretch.js';

/** What the stream of a detection carried, in seconds from the detection's start. */
export class DetectionStretch {
  readonly #stretch: StreamStretch;
  readonly #origin: number;
  /** Of the detection's start, s from the origin. */
  readonly #base: Seconds;

  constructor(
    private readonly past: PastReader,
    private readonly detection: Detection,
  ) {
    const { start } = detection.time;
    this.#origin = Math.floor(start / HOUR_MS);
    this.#base = (start - this.#origin * HOUR_MS) / 1000;
    this.#stretch = new StreamStretch(past, detection.stream, this.#origin);
  }

  /** Whether anything is kept of a stretch. */
  isKept(from: Seconds, to: Seconds): boolean {
    return this.#hours(from, to).length > 0;
  }

  words(lane: number, from: Seconds, to: Seconds) {
    const { words, start, step } = this.#stretch.words(lane, from + this.#base, to + this.#base);
    return { words, start: start - this.#base, step };
  }

  pictures(from: Seconds, to: Seconds) {
    return this.#stretch
      .pictures(from + this.#base, to + this.#base)
      .map(({ time, hashes }) => ({ time: time - this.#base, hashes }));
  }

  peaks(from: Seconds, to: Seconds): Peaks {
    const times: number[] = [];
    const octaves: number[] = [];
    for (const hour of this.#hours(from, to)) {
      const begins = (hour * HOUR_MS - this.detection.time.start) / 1000;
      for (const peak of this.past.whole(this.detection.stream, hour)?.peaks ?? []) {
        const time = begins + ((peak >>> OCTAVE_BITS) * PEAK_UNIT_MS) / 1000;
        if (time < from || time >= to) continue;
        times.push(time);
        octaves.push((peak & OCTAVE_MASK) / PEAK_UNITS_PER_OCTAVE);
      }
    }
    return {
      times: Float64Array.from(times),
      octaves: Float32Array.from(octaves),
      lean: new Uint8Array(times.length).fill(1),
    };
  }

  /** Those that are kept, however long the stretch is. */
  #hours(from: Seconds, to: Seconds): number[] {
    const [first, last] = [this.#hourOf(from), this.#hourOf(to)];
    return this.past.hours(this.detection.stream).filter((hour) => hour >= first && hour <= last);
  }

  #hourOf(time: Seconds): number {
    return Math.floor((this.detection.time.start + 1000 * time) / HOUR_MS);
  }
}
