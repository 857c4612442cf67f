import { printTable } from '../lib/results.js';
import type { NegativeFigures } from './negative-figures.js';
import type { Row } from './report-rows.js';
import { percent, type Shown, targetOf } from './report-targets.js';
import type { ProgrammeFigures } from './run-programme.js';
import type { SharedFigures } from './run-shared.js';
import { wilson } from './wilson.js';

/** The length that most targets are stated for, s. */
const USUAL = 10;

export function printCells(rows: readonly Row[]): void {
  const usual = rows.filter((row) => row.system === 'streamprint' && row.length === USUAL);
  if (usual.length === 0) return;
  printTable(
    `Clips of ${USUAL} s`,
    ['attack', 'modality', 'recall', '95 %', 'n', 'titles', 'start s', 'end s', 'false/h', 'target', ''],
    usual.map((row) => {
      const asked = targetOf(row);
      return [
        row.attack,
        row.modality,
        percent(row.recall),
        interval(row),
        row.failed > 0 ? `${row.n} (${row.failed} failed)` : String(row.n),
        String(row.titles),
        ends(row.startMedian, row.startP95),
        ends(row.endMedian, row.endP95),
        row.falsePerHour.toFixed(2),
        asked ? percent(asked.recall) : '',
        asked ? met(row.recall >= asked.recall) : '',
      ];
    }),
  );
}

/** Recall against the length of the clips. */
export function printLengths(rows: readonly Row[]): void {
  const ours = rows.filter((row) => row.system === 'streamprint');
  const lengths = [...new Set(ours.map((row) => row.length))].sort((a, b) => a - b);
  if (lengths.length < 2) return;
  printTable(
    'Recall by length',
    ['attack', 'modality', ...lengths.map((length) => `${length} s`)],
    attacksAndModalities(ours).map(([attack, modality]) => [
      attack,
      modality,
      ...lengths.map((length) => {
        const row = find(ours, attack, modality, length);
        return row ? `${percent(row.recall)} of ${row.n}` : '';
      }),
    ]),
  );
}

/** Other systems beside ours, on the clips of one length that both tried. */
export function printSystems(title: string, rows: readonly Row[]): void {
  const others = [...new Set(rows.map((row) => row.system))].filter((system) => system !== 'streamprint');
  if (others.length === 0) return;
  const own = rows.filter((row) => row.system === 'streamprint');
  printTable(
    title,
    ['attack', 'modality', 'streamprint', ...others, ''],
    own.flatMap((row) => {
      const theirs = others.map((system) =>
        rows.find((o) => o.system === system && o.attack === row.attack && o.modality === row.modality),
      );
      if (theirs.every((other) => other === undefined)) return [];
      const below = theirs.some((other) => other !== undefined && other.recall > row.recall);
      const cells = theirs.map((other) => (other ? percent(other.recall) : ''));
      return [[row.attack, row.modality, percent(row.recall), ...cells, below ? 'BELOW' : '']];
    }),
  );
}

export function printProgramme(figures: readonly ProgrammeFigures[]): void {
  printTable(
    'Programme: titles cut into other content',
    ['effort', 'hours', 'found', 'false', 'start s', 'end s'],
    figures.map((one) => [
      one.effort,
      one.hours.toFixed(2),
      `${one.found} of ${one.appearances}`,
      String(one.falseDetections),
      ends(one.startMedian, one.startP95),
      ends(one.endMedian, one.endP95),
    ]),
  );
}

export function printShared(figures: readonly SharedFigures[]): void {
  printTable(
    'Shared content, excluded where it is nobody’s own',
    ['what', 'found', 'false', 'expected'],
    figures.map((one) => [
      one.name,
      `${one.found} of ${one.appearances}`,
      String(one.falseDetections),
      one.expected,
    ]),
  );
}

export function printNegatives(figures: NegativeFigures): void {
  printTable(
    'Negatives: nothing of the catalogue shows',
    ['effort', 'stream h', 'source h', 'false detections', 'failed'],
    [
      ['thorough', figures.falseDetections],
      ['live', figures.liveFalseDetections],
    ].map(([effort, count]) => [
      String(effort),
      figures.hours.toFixed(1),
      figures.sourceHours.toFixed(1),
      String(count),
      String(figures.failed),
    ]),
  );
}

export function printShown(shown: readonly Shown[]): void {
  printTable(
    'What must be shown',
    ['what', 'target', 'reached', ''],
    shown.map((one) => [one.what, one.target, one.reached, met(one.met)]),
  );
}

function attacksAndModalities(rows: readonly Row[]): (readonly [string, string])[] {
  const seen = new Map(
    rows.map((row) => [`${row.attack} ${row.modality}`, [row.attack, row.modality] as const]),
  );
  return [...seen.values()];
}

function find(rows: readonly Row[], attack: string, modality: string, length: number): Row | undefined {
  return rows.find((row) => row.attack === attack && row.modality === modality && row.length === length);
}

function interval(row: Row): string {
  const { lower, upper } = wilson(Math.round(row.recall * row.n), row.n);
  return `${(100 * lower).toFixed(0)}–${(100 * upper).toFixed(0)}`;
}

function ends(median: number | null, p95: number | null): string {
  return median === null || p95 === null ? '' : `${median.toFixed(2)} / ${p95.toFixed(2)}`;
}

function met(is: boolean): string {
  return is ? 'met' : 'NOT MET';
}
