import type { Seconds } from '../seconds.js';

/** Known this well, it need not be known better, ms. */
const CLOSE = 300;
/** Nobody looks again sooner than after this share of a segment … */
const SOONEST = 1 / 8;
/** … and of a source that stands still, after this one. */
const SOONEST_QUIET = 1 / 2;
/** Each look is sooner by this share of a segment, until one is too soon: segments may last less than they say. */
const SOONER = 1 / 200;
/** So many looks without anything new, and it stands still. */
const QUIET = 6;

/**
 * When a live playlist is to be looked at. Looked at once a segment, as RFC 8216 (6.3.4) has it, each segment is seen as
 * late as chance put the first look: up to its own length. Here the next look is in the middle of the time in which the
 * next segment may come, which says in which half it does, until that is known closely; then it is right after.
 * Times are ms of one clock.
 */
export class Publishing {
  /** The newest segment came after `#since`, and by `#until`. */
  #since: number | null = null;
  #until = 0;
  #lookedAt = 0;
  #quiet = 0;

  /**
   * @param at when the playlist was asked for
   * @param news segments that it did not name before
   * @param duration of one
   * @returns when to ask for it again
   */
  next(at: number, news: number, duration: Seconds): number {
    const each = 1000 * duration;
    if (this.#since === null || news > 1) this.#came(Math.max(this.#lookedAt, at - each), at);
    else if (news === 1) this.#cameNext(at, this.#since, each);
    else this.#cameNot(at, this.#since, each);
    this.#quiet = news > 0 ? 0 : this.#quiet + 1;
    this.#lookedAt = at;
    const [since, until] = [this.#since!, this.#until];
    const due = each + (until - since > CLOSE ? (since + until) / 2 : until);
    return Math.max(due, at + each * (this.#quiet < QUIET ? SOONEST : SOONEST_QUIET));
  }

  #came(since: number, until: number): void {
    this.#since = since;
    this.#until = until;
  }

  /** One has come since the last look: when it was expected, or else at any moment since then. */
  #cameNext(at: number, since: number, each: number): void {
    const expected = {
      since: Math.max(this.#lookedAt, since + each),
      until: Math.min(at, this.#until + each),
    };
    const until = expected.until - each * SOONER;
    if (expected.since < until) this.#came(expected.since, until);
    else this.#came(Math.max(this.#lookedAt, at - each), at);
  }

  /** None has come: the newest one did not come longer ago than one lasts, or the next one is late. */
  #cameNot(at: number, since: number, each: number): void {
    const latest = Math.max(since, at - each);
    this.#came(latest, Math.max(this.#until, latest + (latest < this.#until ? 0 : each * SOONEST)));
  }
}
