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

/**
 * Finds maximal scoring stretches in a sequence of log likelihood ratios that arrives in order
 * (Kadane's sum with an X-drop, as in sequence alignment; Altschul et al. 1990): a run starts where the sum
 * is lowest before it, and ends at its highest point once the sum has fallen `drop` nats below that.
 */
export class RunDetector {
  readonly #drop: number;
  readonly #keep: number;
  readonly #maxQuiet: Seconds;
  readonly #closed: Run[] = [];
  #sum = 0;
  #start = 0;
  #best = 0;
  #bestEnd = 0;
  #firstLength = 0;
  #lastLength = 0;

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
      this.#sum = 0;
      this.#best = 0;
      this.#start = start;
      this.#firstLength = end - start;
    }
    this.#sum += evidence;
    if (this.#sum > this.#best) {
      this.#best = this.#sum;
      this.#bestEnd = end;
      this.#lastLength = end - start;
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

  #close(): void {
    if (this.#best >= this.#keep) this.#closed.push(this.#run());
    this.#sum = 0;
  }

  #run(): Run {
    return {
      start: this.#start,
      end: this.#bestEnd,
      score: this.#best,
      firstLength: this.#firstLength,
      lastLength: this.#lastLength,
    };
  }
}
