import { NONE, Numbering } from '../nominating/numbering.js';
import type { Positions } from '../nominating/positions.js';
import type { LandmarkQuery } from '../reference-index.js';

/** The hashes of a query, each once, and the ticks at which it has them. */
export class QueryHashes {
  private readonly numbers: Numbering;
  /** Of each hash the last landmark of the query that has it, and of each landmark the one before it. */
  private readonly last: Int32Array;
  private readonly before: Int32Array;

  constructor(private readonly query: LandmarkQuery) {
    const { hashes } = query;
    this.numbers = new Numbering(hashes.length);
    this.last = new Int32Array(hashes.length).fill(NONE);
    this.before = new Int32Array(hashes.length);
    for (let i = 0; i < hashes.length; i++) {
      const number = this.numbers.add(hashes[i]!);
      this.before[i] = this.last[number]!;
      this.last[number] = i;
    }
  }

  /** Each once. */
  get hashes(): Uint32Array {
    return this.numbers.keys.subarray(0, this.numbers.count);
  }

  /** Appends `tick` − the query's tick for each of its landmarks that have this hash. */
  gather(hash: number, tick: number, found: Positions): void {
    const number = this.numbers.find(hash);
    if (number === NONE) return;
    const { ticks } = this.query;
    for (let i = this.last[number]!; i !== NONE; i = this.before[i]!) {
      found.reserve(found.length + 1);
      found.array[found.length++] = tick - ticks[i]!;
    }
  }
}
