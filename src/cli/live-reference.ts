import fs from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { openSources } from '../capture/index.js';
import { configFrom } from '../config.js';
import { StreamprintError } from '../domain/errors.js';
import { assetId } from '../domain/ids.js';
import type { Capture } from '../domain/segment.js';
import { slug } from '../domain/slug.js';
import { keepLive } from '../live-references/keep-live.js';
import type { LiveServices } from '../live-references/live-capture.js';
import { LiveIndex } from '../live-references/live-index.js';
import { captureIdOf, DEFAULT_LIVE_DAYS, type LiveReference } from '../live-references/live-reference.js';
import { LiveRecords } from '../live-references/records.js';
import { Catalogue } from '../roles/catalogue.js';
import { clock, print, printJson, table, tell } from './output.js';
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
  const live: LiveReference = { catalogue, assetId: assetId(options.asset ?? slug(title)), title, url, days };
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
  const parts = await indexOf(data, new AbortController().signal).remove(live);
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

function indexOf(data: string, signal: AbortSignal): LiveIndex {
  const open = () => Catalogue.open(configFrom(process.env), data, tell);
  return new LiveIndex(open, () => Date.now(), signal);
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
  const services: LiveServices = {
    pool,
    index: indexOf(data, signal),
    records,
    spool,
    partSeconds: part,
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
    const all = records.all();
    if (all.length === 0)
      throw new StreamprintError('SP_USAGE', 'There is no live reference: add one first.');
    const running = all.map((live) => keepLive(live, services, () => captureOf(live, spool, signal), signal));
    await untilStopped(duration);
    abort.abort();
    await Promise.all(running);
  } finally {
    await pool.close();
    records.close();
    await fs.rm(spool, { recursive: true, force: true });
  }
}

/** @throws StreamprintError when its address is not that of one stream */
async function captureOf(live: LiveReference, spool: string, signal: AbortSignal): Promise<Capture> {
  const { captures, errors } = await openSources([live.url], { spool, signal });
  if (errors[0]) throw errors[0].error;
  const [capture] = captures;
  if (!capture || captures.length > 1)
    throw new StreamprintError(
      'SP_USAGE',
      `${live.title} must be one stream, its address has ${captures.length}.`,
    );
  const stream = { id: captureIdOf(live), name: live.title, url: capture.stream.url };
  return { stream, events: capture.events };
}
