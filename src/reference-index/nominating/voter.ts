import { BestWindows, BIN, WINDOW, type Window } from './best-windows.js';
import type { Positions } from './positions.js';

const BIN_SHIFT = Math.log2(BIN);
/** Votes are dealt out by stretches of 17 minutes first, so that the counters of one stretch stay in the nearest cache. */
const PART_SHIFT = 16;
const PART_MASK = (1 << PART_SHIFT) - 1;
const PARTS = 2 ** (32 - PART_SHIFT);
const BINS = 1 << (PART_SHIFT - BIN_SHIFT);
const MAX_COUNT = 0xffff;

/** Offsets that agree. */
export interface Line {
  /** Mean of the offsets, in ticks. */
  readonly tick: number;
  readonly votes: number;
}

/** Finds the offsets at which most votes fall. One instance works for one look-up at a time. */
export class Voter {
  private dealt = new Uint32Array(1 << 12);
  /** Part p has the places [starts[p], starts[p + 1]) of `dealt`; all 0 between look-ups. */
  private readonly starts = new Uint32Array(PARTS + 2);
  private readonly counts = new Uint16Array(BINS + 2);
  private readonly likely = new Uint16Array(BINS);

  /**
   * @param offsets at most 2^32 − 1 ticks, in any order
   * @param accepts is asked whether a place may be proposed at all, for likely ones only
   * @returns the best lines with at least `atLeast` votes, best first; one within two bins of a better one is left out
   */
  vote(offsets: Positions, limit: number, atLeast: number, accepts: (tick: number) => boolean): Line[] {
    const { starts } = this;
    const parts = this.deal(offsets);
    const best = new BestWindows(limit, atLeast, accepts);
    let carried = 0;
    for (let part = 0; part < parts; part++) {
      const from = starts[part]!;
      const to = starts[part + 1]!;
      carried = from === to && carried === 0 ? 0 : this.votePart(part, from, to, carried, best);
    }
    const lines = best.windows.map((window) => this.lineOf(window, parts));
    starts.fill(0, 0, parts + 2);
    return lines;
  }

  /** Deals the offsets out by part; returns the number of parts. */
  private deal({ array, length }: Positions): number {
    if (this.dealt.length < length) this.dealt = new Uint32Array(length * 2);
    const { dealt, starts } = this;
    let parts = 0;
    // Counted two places on, so that dealing leaves each part's start where it belongs.
    for (let i = 0; i < length; i++) {
      const part = array[i]! >>> PART_SHIFT;
      if (part >= parts) parts = part + 1;
      starts[part + 2]!++;
    }
    for (let p = 3; p <= parts; p++) starts[p]! += starts[p - 1]!;
    for (let i = 0; i < length; i++) dealt[starts[(array[i]! >>> PART_SHIFT) + 1]!++] = array[i]!;
    return parts;
  }

  /** Bin b of the part is counts[b + 1]; the bin before it had `carried` votes. Returns the last bin's count. */
  private votePart(part: number, from: number, to: number, carried: number, best: BestWindows): number {
    const { counts, dealt, likely } = this;
    const origin = part * 2 ** PART_SHIFT - (1 << BIN_SHIFT);
    // Of two bins that have enough together, one has half of that.
    const half = Math.ceil(best.needed / 2);
    let found = 0;
    for (let i = from; i < to; i++) {
      const bin = ((dealt[i]! & PART_MASK) >>> BIN_SHIFT) + 1;
      const count = counts[bin]! + 1;
      if (count > MAX_COUNT) continue;
      counts[bin] = count;
      if (count === half) likely[found++] = bin;
    }
    if (carried > 0) best.propose(origin, carried + counts[1]!);
    for (let i = 0; i < found; i++) {
      const bin = likely[i]!;
      best.propose(origin + bin * (1 << BIN_SHIFT), counts[bin]! + counts[bin + 1]!);
      if (bin > 1) best.propose(origin + (bin - 1) * (1 << BIN_SHIFT), counts[bin - 1]! + counts[bin]!);
    }
    const last = counts[BINS]!;
    for (let i = from; i < to; i++) counts[((dealt[i]! & PART_MASK) >>> BIN_SHIFT) + 1] = 0;
    return last;
  }

  private lineOf({ first, votes }: Window, parts: number): Line {
    const { starts } = this;
    const from = Math.max(0, first);
    const end = first + WINDOW;
    const part = Math.floor(from / 2 ** PART_SHIFT);
    const to = starts[Math.min(parts, Math.floor((end - 1) / 2 ** PART_SHIFT) + 1)]!;
    let sum = 0;
    let n = 0;
    for (let i = starts[part]!; i < to; i++) {
      const tick = this.dealt[i]!;
      if (tick < from || tick >= end) continue;
      sum += tick;
      n++;
    }
    return { tick: sum / n, votes };
  }
}
