import { type Candidate, evidenceOf } from '../../src/matching/candidates.js';
import type { NegativeAnswer } from './run-negatives.js';
import { fitTail, type Tail, thresholdFor } from './score-tail.js';

export const KINDS = ['all', 'sound', 'pictures'] as const;
export type Kind = (typeof KINDS)[number];

const OF: Record<Kind, (candidate: Candidate) => number> = {
  all: evidenceOf,
  sound: (candidate) => candidate.soundEvidence,
  pictures: (candidate) => candidate.pictureEvidence,
};

/** Stream is divided into windows of this length; each gives the best wrong evidence in it, s. */
const WINDOW = 10;
/** The tail is what so many windows exceed, if there are as many: few enough to be far out, enough to fit. */
const EXCEEDANCES = 200;
/** … and that begins here at the least, nats: of what is heard with less, only a part is followed. */
const LEAST_THRESHOLD = 10;
/** Other thresholds, to see whether the scale depends on where the tail is said to begin. */
const OTHER_EXCEEDANCES = [50, 100, 400, 800];
/** Width of the bars of the histogram, nats. */
const BIN = 0.5;

/** The wrong evidence that one effort gathered over negatives. */
export class WrongEvidence {
  readonly #values: Record<Kind, number[]> = { all: [], sound: [], pictures: [] };
  readonly #best: { evidence: number; negative: string; kind: string; title: string }[] = [];
  #seconds = 0;

  /** @param name what to call the reference of a candidate */
  add(
    { negative, seconds }: Pick<NegativeAnswer, 'negative' | 'seconds'>,
    candidates: readonly Candidate[],
    name: (candidate: Candidate) => string,
  ): void {
    this.#seconds += seconds;
    for (const kind of KINDS) {
      const best = new Map<number, number>();
      for (const candidate of candidates) {
        const evidence = OF[kind](candidate);
        const window = Math.floor((candidate.stream.start + candidate.stream.end) / 2 / WINDOW);
        if (evidence > (best.get(window) ?? 0)) best.set(window, evidence);
      }
      for (const evidence of best.values()) this.#values[kind].push(evidence);
    }
    for (const candidate of candidates)
      this.#best.push({
        evidence: evidenceOf(candidate),
        negative: negative.name,
        kind: negative.kind,
        title: name(candidate),
      });
    this.#best.sort((a, b) => b.evidence - a.evidence);
    this.#best.length = Math.min(this.#best.length, 20);
  }

  get hours(): number {
    return this.#seconds / 3600;
  }

  values(kind: Kind): readonly number[] {
    return this.#values[kind];
  }

  tail(kind: Kind, exceedances = EXCEEDANCES): Tail | null {
    const values = this.#values[kind];
    return fitTail(values, Math.max(LEAST_THRESHOLD, thresholdFor(values, exceedances)), this.hours);
  }

  /** What is kept of it: enough to fit it again, or otherwise. */
  toJSON() {
    return {
      streamHours: this.hours,
      ...Object.fromEntries(
        KINDS.map((kind) => [
          kind,
          {
            windows: this.#values[kind].length,
            histogram: histogramOf(this.#values[kind]),
            tail: this.tail(kind),
            otherTails: OTHER_EXCEEDANCES.filter((n) => n < this.#values[kind].length).map((n) =>
              this.tail(kind, n),
            ),
          },
        ]),
      ),
      strongest: this.#best,
    };
  }
}

/** The constants that src/matching/score.ts states: rate(evidence) = rate(0) × exp(−evidence / β), a day of stream. */
export function constantsOf(tail: Tail): { falseAtZeroPerDay: number; shrink: number; atOneAYear: number } {
  const falseAtZeroPerDay = 24 * tail.perHour * Math.exp(tail.u / tail.beta);
  return {
    falseAtZeroPerDay,
    shrink: 1 / tail.beta,
    atOneAYear: tail.beta * Math.log(365 * falseAtZeroPerDay),
  };
}

/** [lower edge, count] of every bar that is not empty. */
function histogramOf(values: readonly number[]): [number, number][] {
  const bars = new Map<number, number>();
  for (const value of values) {
    const edge = BIN * Math.floor(value / BIN);
    bars.set(edge, (bars.get(edge) ?? 0) + 1);
  }
  return [...bars].sort((a, b) => a[0] - b[0]);
}
