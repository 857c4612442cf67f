/** Ticks in which offsets agree: 0.26 s. */
export const WINDOW = 16;

/** A stretch of offsets from tick `first` on, and how many offsets fall into it. */
export interface Window {
  readonly first: number;
  readonly votes: number;
}

/** The best windows so far, best first; of near neighbours only the better one. */
export class BestWindows {
  readonly windows: Window[] = [];

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
    const { windows, limit } = this;
    if (votes < this.needed) return;
    if (windows.some((other) => other.votes >= votes && isNear(other.first, first))) return;
    if (!this.accepts(first + WINDOW / 2)) return;
    let kept = 0;
    for (const other of windows) if (!isNear(other.first, first)) windows[kept++] = other;
    let at = kept;
    while (at > 0 && windows[at - 1]!.votes < votes) at--;
    windows.length = kept;
    windows.splice(at, 0, { first, votes });
    if (windows.length > limit) windows.length = limit;
  }
}

const isNear = (a: number, b: number) => Math.abs(a - b) <= WINDOW;
