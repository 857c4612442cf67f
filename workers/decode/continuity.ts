import type { Seconds } from '../../fingerprints/units.js';

/** A hole shorter than this is how media are made, not damage: uneven frame rates, ends of tracks. */
const TOLERATED: Seconds = 0.5;

/**
 * Finds the holes in a row of frames or packets. Damage is mostly silent (a decoder leaves out what it cannot
 * decode, and says nothing), so that only the times tell what is missing.
 */
export class Continuity {
  count = 0;
  first: Seconds | null = null;
  /** The end of what reached furthest. */
  last: Seconds | null = null;
  /** Seconds of the holes between them. */
  holes: Seconds = 0;
  #usual: Seconds = 0;

  /**
   * @param duration as announced; 0 = unknown
   * @param mayLast how long this one may last by right, where that is longer than it is announced to
   */
  add(time: Seconds, duration: Seconds, mayLast: Seconds = 0): void {
    this.count++;
    if (this.last === null || this.first === null) {
      this.first = time;
      this.last = time + Math.max(duration, mayLast);
      return;
    }
    const hole = time - this.last;
    if (hole > TOLERATED) this.holes += hole;
    else if (hole > 0 && hole < TOLERATED) this.#usual = Math.max(this.#usual, hole);
    this.first = Math.min(this.first, time);
    this.last = Math.max(this.last, time + Math.max(duration, mayLast));
  }

  /** Seconds between `start` and `end` that nothing was there for. */
  missing(start: Seconds, end: Seconds): Seconds {
    if (this.first === null || this.last === null) return Math.max(0, end - start);
    const before = this.first - start;
    const after = end - this.last - this.#usual;
    return this.holes + (before > TOLERATED ? before : 0) + (after > TOLERATED ? after : 0);
  }
}
