/**
 * What a list of streams costs: `npm run bench:streams [-- --streams 10000,100000] [--times 5]`. So many streams are
 * known, nine tenths of them live, each with ninety days of coverage in thirty lines; of each request the CPU time is
 * told, of the thread that asks the store and of the walk past all streams apart.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type StreamFilter, streamQueryOf } from '../src/api/stream-filter.js';
import { DetectionStore } from '../src/detections/detection-store.js';
import { RecordedStreams } from '../src/detections/recorded-streams.js';
import { openStoreDatabase } from '../src/detections/store-database.js';
import { ThreadedTimelines } from '../src/detections/threaded-timelines.js';
import { NONE_KNOWN } from '../src/detections/tracker.js';
import { hostOfUrl } from '../src/domain/host.js';
import { utcMillis } from '../src/domain/ids.js';
import { newRun } from '../src/monitor/new-run.js';
import { StreamBoard, type StreamBoardOptions } from '../src/service/stream-board.js';
import type { StreamSort } from '../src/service/stream-list.js';
import type { Entry } from '../src/transport/index.js';
import { toldDetections } from '../src/worker/known-detections.js';
import { NO_NEWS } from '../src/worker/news.js';
import { toldRun } from '../src/worker/run-state.js';
import { printTable, writeResults } from './lib/results.js';

const { values: options } = parseArgs({
  options: {
    streams: { type: 'string', default: '10000,100000' },
    times: { type: 'string', default: '5' },
  },
});
const TIMES = Number(options.times);
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 1);
const LINES = 30;
const LINE_MS = (90 * DAY) / LINES;
const LIMIT = 50;
/** CPU time that one reading is of at least. */
const LEAST_MS = 200;
const iso = (ms: number) => new Date(ms).toISOString();

const QUERIES: Readonly<Record<string, StreamFilter>> = {
  all: {},
  'part of the name': { q: 'sport 12' },
  'nothing is called so': { q: 'nothing there' },
  state: { state: 'gone' },
  host: { host: ['cdn-3.example'] },
  address: { ip: ['192.3.0.1'] },
  network: { asn: [64_503] },
  'captured in the last hour': { since: iso(NOW - DAY / 24) },
  'captured on one day': { since: iso(NOW - 40 * DAY), until: iso(NOW - 39 * DAY) },
};

const streamOf = (n: number) => ({
  id: `channel-${n}`,
  name: `Kanal ${['Sport', 'News', 'Kino', 'Music'][n % 4]} ${(n * 7919) % 100_003} HD`,
  url: `http://cdn-${n % 60}.example/live/user/${n}/index.m3u8`,
});

function fill(data: string, count: number): void {
  DetectionStore.openWriter(data).close();
  const database = openStoreDatabase(data);
  database.exec('PRAGMA synchronous = OFF');
  database.transaction(() => {
    for (let n = 0; n < count; n++) {
      const { id, name, url } = streamOf(n);
      const host = hostOfUrl(url) ?? '';
      database.run('INSERT INTO streams (id, name, url, host) VALUES (?, ?, ?, ?)', id, name, url, host);
      database.run('INSERT INTO found_streams VALUES (?, ?, ?, ?, 0)', n + 1, id, name, host);
      for (const last of [0, 1]) {
        const ip = `192.${n % 200}.${(n >> 8) % 256}.${last}`;
        database.run('INSERT INTO found_addresses VALUES (?, ?, ?)', ip, 64_500 + (n % 300), n + 1);
      }
    }
    // As they come in: one stream after the other.
    for (let line = 0; line < LINES; line++)
      for (let n = 0; n < count; n++) {
        const start = NOW - 90 * DAY + line * LINE_MS + (n % 1000) * 1000;
        const state = line % 5 === 4 ? 'lost' : 'captured';
        database.run(
          'INSERT INTO coverage VALUES (?, ?, ?, ?, ?)',
          ...[streamOf(n).id, start, start + LINE_MS - 1000, state, ''],
        );
      }
  });
  database.close();
}

const RUN = '00000000-0000-4000-8000-000000000001';

function entryOf(n: number, offset: number): Entry {
  const stream = streamOf(n);
  const capture = { state: n % 50 === 7 ? 'gone' : 'live', since: iso(NOW), reason: '' } as const;
  return {
    key: stream.id,
    message: {
      type: 'stream-state/1',
      content: {
        ...{ stream, at: iso(NOW), claim: RUN, revision: 0, told: 0, news: NO_NEWS },
        capture: { ...capture, probe: `edge-${n % 20}` },
        progress: { segments: null, fingerprints: null },
        run: toldRun(RUN, newRun(null, NONE_KNOWN)),
        detections: toldDetections(NONE_KNOWN),
      },
    },
    body: null,
    position: { topic: 'streamprint.streams', partition: 0, offset },
    at: utcMillis(NOW),
  };
}

/** Carries what was said, at once. */
const busOf = (said: number): StreamBoardOptions['bus'] => ({
  follow: async ({ topic, take }) => {
    for (let n = 0; n < said && topic === 'streamprint.streams'; n++) await take(entryOf(n, n));
    return { caughtUp: Promise.resolve(), close: async () => undefined };
  },
});

/** CPU time of all threads, ms: the median of several readings, each over so many times that it says something. */
async function cpuOf(work: () => unknown): Promise<number> {
  const spent = async (times: number): Promise<number> => {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  let times = 1;
  while ((await spent(times)) < LEAST_MS) times *= 2;
  const all: number[] = [];
  for (let i = 0; i < TIMES; i++) all.push((await spent(times)) / times);
  return Number(all.sort((a, b) => a - b)[TIMES >> 1]!.toFixed(3));
}

async function measure(count: number) {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-bench-streams-'));
  fill(data, count);
  const recorded = RecordedStreams.open(data);
  const timelines = ThreadedTimelines.open(data);
  const ignore = () => undefined;
  const board = await StreamBoard.start({
    ...{ bus: busOf(0.9 * count), recorded, now: () => NOW, onState: ignore, onTrouble: ignore },
  });
  const rows = [];
  for (const [name, filter] of Object.entries(QUERIES)) {
    const query = await streamQueryOf(filter, timelines);
    const search = (sort: StreamSort) => board.search(query, { sort, limit: LIMIT + 1, after: null });
    const { total } = search('name');
    search('host');
    rows.push({
      ...{ streams: count, name, found: total },
      storeMs: query.among?.length === 0 ? 0 : await cpuOf(() => streamQueryOf(filter, timelines)),
      walkMs: await cpuOf(() => search('name')),
      byHostMs: await cpuOf(() => search('-host')),
    });
  }
  await board.close();
  await timelines.close();
  recorded.close();
  fs.rmSync(data, { recursive: true, force: true });
  return rows;
}

const rows = [];
for (const count of options.streams.split(',')) rows.push(...(await measure(Number(count))));
printTable(
  'Lists of streams, CPU ms',
  ['streams', 'which', 'found', 'store (thread)', 'walk', 'walk, by host'],
  rows.map((row) => Object.values(row).map(String)),
);
writeResults('streams', { requests: rows }, { streams: options.streams, times: TIMES });
