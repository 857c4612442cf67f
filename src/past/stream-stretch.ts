import type { Seconds } from '../../fingerprints/units.js';
import type { StreamInfo } from '../domain/match.js';
import { firstNotBefore } from '../matching/growable.js';
import type { PastReader } from './past-reader.js';
import { HOUR_MS, LANE_STEPS, PICTURE_BYTES, SLOT_MS, SLOTS_AN_HOUR } from './piece.js';

/** Words of one lane of a stream, one every `step` s. */
export interface PastWords {
  readonly words: Uint32Array;
  /** Stream time of the first one. */
  readonly start: Seconds;
  readonly step: Seconds;
}

/** A picture that a stream showed. */
export interface PastPicture {
  /** Stream time. */
  readonly time: Seconds;
  /** A hash for each of PAST_BOXES. */
  readonly hashes: Uint8Array;
}

/** What one stream carried, over the borders of hours. Stream time counts from the start of an hour. */
export class StreamStretch {
  /** @param origin hour since 1970 that stream time counts from */
  constructor(
    private readonly reader: PastReader,
    private readonly stream: StreamInfo,
    private readonly origin: number,
  ) {}

  /** Words of a lane within [from, to); 0 where nothing is known. */
  words(lane: number, from: Seconds, to: Seconds): PastWords {
    const step = LANE_STEPS[lane]!;
    const slotsAHour = SLOTS_AN_HOUR / step;
    const stepMs = step * SLOT_MS;
    const first = Math.ceil((1000 * from) / stepMs);
    const words = new Uint32Array(Math.max(0, Math.ceil((1000 * to) / stepMs) - first));
    for (const hour of this.#hours(from, to)) {
      const piece = this.reader.whole(this.stream, this.origin + hour);
      if (!piece) continue;
      const at = hour * slotsAHour + piece.firstSlot / step - first;
      copyInto(words, at, piece.words[lane]!);
    }
    return { words, start: (first * stepMs) / 1000, step: stepMs / 1000 };
  }

  /** Pictures within [from, to), in order of time. */
  pictures(from: Seconds, to: Seconds): PastPicture[] {
    return this.#hours(from, to).flatMap((hour) => {
      const piece = this.reader.whole(this.stream, this.origin + hour);
      if (!piece) return [];
      const base = (hour * HOUR_MS) / 1000;
      const first = firstNotBefore(piece.pictureTimes, 1000 * (from - base));
      const end = firstNotBefore(piece.pictureTimes, 1000 * (to - base));
      return Array.from({ length: end - first }, (_, i) => ({
        time: base + piece.pictureTimes[first + i]! / 1000,
        hashes: piece.hashes.subarray((first + i) * PICTURE_BYTES, (first + i + 1) * PICTURE_BYTES),
      }));
    });
  }

  #hours(from: Seconds, to: Seconds): number[] {
    const first = Math.floor((1000 * from) / HOUR_MS);
    const last = Math.ceil((1000 * to) / HOUR_MS);
    return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  }
}

/** Puts an array into another, as far as it reaches into it. */
function copyInto(target: Uint32Array, at: number, values: Uint32Array): void {
  const from = Math.max(0, -at);
  const to = Math.min(values.length, target.length - at);
  if (to > from) target.set(values.subarray(from, to), at + from);
}
