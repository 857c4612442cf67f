import fs from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { configFrom } from '../config.js';
import { StreamprintError } from '../domain/errors.js';
import { assetId } from '../domain/ids.js';
import { slug } from '../domain/slug.js';
import { keepLive } from '../live-references/keep-live.js';
import type { LiveServices } from '../live-references/live-capture.js';
import { LiveIndex } from '../live-references/live-index.js';
import { assetOfLive, DEFAULT_LIVE_DAYS, type LiveReference } from '../live-references/live-reference.js';
import { LiveRecords } from '../live-references/records.js';
import { LentCatalogue } from '../rights/lent-catalogue.js';
import { Catalogue } from '../roles/catalogue.js';
import { openLive } from '../roles/live-references.js';
import { clock, print, printJson, table, tell, tellError } from './output.js';
import { startPool } from './services.js';
import { untilStopped } from './until-stopped.js';
import { positive } from './values.js';

interface Options {
  readonly data: string;
  readonly catalogue: string;
  readonly asset?: string;
  readonly days: number;
  readonly part: number;
  readonly duration?: number;
  readonly json?: boolean;
}

export function liveReferenceCommand(program: Command): void {
  const live = program
    .command('live-reference')
    .description("rights holders' own channels, captured all the time and looked for on the streams");
  live
    .command('add')
    .description('name a channel; `run` captures it')
    .argument('<title>', 'what it is called')
    .argument('<url>', 'its HLS address')
    .option('--asset <id>', 'its asset id; a slug of the title unless given')
    .option('--catalogue <name>', "the rights holder's catalogue", 'default')
    .option('--days <number>', 'what is older is looked for no more', positive, DEFAULT_LIVE_DAYS)
    .option('--json', 'as a JSON object')
    .action((title: string, url: string, _: unknown, command: Command) =>
      add(title, url, command.optsWithGlobals<Options>()),
    );
  live
    .command('list')
    .description('the channels')
    .option('--json', 'one JSON object a channel')
    .action((_: unknown, command: Command) => list(command.optsWithGlobals<Options>()));
  live
    .command('remove')
    .description('a channel with all that is kept of it: it never matches again')
    .argument('<asset>', 'its asset id')
    .option('--catalogue <name>', 'its catalogue', 'default')
    .action((asset: string, _: unknown, command: Command) =>
      remove(asset, command.optsWithGlobals<Options>()),
    );
  live
    .command('run')
    .description('capture the channels, until it is stopped')
    .option('--part <seconds>', 'they are registered in parts of this length', positive, 60)
    .option('--duration <seconds>', 'stop after this long', positive)
    .option('--json', 'one JSON object a part or note')
    .action((_: unknown, command: Command) => run(command.optsWithGlobals<Options>()));
}

function add(title: string, url: string, options: Options): void {
  const { catalogue, days, json } = options;
  const live: LiveReference = {
    ...{ catalogue, assetId: assetId(options.asset ?? slug(title)), title, url, days },
    capturedBy: 'command',
    isPaused: false,
  };
  withRecords(options.data, (records) => records.put(live));
  if (json) printJson(live);
  else print(`added ${catalogue}/${live.assetId}: \`live-reference run\` captures it`);
}

function list({ data, json }: Options): void {
  const all = withRecords(data, (records) => records.all());
  if (json) for (const live of all) printJson(live);
  else if (all.length === 0) tell('no live references');
  else
    print(
      table(
        ['catalogue', 'asset', 'title', 'days', 'address'],
        all.map((one) => [one.catalogue, one.assetId, one.title, String(one.days), one.url]),
      ),
    );
}

async function remove(asset: string, { data, catalogue }: Options): Promise<void> {
  const live = withRecords(data, (records) =>
    records.all().find((one) => one.catalogue === catalogue && one.assetId === asset),
  );
  if (!live)
    throw new StreamprintError(
      'SP_NOT_FOUND',
      `There is no live reference ${asset} in catalogue ${catalogue}.`,
    );
  const lent = lend(data);
  const parts = await indexOf(lent).remove(live);
  await lent.close();
  withRecords(data, (records) => records.remove(catalogue, asset));
  print(`removed ${asset} (${parts} part${parts === 1 ? '' : 's'})`);
}

function withRecords<T>(data: string, work: (records: LiveRecords) => T): T {
  const records = LiveRecords.open(data);
  try {
    return work(records);
  } finally {
    records.close();
  }
}

/** Open as short as can be: others change the catalogue, too. */
function lend(data: string): LentCatalogue {
  const open = () => Catalogue.open(configFrom(process.env), data, tell);
  return new LentCatalogue({ open, onTrouble: tellError });
}

function indexOf(lent: LentCatalogue): LiveIndex {
  return new LiveIndex((work) => lent.change(work, Number.POSITIVE_INFINITY), Date.now);
}

async function run(options: Options): Promise<void> {
  const { data, part, json, duration } = options;
  const abort = new AbortController();
  const { signal } = abort;
  const records = LiveRecords.open(data);
  const spool = path.join(data, 'live-references', 'spool');
  await fs.rm(spool, { recursive: true, force: true });
  await fs.mkdir(spool, { recursive: true });
  const pool = await startPool();
  const lent = lend(data);
  const services: LiveServices = {
    pool,
    index: indexOf(lent),
    records,
    spool,
    partSeconds: part,
    assetOf: assetOfLive,
    onState: () => undefined,
    onNote: ({ assetId: asset }, message) => {
      if (json) printJson({ type: 'note', time: new Date().toISOString(), assetId: asset, message });
      else tell(`${asset}: ${message}`);
    },
    onPart: ({ assetId: asset }, { at, seconds }) => {
      const start = new Date(at).toISOString();
      if (json) printJson({ type: 'part', time: new Date().toISOString(), assetId: asset, start, seconds });
      else print(`${start.slice(11, 19)}  ${asset}  ${clock(seconds)}`);
    },
  };
  try {
    const all = records.all().filter(({ capturedBy }) => capturedBy === 'command');
    if (all.length === 0)
      throw new StreamprintError('SP_USAGE', 'There is no live reference: add one first.');
    const running = all.map((live) =>
      keepLive(live, services, (one) => openLive(live, { spool, signal: one }), signal),
    );
    await untilStopped(duration);
    abort.abort();
    await Promise.all(running);
  } finally {
    await lent.close();
    await pool.close();
    records.close();
    await fs.rm(spool, { recursive: true, force: true });
  }
}
