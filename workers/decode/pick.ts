import { ROW_STEP, type Seconds } from '../../fingerprints/units.js';
import { SPARSE_STEP } from './decoder.js';

/** Times that differ by less are even: some containers state whole milliseconds, others finer units. */
export const EVEN: Seconds = 0.0015;

/** Decides, frame by frame in the order of their times, which ones are passed on. */
export interface Picker {
  takes(time: Seconds, isKey: boolean): boolean;
}

/** The first frame of each 0.2 s of the time line. */
export class DensePicker implements Picker {
  #slot = Number.NEGATIVE_INFINITY;

  takes(time: Seconds): boolean {
    const slot = Math.floor((time + EVEN) / ROW_STEP);
    if (slot <= this.#slot) return false;
    this.#slot = slot;
    return true;
  }
}

/** Key frames, and whatever else was decoded where the last one taken lies SPARSE_STEP back. */
export class SparsePicker implements Picker {
  #last = Number.NEGATIVE_INFINITY;

  takes(time: Seconds, isKey: boolean): boolean {
    if (!isKey && time < this.#last + SPARSE_STEP - EVEN) return false;
    this.#last = time;
    return true;
  }
}

/** One moment every so often. */
export class EveryPicker implements Picker {
  #next = Number.NEGATIVE_INFINITY;

  constructor(private readonly step: Seconds) {}

  takes(time: Seconds): boolean {
    if (this.step <= 0 || time < this.#next - EVEN) return false;
    this.#next = time + this.step;
    return true;
  }
}
