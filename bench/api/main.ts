import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { configFrom } from '../../src/config.js';
import { makeRepertoire } from '../channels/broadcast.js';
import { observeBus } from '../channels/bus-observer.js';
import { CommandProcess } from '../channels/command-process.js';
import { optionsFrom } from '../channels/options.js';
import { say } from '../channels/progress.js';
import { referencesOf } from '../channels/references.js';
import { type Measured, run } from '../channels/run.js';
import type { System, SystemOptions } from '../channels/system.js';
import { noteLine } from '../channels/system-serve.js';
import { cached } from '../lib/cache.js';
import { printTable, writeResults } from '../lib/results.js';
import { fill } from './filler.js';
import { type Load, load } from './load.js';
import { searches } from './searches.js';

/** The stored detections end here: always the same, so that they are made once. */
const UNTIL = Date.UTC(2026, 10, 1);
/** Requests before those that count, s. */
const PRIMING = 5;
/** The load ends so long before the service does, and must go on for so long to be told, s. */
const MARGIN = 3;
const LEAST = 10;

interface Settings {
  readonly detections: number;
  readonly rate: number;
  readonly channels: number;
  readonly minutes: number;
  readonly referenceHours: number;
  readonly warmUp: number;
}

/** Search under load while channels are watched; see bench/api.ts. */
export async function main(args: readonly string[]): Promise<void> {
  const settings = settingsFrom(args);
  const { detections, channels, referenceHours } = settings;
  const store = await cached('detections', { detections, UNTIL, version: 2 }, 'db', async (file) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-fill-'));
    fill(folder, detections, UNTIL, say);
    fs.copyFileSync(path.join(folder, 'detections', 'detections.db'), file);
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const options = optionsFrom(['--channels', String(channels), '--reference-hours', String(referenceHours)]);
  const repertoire = await makeRepertoire(options, say);
  const references = await referencesOf(repertoire.works, referenceHours, say);
  let measuring: Promise<Load> | null = null;
  const measured = await run(repertoire, {
    ...options,
    ...settings,
    faults: false,
    references,
    start: async (system) => {
      const begun = Date.now();
      const { running, url, key } = await serve(system, store);
      measuring = ask(url, key, begun, settings);
      measuring.catch(() => undefined);
      return running;
    },
  });
  tell(await measuring!, measured, settings);
}

/** Waits until the channels are watched, and asks for as long as they are measured. @param begun ms since 1970 */
async function ask(url: string, key: string, begun: number, settings: Settings): Promise<Load> {
  const { rate, minutes, warmUp } = settings;
  const from = begun + 1000 * warmUp;
  await pause(Math.max(0, from - 1000 * PRIMING - Date.now()));
  await load(url, key, rate, PRIMING, searches('priming', UNTIL));
  const left = Math.floor((from + 60_000 * minutes - Date.now()) / 1000) - MARGIN;
  if (left < LEAST) throw new Error('The service was ready too late to be measured: raise --warm-up.');
  return load(url, key, rate, left, searches('measured', UNTIL));
}

async function serve(
  { data, onAir, profiles, observations }: SystemOptions,
  store: string,
): Promise<{ readonly running: System; readonly url: string; readonly key: string }> {
  fs.mkdirSync(path.join(data, 'detections'), { recursive: true });
  fs.copyFileSync(store, path.join(data, 'detections', 'detections.db'));
  let url = '';
  let key = '';
  const command = new CommandProcess({
    args: ['serve', await onAir(), '--data', data, '--port', '0', '--json'],
    environment: { STREAMPRINT_KAFKA: '', STREAMPRINT_API_RATE: '10000' },
    profiles,
    until: /"type":"serving"/,
    onLine: (line) => {
      url = /"type":"serving".*"url":"([^"]+)"/.exec(line)?.[1] ?? url;
      key = /\b(sp_[\w-]+)/.exec(line)?.[1] ?? key;
      if (!line.includes('sp_')) noteLine(observations, line);
    },
  });
  await command.ready;
  for (let tries = 0; tries < 100 && (url === '' || key === ''); tries++) await pause(100);
  const bus = await observeBus(configFrom({}), data, observations);
  const stop = async () => {
    await command.stop();
    await bus.close();
  };
  return { url, key, running: { processes: { serve: command.pid }, servers: {}, stop } };
}

function tell(loaded: Load, { score, cores }: Measured, settings: Settings): void {
  const rounded = (value: number | null, digits = 2) =>
    value === null ? null : Number(value.toFixed(digits));
  const figures = {
    requestsPerSecond: rounded(loaded.requestsPerSecond, 1),
    p99Ms: rounded(loaded.p99Ms),
    errors: loaded.errors,
    channels: settings.channels,
    p50Ms: rounded(loaded.p50Ms),
    maxMs: rounded(loaded.maxMs),
    requests: loaded.requests,
    detections: settings.detections,
    realtime: score.realtime,
    lagP95: rounded(score.lagP95),
    recall: rounded(score.recall, 4),
    cores: Object.fromEntries(Object.entries(cores).map(([name, busy]) => [name, rounded(busy)])),
  };
  printTable(
    'Search under load',
    ['requests/s', 'p50 ms', 'p99 ms', 'max ms', 'errors', 'channels', 'in real time'],
    [
      [
        ...[figures.requestsPerSecond, figures.p50Ms, figures.p99Ms, figures.maxMs],
        ...[figures.errors, figures.channels, figures.realtime],
      ].map(String),
    ],
  );
  writeResults('api', figures, settings);
}

function settingsFrom(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      detections: { type: 'string', default: '1000000' },
      rate: { type: 'string', default: '200' },
      channels: { type: 'string', default: '24' },
      minutes: { type: 'string', default: '3' },
      'reference-hours': { type: 'string', default: '100' },
      'warm-up': { type: 'string', default: '45' },
    },
  });
  return {
    detections: Number(values.detections),
    rate: Number(values.rate),
    channels: Number(values.channels),
    minutes: Number(values.minutes),
    referenceHours: Number(values['reference-hours']),
    warmUp: Number(values['warm-up']),
  };
}
