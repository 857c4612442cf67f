import type { Outcome } from './run-outcomes.js';
import type { Modality } from './types.js';
import { quantile, wilson } from './wilson.js';

/** One cell of the table: a system, an attack, a modality and a length of clips. */
export interface Row {
  readonly system: string;
  readonly modality: Modality;
  readonly attack: string;
  /** s */
  readonly length: number;
  readonly n: number;
  readonly recall: number;
  /** Lower end of the 95 % Wilson interval. */
  readonly lower95: number;
  /** Number of source titles behind it. */
  readonly titles: number;
  /** |found − true| of both ends over what was found, s; null where nothing was, or the system says no ends. */
  readonly startMedian: number | null;
  readonly startP95: number | null;
  readonly endMedian: number | null;
  readonly endP95: number | null;
  readonly falsePerHour: number;
  /** Clips that could not be judged; they count as not found. */
  readonly failed: number;
}

/** The same for all that makes up one row. */
export function cellKey({
  system,
  modality,
  attack,
  length,
}: Pick<Row, 'system' | 'modality' | 'attack' | 'length'>): string {
  return JSON.stringify([system, modality, attack, length]);
}

/** One row for each attack, modality and length of each system, in the order in which they came. */
export function rowsOf(outcomes: readonly Outcome[]): Row[] {
  const cells = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const key = cellKey(outcome);
    const cell = cells.get(key);
    if (cell) cell.push(outcome);
    else cells.set(key, [outcome]);
  }
  return [...cells.values()].map(rowOf);
}

/** @param outcomes at least one; those of several attacks give the row of all of them under the first one's name */
export function rowOf(outcomes: readonly Outcome[]): Row {
  const { system, modality, attack, length } = outcomes[0]!;
  const hits = outcomes.filter((outcome) => outcome.hit);
  const starts = hits.flatMap((outcome) => outcome.startError ?? []);
  const ends = hits.flatMap((outcome) => outcome.endError ?? []);
  const hours = outcomes.reduce((sum, outcome) => sum + outcome.length, 0) / 3600;
  const falseOnes = outcomes.reduce((sum, outcome) => sum + outcome.falseTitles.length, 0);
  return {
    system,
    modality,
    attack,
    length,
    n: outcomes.length,
    recall: rounded(hits.length / outcomes.length, 4),
    lower95: rounded(wilson(hits.length, outcomes.length).lower, 4),
    titles: new Set(outcomes.map((outcome) => outcome.titleId)).size,
    startMedian: rounded(quantile(starts, 0.5), 3),
    startP95: rounded(quantile(starts, 0.95), 3),
    endMedian: rounded(quantile(ends, 0.5), 3),
    endP95: rounded(quantile(ends, 0.95), 3),
    falsePerHour: rounded(falseOnes / hours, 3),
    failed: outcomes.filter((outcome) => outcome.failure !== null).length,
  };
}

export function rounded<V extends number | null>(value: V, digits: number): V {
  return (value === null ? null : Number(value.toFixed(digits))) as V;
}
