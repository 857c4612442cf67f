import type { Seconds } from '../../fingerprints/units.js';

/** A step forward longer than this is not a pause but another clock. */
const MAX_STEP: Seconds = 10;
/** Nor does time go back further than this. */
const MAX_STEP_BACK: Seconds = 1;
/** Tracks may switch to a new clock at different moments: so many clocks are kept in mind. */
const MAX_CLOCKS = 4;

export interface TimelineOptions {
  /** Time stamps start again at 0 after this long (2^33 / 90,000 s in MPEG-TS); null = never. */
  readonly wrap: Seconds | null;
  /** The container knows no index, so that a step forward may be another clock (MPEG-TS and its like). */
  readonly jumps: boolean;
}

/**
 * Makes one time line of the decoding time stamps of an input's packets, in the order in which they lie in
 * it. Where they wrap, jump or go backwards, the line goes on from where it was, for all tracks alike.
 */
export class Timeline {
  /** How often the clock changed (wraps are not counted: they are no fault). */
  discontinuities = 0;
  /** Seconds to add, the clock used last in front. */
  readonly #shifts: Seconds[] = [0];
  readonly #ends = new Map<number, Seconds>();
  /** How far apart the packets of a track lie, where they do not say how long they last. */
  readonly #steps = new Map<number, Seconds>();
  readonly #times = new Map<number, Seconds>();
  #latest: Seconds | null = null;

  constructor(private readonly options: TimelineOptions) {}

  /**
   * Seconds to add to the time stamps of this packet.
   * @param time when it is to be decoded
   * @param duration 0 = not stated
   */
  shiftFor(track: number, time: Seconds, duration: Seconds): Seconds {
    const shift = this.#knownShift(track, time) ?? this.#newShift(track, time);
    this.#use(shift);
    const end = time + shift + (duration || this.#usualStep(track, time + shift));
    this.#ends.set(track, end);
    this.#latest = this.#latest === null ? end : Math.max(this.#latest, end);
    return shift;
  }

  /** The end of a track's last packet, found by decoding it: many packets do not say how long they last. */
  reached(track: number, end: Seconds): void {
    this.#ends.set(track, end);
  }

  #knownShift(track: number, time: Seconds): Seconds | null {
    if (this.#latest === null) return 0;
    const expected = this.#ends.get(track);
    const wrap = this.options.wrap;
    const candidates = this.#shifts.flatMap((s) => (wrap === null ? [s] : [s, s + wrap, s - wrap]));
    if (expected === undefined) {
      const latest = this.#latest;
      const far = (shift: Seconds) => Math.abs(time + shift - latest);
      return candidates.reduce((best, shift) => (far(shift) < far(best) ? shift : best));
    }
    return candidates.find((shift) => this.#continues(time + shift, expected)) ?? null;
  }

  #continues(time: Seconds, expected: Seconds): boolean {
    const step = time - expected;
    if (step < -MAX_STEP_BACK) return false;
    if (step <= MAX_STEP || !this.options.jumps) return true;
    // This track paused while another one went on.
    return Math.abs(time - (this.#latest ?? expected)) <= MAX_STEP_BACK;
  }

  #newShift(track: number, time: Seconds): Seconds {
    this.discontinuities++;
    return (this.#ends.get(track) ?? 0) - time;
  }

  #usualStep(track: number, time: Seconds): Seconds {
    const before = this.#times.get(track);
    this.#times.set(track, time);
    const step = before === undefined ? 0 : time - before;
    if (step > 0 && step < MAX_STEP_BACK) this.#steps.set(track, step);
    return this.#steps.get(track) ?? 0;
  }

  #use(shift: Seconds): void {
    const known = this.#shifts.indexOf(shift);
    if (known === 0) return;
    if (known > 0) this.#shifts.splice(known, 1);
    this.#shifts.unshift(shift);
    if (this.#shifts.length > MAX_CLOCKS) this.#shifts.pop();
  }
}
