import type { Seconds } from '../../fingerprints/units.js';

/** A stretch over which the evidence for a line adds up to more than before or after it. */
export interface Run {
  readonly start: Seconds;
  readonly end: Seconds;
  /** Sum of the evidence, nats. */
  readonly score: number;
  /** Lengths of the first and the last piece of evidence in it: its ends are not known better than that, s. */
  readonly firstLength: Seconds;
  readonly lastLength: Seconds;
}

interface Piece {
  readonly start: Seconds;
  readonly end: Seconds;
  readonly evidence: number;
}

/** The ends of a run are looked for among this many pieces of evidence at either end. */
const EDGE_PIECES = 48;

/**
 * Finds maximal scoring stretches in a sequence of log likelihood ratios that arrives in order
 * (Kadane's sum with an X-drop, as in sequence alignment; Altschul et al. 1990): a run starts where the sum
 * is lowest before it, and ends at its highest point once the sum has fallen `drop` nats below that.
 *
 * The evidence takes little for a sign of life, so that a run survives what covers it; but that lets a stray
 * piece just outside lengthen it. So its ends are set by the run's own measure: a piece belongs to it when it
 * says at least a quarter of what its pieces say on average.
 */
export class RunDetector {
  readonly #drop: number;
  readonly #keep: number;
  readonly #maxQuiet: Seconds;
  readonly #closed: Run[] = [];
  #sum = 0;
  #best = 0;
  #bestEnd: Seconds = 0;
  /** Of the pieces up to the best end: their number, the first and the last ones; then those after it. */
  #pieces = 0;
  #head: Piece[] = [];
  #tail: Piece[] = [];
  #after: Piece[] = [];

  /**
   * @param keep runs that end with less are forgotten, nats
   * @param maxQuiet a run also ends when nothing spoke for it for this long, s
   */
  constructor(drop: number, keep: number, maxQuiet: Seconds) {
    this.#drop = drop;
    this.#keep = keep;
    this.#maxQuiet = maxQuiet;
  }

  /** Evidence, in nats, for the stretch of stream between two times; stretches come in order of time. */
  add(start: Seconds, end: Seconds, evidence: number): void {
    if (this.#sum > 0 && end - this.#bestEnd > this.#maxQuiet) this.#close();
    if (evidence === 0) return;
    if (this.#sum <= 0) {
      if (evidence < 0) return;
      this.#begin();
    }
    this.#after.push({ start, end, evidence });
    this.#sum += evidence;
    if (this.#sum > this.#best) {
      this.#best = this.#sum;
      this.#bestEnd = end;
      this.#takeIn();
    } else if (this.#sum <= 0 || this.#best - this.#sum > this.#drop) {
      this.#close();
    }
  }

  /** The run that may still grow; null when there is none worth keeping. */
  get current(): Run | null {
    return this.#sum > 0 && this.#best >= this.#keep ? this.#run() : null;
  }

  /** Runs that have ended, oldest first. */
  get closed(): readonly Run[] {
    return this.#closed;
  }

  /** Forgets closed runs that ended before a time. */
  forget(before: Seconds): void {
    while (this.#closed[0] && this.#closed[0].end < before) this.#closed.shift();
  }

  #begin(): void {
    this.#sum = 0;
    this.#best = 0;
    this.#pieces = 0;
    this.#head = [];
    this.#tail = [];
    this.#after = [];
  }

  /** The run reaches as far as the newest piece. */
  #takeIn(): void {
    this.#pieces += this.#after.length;
    this.#head.push(...this.#after.slice(0, EDGE_PIECES - this.#head.length));
    this.#tail = [...this.#tail, ...this.#after].slice(-EDGE_PIECES);
    this.#after = [];
  }

  #close(): void {
    if (this.#best >= this.#keep) this.#closed.push(this.#run());
    this.#sum = 0;
  }

  #run(): Run {
    const least = this.#best / this.#pieces / 4;
    const first = firstOf(this.#head, least);
    const last = lastOf(this.#tail, least);
    return {
      start: first.start,
      end: Math.max(last.end, first.end),
      score: this.#best,
      firstLength: first.end - first.start,
      lastLength: last.end - last.start,
    };
  }
}

/** The piece from which on the evidence above `least` adds up to most. */
function firstOf(pieces: readonly Piece[], least: number): Piece {
  let found = pieces[0]!;
  let sum = 0;
  let lowest = 0;
  pieces.forEach(({ evidence }, i) => {
    sum += evidence - least;
    if (sum < lowest && i + 1 < pieces.length) {
      lowest = sum;
      found = pieces[i + 1]!;
    }
  });
  return found;
}

/** The piece up to which the evidence above `least` adds up to most. */
function lastOf(pieces: readonly Piece[], least: number): Piece {
  let found = pieces[pieces.length - 1]!;
  let sum = 0;
  let lowest = 0;
  for (let i = pieces.length - 1; i > 0; i--) {
    sum += pieces[i]!.evidence - least;
    if (sum < lowest) {
      lowest = sum;
      found = pieces[i - 1]!;
    }
  }
  return found;
}
