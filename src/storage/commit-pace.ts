/**
 * A commit holds up the thread until it is on disk. After one, twice the time that it took goes by before the next, so
 * that many share commits and the thread has most of its time for other work; never more than so many ms.
 */
const REST = 2;
const LONGEST_REST_MS = 100;

/** How densely commits follow each other. */
export class CommitPace {
  /** On the clock of `performance.now`. */
  #next = 0;

  /** @param window after a commit that several shared more are on their way: the next one is no sooner, ms */
  constructor(private readonly window: number) {}

  /** Until the next commit, ms; 0 or less = at once. */
  get wait(): number {
    return this.#next - performance.now();
  }

  /** Commits, and notes how long that took. @param count of what is committed */
  commit<T>(count: number, work: () => T): T {
    const began = performance.now();
    try {
      return work();
    } finally {
      const ended = performance.now();
      const rest = Math.min(LONGEST_REST_MS, REST * (ended - began));
      this.#next = ended + Math.max(rest, count > 1 ? this.window : 0);
    }
  }
}
