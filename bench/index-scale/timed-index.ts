import type { ReferenceIndex } from '../../src/reference-index/reference-index.js';

/** What a look-up has taken, ms. */
export interface LookUpTimes {
  /** The first query of a segment: its landmarks at the speed of the reference, and its pictures, asked side by side. */
  readonly first: readonly number[];
  /** All that one segment asked of the index, words and rows that decide included. */
  readonly whole: readonly number[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

type Kind = 'sound' | 'pictures';

const KINDS: Readonly<Record<string, Kind | null>> = {
  nominateByLandmarks: 'sound',
  nominateByPictures: 'pictures',
  readWords: null,
  readRows: null,
  fingerprint: null,
};

/** Passes everything on to an index, and takes the time in which it was waited for. */
export class TimedIndex {
  readonly index: ReferenceIndex;
  private readonly firsts: number[] = [];
  private readonly wholes: number[] = [];
  private first: Span[] = [];
  private readonly asked = new Set<Kind>();
  /** What is asked for before this turn of the event loop is over is asked for side by side. */
  private isFirstTurn = false;
  private whole: Span[] = [];

  constructor(of: ReferenceIndex) {
    this.index = new Proxy(of, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
        const kind = KINDS[String(name)];
        return kind === undefined ? call : (...args: unknown[]) => this.timed(() => call(...args), kind);
      },
    });
  }

  /** Ends a segment; one that asked nothing is not counted. */
  next(): void {
    if (this.first.length > 0) {
      this.firsts.push(together(this.first));
      this.wholes.push(together(this.whole));
    }
    this.first = [];
    this.asked.clear();
    this.whole = [];
  }

  /** Whether what is asked for now is of the first query of the segment. */
  private isOfFirst(kind: Kind): boolean {
    if (this.asked.size === 0) {
      this.isFirstTurn = true;
      setImmediate(() => {
        this.isFirstTurn = false;
      });
    }
    if (!this.isFirstTurn || this.asked.has(kind)) return false;
    this.asked.add(kind);
    return true;
  }

  get times(): LookUpTimes {
    return { first: this.firsts, whole: this.wholes };
  }

  private async timed(work: () => Promise<unknown>, kind: Kind | null): Promise<unknown> {
    const isFirst = kind !== null && this.isOfFirst(kind);
    const from = performance.now();
    const working = work();
    const called = performance.now();
    let isLater = false;
    setImmediate(() => {
      isLater = true;
    });
    try {
      return await working;
    } finally {
      // An index in this process has answered when the call returns: what else runs until that is looked at is not its time.
      const span = { from, to: isLater ? performance.now() : called };
      this.whole.push(span);
      if (isFirst) this.first.push(span);
    }
  }
}

/** Time in which at least one was under way, ms. */
function together(spans: readonly Span[]): number {
  let sum = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return sum;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
