/** Votes are counted in bins of so many ticks = 0.128 s … */
export const BIN = 8;
/** … and agree within two neighbouring ones: a window, 0.26 s. */
export const WINDOW = 2 * BIN;

/** A stretch of offsets from tick `first` on, which is a multiple of BIN, and how many offsets fall into it. */
export interface Window {
  readonly first: number;
  readonly votes: number;
}

/** The best windows so far, best first; of near neighbours only the better one. */
export class BestWindows {
  readonly windows: Window[] = [];
  /** By their first tick: there are many where two votes are enough. */
  readonly #at = new Map<number, Window>();

  /** @param accepts whether a window around a tick may be taken at all; asked for likely ones only */
  constructor(
    private readonly limit: number,
    private readonly atLeast: number,
    private readonly accepts: (tick: number) => boolean,
  ) {}

  /** Votes from which on a window is of interest now. */
  get needed(): number {
    const { windows, limit, atLeast } = this;
    return windows.length < limit ? atLeast : Math.max(atLeast, (windows.at(-1)?.votes ?? atLeast) + 1);
  }

  propose(first: number, votes: number): void {
    if (votes < this.needed) return;
    const near = this.#near(first);
    if (near.some((other) => other.votes >= votes)) return;
    if (!this.accepts(first + WINDOW / 2)) return;
    const { windows, limit } = this;
    for (const other of near) {
      windows.splice(windows.indexOf(other, this.#rankOf(other.votes + 1)), 1);
      this.#at.delete(other.first);
    }
    const window = { first, votes };
    windows.splice(this.#rankOf(votes), 0, window);
    this.#at.set(first, window);
    if (windows.length > limit) this.#at.delete(windows.pop()!.first);
  }

  /** Windows that begin within one window's length of a tick. */
  #near(first: number): Window[] {
    const near: Window[] = [];
    for (let tick = first - WINDOW; tick <= first + WINDOW; tick += BIN) {
      const window = this.#at.get(tick);
      if (window) near.push(window);
    }
    return near;
  }

  /** How many windows have at least so many votes. */
  #rankOf(votes: number): number {
    const { windows } = this;
    let from = 0;
    let to = windows.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (windows[middle]!.votes >= votes) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
