import fs from 'node:fs';
import { resultsFile } from '../lib/results.js';
import { type NegativeFigures, withParts } from './negative-figures.js';
import { cellKey, type Row } from './report-rows.js';

/** What a run has measured; null = it was not asked for. */
export interface Figures {
  readonly rows: readonly Row[];
  readonly negatives: NegativeFigures | null;
  readonly cost: object | null;
  readonly programme: object | null;
  readonly sharedContent: object | null;
}

/** What a run measured, with what the results have besides. */
export function added<F extends Figures>(before: Figures, now: F): F {
  const rows = new Map([...before.rows, ...now.rows].map((row) => [cellKey(row), row]));
  return {
    ...now,
    rows: [...rows.values()],
    negatives: now.negatives ? withParts(before.negatives, now.negatives) : before.negatives,
    cost: now.cost ?? before.cost,
    programme: now.programme ?? before.programme,
    sharedContent: now.sharedContent ?? before.sharedContent,
  };
}

/** Of bench/results/NAME.json; nothing where there is none yet. */
export function resultsBefore(name: string): Figures {
  const file = resultsFile(name);
  if (!fs.existsSync(file))
    return { rows: [], negatives: null, cost: null, programme: null, sharedContent: null };
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Figures;
}
