import { BestWindows, WINDOW, type Window } from './best-windows.js';
import type { Positions } from './postings.js';

/** Votes are counted in bins of 8 ticks = 0.128 s, two neighbouring bins together: a window. */
const BIN_SHIFT = Math.log2(WINDOW) - 1;
/** Votes are dealt out by stretches of 70 minutes first, so that the counters of one stretch stay in cache. */
const PART_SHIFT = 18;
const PART_MASK = (1 << PART_SHIFT) - 1;
const BINS = 1 << (PART_SHIFT - BIN_SHIFT);
const MAX_COUNT = 0x7fff;
const SEEN = 0x8000;

/** Offsets that agree. */
export interface Line {
  /** Mean of the offsets, in ticks. */
  readonly tick: number;
  readonly votes: number;
}

/** Finds the offsets at which most votes fall. One instance works for one look-up at a time. */
export class Voter {
  private dealt = new Uint32Array(1 << 12);
  private readonly counts = new Uint16Array(BINS + 2);

  /**
   * @param offsets at most 2^32 − 1 ticks, in any order
   * @param accepts is asked whether a place may be proposed at all, for likely ones only
   * @returns the best lines with at least `atLeast` votes, best first; one within two bins of a better one is left out
   */
  vote(offsets: Positions, limit: number, atLeast: number, accepts: (tick: number) => boolean): Line[] {
    const starts = this.deal(offsets);
    const best = new BestWindows(limit, atLeast, accepts);
    let carried = 0;
    for (let part = 0; part + 1 < starts.length; part++) {
      carried = this.votePart(part, starts[part]!, starts[part + 1]!, carried, best);
    }
    return best.windows.map((window) => this.lineOf(window, starts));
  }

  /** Deals the offsets out by part; part p gets the places [starts[p], starts[p + 1]). */
  private deal({ array, length }: Positions): Uint32Array {
    if (this.dealt.length < length) this.dealt = new Uint32Array(length * 2);
    const { dealt } = this;
    let highest = 0;
    for (let i = 0; i < length; i++) if (array[i]! > highest) highest = array[i]!;
    const starts = new Uint32Array((highest >>> PART_SHIFT) + 2);
    for (let i = 0; i < length; i++) starts[(array[i]! >>> PART_SHIFT) + 1]!++;
    for (let p = 1; p < starts.length; p++) starts[p]! += starts[p - 1]!;
    const next = starts.slice();
    for (let i = 0; i < length; i++) dealt[next[array[i]! >>> PART_SHIFT]!++] = array[i]!;
    return starts;
  }

  /** Bin b of the part is counts[b + 1]; counts[0] is the last bin of the part before. Returns the last bin's count. */
  private votePart(part: number, from: number, to: number, carried: number, best: BestWindows): number {
    const { counts, dealt } = this;
    const origin = part * 2 ** PART_SHIFT - (1 << BIN_SHIFT);
    const propose = (bin: number, votes: number) => best.propose(origin + bin * (1 << BIN_SHIFT), votes);
    for (let i = from; i < to; i++) {
      const bin = ((dealt[i]! & PART_MASK) >>> BIN_SHIFT) + 1;
      if (counts[bin]! < MAX_COUNT) counts[bin]!++;
    }
    if (carried > 0) propose(0, carried + counts[1]!);
    for (let i = from; i < to; i++) {
      const bin = ((dealt[i]! & PART_MASK) >>> BIN_SHIFT) + 1;
      const count = counts[bin]!;
      if (count >= SEEN) continue;
      counts[bin] = count | SEEN;
      propose(bin, count + (counts[bin + 1]! & MAX_COUNT));
    }
    const last = counts[BINS]! & MAX_COUNT;
    for (let i = from; i < to; i++) counts[((dealt[i]! & PART_MASK) >>> BIN_SHIFT) + 1] = 0;
    return last;
  }

  private lineOf({ first, votes }: Window, starts: Uint32Array): Line {
    const from = Math.max(0, first);
    const end = first + WINDOW;
    const part = Math.floor(from / 2 ** PART_SHIFT);
    const to = starts[Math.min(starts.length - 1, Math.floor((end - 1) / 2 ** PART_SHIFT) + 1)]!;
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
