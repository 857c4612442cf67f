import type { Nomination, ReferenceIndex } from '../../src/reference-index/reference-index.js';

/** What a look-up has taken, ms. */
export interface LookUpTimes {
  /** The first query of a segment: its landmarks at the speed of the reference, and its pictures. */
  readonly first: readonly number[];
  /** All that one segment asked of the index, words and rows that decide included. */
  readonly whole: readonly number[];
}

/** Passes everything on to an index, and takes the time. */
export class TimedIndex {
  readonly index: ReferenceIndex;
  private readonly firsts: number[] = [];
  private readonly wholes: number[] = [];
  private first = { sound: false, pictures: false, ms: 0 };
  private whole = 0;

  constructor(of: ReferenceIndex) {
    const timed = async <T>(work: () => Promise<T>, kind?: 'sound' | 'pictures'): Promise<T> => {
      const from = performance.now();
      try {
        return await work();
      } finally {
        const ms = performance.now() - from;
        this.whole += ms;
        if (kind && !this.first[kind]) {
          this.first[kind] = true;
          this.first.ms += ms;
        }
      }
    };
    this.index = new Proxy(of, {
      get: (target, name) => {
        switch (name) {
          case 'nominateByLandmarks':
            return (...args: Parameters<ReferenceIndex['nominateByLandmarks']>): Promise<Nomination[]> =>
              timed(() => target.nominateByLandmarks(...args), 'sound');
          case 'nominateByPictures':
            return (...args: Parameters<ReferenceIndex['nominateByPictures']>): Promise<Nomination[]> =>
              timed(() => target.nominateByPictures(...args), 'pictures');
          case 'readWords':
            return (...args: Parameters<ReferenceIndex['readWords']>) =>
              timed(() => target.readWords(...args));
          case 'readRows':
            return (...args: Parameters<ReferenceIndex['readRows']>) => timed(() => target.readRows(...args));
          case 'fingerprint':
            return (...args: Parameters<ReferenceIndex['fingerprint']>) =>
              timed(() => target.fingerprint(...args));
          default: {
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? value.bind(target) : value;
          }
        }
      },
    });
  }

  /** Ends a segment; one that asked nothing is not counted. */
  next(): void {
    if (this.first.sound || this.first.pictures) {
      this.firsts.push(this.first.ms);
      this.wholes.push(this.whole);
    }
    this.first = { sound: false, pictures: false, ms: 0 };
    this.whole = 0;
  }

  get times(): LookUpTimes {
    return { first: this.firsts, whole: this.wholes };
  }
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
