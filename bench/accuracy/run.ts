import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MediaPool } from '../../src/media/media-pool.js';
import { writeResults } from '../lib/results.js';
import { ATTACKS } from './attacks.js';
import type { Cost } from './cost.js';
import { loadMaterial } from './material.js';
import { PEERS } from './peers/index.js';
import {
  printCells,
  printLengths,
  printNegatives,
  printProgramme,
  printShared,
  printShown,
  printSystems,
} from './report.js';
import { rowsOf } from './report-rows.js';
import { shown } from './report-targets.js';
import { added, resultsBefore } from './run-added.js';
import { Catalogue } from './run-catalogue.js';
import { LIVE_LENGTH, runClips } from './run-clips.js';
import { firstHours, judgeNegatives, partOf, runNegatives } from './run-negatives.js';
import type { Options } from './run-options.js';
import { Outcomes } from './run-outcomes.js';
import { PEER_LENGTH, runPeers } from './run-peers.js';
import { planAttack } from './run-plan.js';
import { runProgramme } from './run-programme.js';
import { say } from './run-progress.js';
import { runShared } from './run-shared.js';
import { calibrate } from './score-run.js';
import type { Attack, Material } from './types.js';

/** Threads that decode; the matcher has the main thread. */
const THREADS = 2;
const PROGRAMME_MINUTES = 25;

export async function run(options: Options): Promise<void> {
  say(`titles from ${options.media.join(', ')} …`);
  const material = await loadMaterial(options.media, options.seed, options.rendered);
  const pool = await MediaPool.start({ threads: THREADS });
  try {
    if (options.calibrate) await calibrate(material, pool, options);
    else await judgeAll(material, pool, options);
  } finally {
    await pool.close();
  }
}

/** Titles of one split are the catalogue; what shows none of them is made of the other split. */
async function judgeAll(material: Material, pool: MediaPool, options: Options): Promise<void> {
  const { split } = options;
  const other = split === 'judge' ? 'tune' : 'judge';
  const titles = material.titles.filter((title) => title.split === split);
  const strangers = material.titles.filter((title) => title.split === other);
  const catalogue = await Catalogue.build(pool, titles, strangers, options.hours);
  const outcomes = new Outcomes(catalogue, options.misses);
  const { seed, negativePart: part } = options;
  try {
    const orders = chosen(options.attacks).flatMap((attack) =>
      planAttack(material, titles, attack, options.lengths, options.clips, options.rendered),
    );
    const clips = await runClips(material, pool, catalogue, orders, options, outcomes);
    const programme = options.programme
      ? await runProgramme(pool, catalogue, await material.programme(split, PROGRAMME_MINUTES, seed))
      : null;
    const negatives = options.negatives
      ? await judgeNegatives(
          runNegatives(
            pool,
            catalogue,
            partOf(firstHours(material.negatives(other, seed), options.negativeHours), part),
            options.negativeMinutes,
          ),
          `${part.number}/${part.of}`,
        )
      : null;
    const sharedContent =
      options.negatives && part.number === 1
        ? await runShared(pool, catalogue, await material.sharedContent(other, seed))
        : null;
    const peers = options.peers ? await runPeers(PEERS, titles, clips, catalogue) : [];
    const cost = options.cost ? costApart(options) : null;
    const all = [...outcomes.all, ...peers];
    const rows = rowsOf(all);
    printCells(rows);
    printLengths(rows);
    printSystems(
      `Clips of ${LIVE_LENGTH} s, as a stream`,
      rows.filter((row) => row.length === LIVE_LENGTH),
    );
    printSystems(
      `Peers, clips of ${PEER_LENGTH} s`,
      rows.filter((row) => row.length === PEER_LENGTH),
    );
    if (programme) printProgramme(programme);
    if (negatives) printNegatives(negatives);
    if (sharedContent) printShared(sharedContent);
    if (cost) console.log(`\ncost: ${JSON.stringify(cost)}`);
    printShown(shown({ outcomes: all, rows, negatives, cost }));
    const figures = { media: factsOf(material), split, rows, negatives, cost, programme, sharedContent };
    writeResults(
      options.out,
      options.add ? added(resultsBefore(options.out), figures) : figures,
      settingsOf(options),
    );
  } finally {
    await catalogue.close();
  }
}

function chosen(names: readonly string[] | null): readonly Attack[] {
  if (names === null) return ATTACKS;
  const attacks = ATTACKS.filter((attack) => names.some((name) => attack.name.startsWith(name)));
  if (attacks.length === 0)
    throw new RangeError(
      `--attacks ${names.join(',')}: there are ${ATTACKS.map(({ name }) => name).join(', ')}`,
    );
  return attacks;
}

/** In a process by itself, on one core where the machine has `taskset`, when nothing else runs. */
function costApart({ media, hours }: Options): Cost {
  say('cost …');
  const entry = path.join(path.dirname(fileURLToPath(import.meta.url)), 'cost-process.js');
  const command = [process.execPath, entry, media[0] ?? '', String(hours)];
  const pinned = spawnSync('taskset', ['--version']).status === 0 ? ['taskset', '-c', '0'] : [];
  const [program, ...args] = [...pinned, ...command];
  const done = spawnSync(program!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) throw new Error(`The process that measures the cost ended with ${done.status}.`);
  return JSON.parse(done.stdout.trim().split('\n').at(-1)!) as Cost;
}

function factsOf({ titles }: Material) {
  const seconds = titles.reduce((sum, title) => sum + title.duration, 0);
  return {
    sources: new Set(titles.flatMap((title) => title.sources)).size,
    titles: titles.length,
    judgeTitles: titles.filter((title) => title.split === 'judge').length,
    hours: Number((seconds / 3600).toFixed(2)),
  };
}

function settingsOf({
  media: _,
  misses: __,
  out: ___,
  split: ____,
  add: _____,
  ...settings
}: Options): object {
  return settings;
}
