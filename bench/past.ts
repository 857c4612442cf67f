/**
 * What the past of streams costs: `npm run bench:past [-- --media DIR --streams 72 --days 14]`. An hour-long reference
 * is looked for in what so many streams carried in so many days; a minute of it was shown in some of the hours.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ReferenceFingerprint } from '../fingerprints/types.js';
import { ROW_BYTES, ROWS_PER_SECOND, TICKS_PER_SECOND, WORD_STEP } from '../fingerprints/units.js';
import { assetId, fingerprintId, referenceId, streamId } from '../src/domain/ids.js';
import type { StreamInfo } from '../src/domain/match.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../src/matching/score.js';
import { DEFAULT_LIMITS } from '../src/media/limits.js';
import { MediaPool } from '../src/media/media-pool.js';
import { askPast, EVER } from '../src/past/ask-past.js';
import { AskedReferences } from '../src/past/asked-references.js';
import { pieceOf } from '../src/past/carried.js';
import { PastReader } from '../src/past/past-reader.js';
import { PastWriter } from '../src/past/past-writer.js';
import { HOUR_MS } from '../src/past/piece.js';
import { broadcast } from './lib/broadcast.js';
import { otherReference } from './lib/other-references.js';
import { FIRST_HOUR, linkArchive, otherHour, writeHour } from './lib/past-archive.js';
import { printTable, writeResults } from './lib/results.js';

const { values: options } = parseArgs({
  options: {
    media: { type: 'string' },
    streams: { type: 'string', default: '72' },
    days: { type: 'string', default: '14' },
    distinct: { type: 'string', default: '96' },
    /** So many of the streams are asked; the cost of all is that of these times what they are of all. */
    asked: { type: 'string' },
  },
});
const STREAMS = Number(options.streams);
const ASKED = Number(options.asked ?? options.streams);
const HOURS = 24 * Number(options.days);
/** So many hours differ from each other; all others are the same files under other names. */
const DISTINCT = Number(options.distinct);
/** Where the minute stands in the reference, and in the hours in which it was shown. */
const IN_REFERENCE = 1800;
const IN_HOUR_MS = 1_200_000;
/** Of the hours that differ, in so many it was shown. */
const SHOWN = 2;
const ID = fingerprintId('f'.repeat(64));

/** An hour made of pieces of a real minute, none of them like it, and of that minute as it is. */
function referenceOf(minute: ReferenceFingerprint): ReferenceFingerprint {
  const { fingerprint } = otherReference([minute], 4711);
  const { words, landmarks } = fingerprint.audio[0]!;
  const own = minute.audio[0]!;
  words.set(own.words, Math.round(IN_REFERENCE / WORD_STEP));
  fingerprint.video!.rows.set(minute.video!.rows, IN_REFERENCE * ROWS_PER_SECOND * ROW_BYTES);
  const from = IN_REFERENCE * TICKS_PER_SECOND;
  const to = from + minute.duration * TICKS_PER_SECOND;
  const all = [...landmarks.ticks]
    .map((tick, i) => ({ tick, hash: landmarks.hashes[i]! }))
    .filter(({ tick }) => tick < from || tick >= to);
  own.landmarks.ticks.forEach((tick, i) => {
    all.push({ tick: tick + from, hash: own.landmarks.hashes[i]! });
  });
  all.sort((a, b) => a.tick - b.tick);
  const sorted = {
    ticks: Uint32Array.from(all, ({ tick }) => tick),
    hashes: Uint32Array.from(all, ({ hash }) => hash),
  };
  return { ...fingerprint, audio: [{ words, landmarks: sorted }] };
}

/** CPU time of this process since a reading, s. */
const cpuSince = (usage: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(usage);
  return (user + system) / 1e6;
};

async function main(): Promise<void> {
  const media = broadcast(options.media ?? null);
  const pool = await MediaPool.start();
  const result = await pool.run({
    kind: 'segment',
    path: media.whole,
    limits: DEFAULT_LIMITS,
    pictures: 'sparse',
    audioState: null,
    last: true,
  });
  const { fingerprint: minute } = await pool.run({
    kind: 'reference',
    path: media.whole,
    limits: DEFAULT_LIMITS,
    stillEvery: 0,
  });
  await pool.close();

  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-bench-past-'));
  try {
    const carried = { ...result, epoch: -1000 * result.start };
    const whole = { start: 0, end: Math.floor(1000 * (result.end - result.start)) };
    const { piece } = pieceOf(carried, 0, [whole], [whole], null);
    const files = Array.from({ length: DISTINCT }, (_, n) => path.join(data, 'hours', String(n)));
    const sizes = files.map((file, n) => writeHour(file, otherHour(piece, n, n < SHOWN ? IN_HOUR_MS : null)));
    const streams = Array.from(
      { length: ASKED },
      (_, s): StreamInfo => ({ id: streamId(`channel-${s}`), name: `Channel ${s}`, url: '' }),
    );
    const fileOf = (s: number, hour: number) => (s * 7 + hour) % DISTINCT;
    linkArchive(data, streams, HOURS, files, fileOf);
    let shown = 0;
    for (let s = 0; s < ASKED; s++) for (let h = 0; h < HOURS; h++) if (fileOf(s, h) < SHOWN) shown++;

    const fingerprint = referenceOf(minute);
    const usage = process.cpuUsage();
    const began = performance.now();
    const asked = new AskedReferences([{ id: ID, fingerprint }]);
    const reference = {
      referenceId: referenceId('r'),
      catalogue: 'c',
      assetId: assetId('a'),
      title: 'A',
      excluded: [],
      startsAt: null,
    };
    const facts = {
      id: ID,
      duration: fingerprint.duration,
      hasVideo: true,
      audioTracks: 1,
      references: [reference],
    };
    const index = { fingerprint: async () => facts, hours: async () => fingerprint.duration / 3600 };
    let found = 0;
    let elsewhere = 0;
    let streamsDone = 0;
    for await (const { stream, matches } of askPast(
      new PastReader(data),
      index,
      asked,
      { streams, ...EVER },
      DEFAULT_MAX_FALSE_PER_DAY,
    )) {
      for (const { time } of matches) {
        const hour = Math.floor(time.start / HOUR_MS);
        const into = time.start - hour * HOUR_MS;
        const isShown = fileOf(streams.indexOf(stream), hour - FIRST_HOUR) < SHOWN;
        if (isShown && Math.abs(into - IN_HOUR_MS) < 2000) found++;
        else elsewhere++;
      }
      console.log(`${++streamsDone} of ${ASKED} streams, ${cpuSince(usage).toFixed(0)} s of CPU time`);
    }
    const share = ASKED / STREAMS;
    const cpuSeconds = cpuSince(usage) / share;
    const seconds = (performance.now() - began) / 1000 / share;
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;

    const keeping = await costOfKeeping(carried);
    const figures = {
      streams: STREAMS,
      days: HOURS / 24,
      streamsAsked: ASKED,
      referenceSeconds: fingerprint.duration,
      bytesPerStreamDay: Math.round(24 * mean),
      bytes: Math.round(STREAMS * HOURS * mean),
      cpuSeconds,
      seconds,
      cpuMsPerStreamHour: (1000 * cpuSeconds) / (STREAMS * HOURS),
      shown,
      found,
      elsewhere,
      keepingMsPerStreamMinute: keeping,
    };
    printTable(
      `A reference of 1 h in ${STREAMS} streams × ${HOURS / 24} days`,
      ['', ''],
      [
        ['bytes a stream and day', `${(figures.bytesPerStreamDay / 1e6).toFixed(1)} MB`],
        ['bytes in all', `${(figures.bytes / 1e9).toFixed(1)} GB`],
        [
          'CPU time',
          `${cpuSeconds.toFixed(0)} s (${figures.cpuMsPerStreamHour.toFixed(1)} ms an hour of a stream)`,
        ],
        ['wall clock', `${seconds.toFixed(0)} s`],
        ['measured on', `${ASKED} of the streams`],
        ['found of shown', `${found} of ${shown}`],
        ['found elsewhere', String(elsewhere)],
        ['keeping a minute of a stream', `${keeping.toFixed(2)} ms of CPU time`],
      ],
    );
    writeResults('past', figures, {
      media: media.source,
      distinctHours: DISTINCT,
      archive:
        'hours of 4 s pieces of a real minute in random order, played backwards, peaks moved in frequency, half of the bits of words and hashes flipped; links to as many files as distinctHours',
    });
  } finally {
    fs.rmSync(data, { recursive: true, force: true });
  }
}

/** CPU time that appending a minute takes, ms. */
async function costOfKeeping(carried: Parameters<PastWriter['append']>[1]): Promise<number> {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-bench-past-'));
  try {
    const now = () => 1000 * HOUR_MS;
    const past = PastWriter.open(data, { days: 14, now });
    const stream = { id: streamId('kept'), name: 'Kept', url: '' };
    const minutes = 60;
    const usage = process.cpuUsage();
    for (let n = 0; n < minutes; n++) past.append(stream, { ...carried, epoch: now() + n * 60_000 });
    return (1000 * cpuSince(usage)) / minutes;
  } finally {
    fs.rmSync(data, { recursive: true, force: true });
  }
}

await main();
