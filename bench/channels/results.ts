import fs from 'node:fs';
import path from 'node:path';
import { commit, machine, resultsFile } from '../lib/results.js';
import type { Options } from './options.js';
import type { Measured } from './run.js';

const FILE = resultsFile('channels');

/** One run, as it stands in the results. */
export interface RunRow {
  readonly transport: string;
  readonly mode: string;
  /** Where the references were; `embedded` where it is not said. */
  readonly index?: string;
  readonly channels: number;
  readonly maxChannels: number | null;
  readonly [figure: string]: unknown;
}

/** Targets: p95 of capture to match, p95 of first picture to `detection.opened`, s. */
export const MAX_LAG = 3;
export const MAX_OPEN = 15;

/** Whether a run kept up with what is asked of it. */
export function holds({ score }: Measured): boolean {
  const within = (value: number | null, most: number) => value !== null && value <= most;
  return score.realtime && within(score.lagP95, MAX_LAG) && within(score.openP95, MAX_OPEN);
}

export function rowOf(
  measured: Measured,
  options: Options,
  channels: number,
  minutes: number,
  repertoire: { readonly source: string; readonly bitRate: number },
): RunRow {
  const { score, cores } = measured;
  const { transport, mode, index, killElasticsearch, referenceHours, warmUp, faults, reels, seed } = options;
  const own = Object.entries(cores).filter(([name]) => !/^(server |simulator$|bench$)/.test(name));
  return {
    transport,
    mode,
    ...(index !== 'embedded' && { index, killElasticsearch }),
    channels,
    minutes,
    referenceHours,
    realtime: score.realtime,
    lagP50: rounded(score.lagP50),
    lagP95: rounded(score.lagP95),
    openP50: rounded(score.openP50),
    openP95: rounded(score.openP95),
    segments: score.segments.announced,
    matched: score.segments.matched,
    missing: score.segments.missing,
    dropped: score.segments.dropped,
    recall: rounded(score.recall, 4),
    precision: rounded(score.precision, 4),
    due: score.due,
    found: score.found,
    opened: score.opened,
    wrong: score.wrong,
    doubled: score.doubled,
    byAttack: score.byAttack,
    cpu: rounded(own.reduce((sum, [, busy]) => sum + busy, 0)),
    cores: Object.fromEntries(Object.entries(cores).map(([name, busy]) => [name, rounded(busy)])),
    rssStartMiB: Math.round(measured.rssStartMiB),
    rssEndMiB: Math.round(measured.rssEndMiB),
    losses: measured.losses,
    holds: holds(measured),
    maxChannels: null,
    machine: machine(),
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
    settings: {
      ...repertoire,
      segment: '4 s, 1080p25 H.264, key frame every 2 s, AAC',
      warmUp,
      faults,
      reels,
      seed,
    },
  };
}

/** The runs that are kept, with these in place of those of the same transport, mode, index and number of channels. */
export function merged(kept: readonly RunRow[], fresh: readonly RunRow[]): RunRow[] {
  const name = ({ transport, mode, index = 'embedded', channels }: RunRow) =>
    `${transport} ${mode} ${index} ${String(channels).padStart(5, '0')}`;
  const rows = new Map([...kept, ...fresh].map((row) => [name(row), row]));
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

export function writeRuns(fresh: readonly RunRow[]): void {
  const kept = fs.existsSync(FILE) ? (JSON.parse(fs.readFileSync(FILE, 'utf8')) as RunRow[]) : [];
  fs.writeFileSync(FILE, `${JSON.stringify(merged(kept, fresh), null, 2)}\n`);
  console.log(`\nwritten to ${path.relative(process.cwd(), FILE)}`);
}

function rounded(value: number | null, digits = 2): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
