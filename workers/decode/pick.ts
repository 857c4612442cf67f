import { ROW_STEP, type Seconds } from '../../fingerprints/units.js';
import type { PicturePace } from '../protocol.js';

/** What both decoders hold to: the choice of pictures must not depend on who decodes. */
export const SPARSE_GAP: Seconds = 3;
export const SPARSE_STEP: Seconds = 2;

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

/** Takes key frames at a pace that goes on from segment to segment. */
export class KeyPace {
  readonly #every: Seconds;
  #due: Seconds | null;
  #taken = 0;
  #leftOut = 0;

  constructor({ every, due }: PicturePace) {
    this.#every = every;
    this.#due = due;
  }

  get due(): Seconds | null {
    return this.#due;
  }

  /** Key frames that were not taken. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** None was wanted of the key frames there are. */
  get tookNone(): boolean {
    return this.#taken === 0 && this.#leftOut > 0;
  }

  takes(time: Seconds): boolean {
    const due = this.#due;
    // Long before it is due, the time stamps have begun anew.
    if (due !== null && time < due - EVEN && time > due - 2 * this.#every) {
      this.#leftOut++;
      return false;
    }
    this.#taken++;
    const isLate = due === null || Math.abs(time - due) > this.#every;
    this.#due = this.#every === 0 ? null : (isLate ? time : due) + this.#every;
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
