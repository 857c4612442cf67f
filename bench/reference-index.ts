/**
 * Size and speed of the embedded reference index: `node dist/bench/reference-index.js [--hours N] [--queries N]`.
 * Fingerprints are made up, in the densities of real ones; a query keeps 10 % of the landmarks of 10 s.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Registration } from '../src/domain/catalogue.js';
import { openEmbeddedIndex, openEmbeddedIndexWriter } from '../src/reference-index/embedded/index.js';
import type { Nomination, ReferenceIndex } from '../src/reference-index/reference-index.js';
import {
  damagedLandmarks,
  damagedPictures,
  random,
  registrationOf,
  syntheticFingerprint,
} from '../test/reference-index/synthetic.js';
import { printTable, writeResults } from './lib/results.js';

const { values: options } = parseArgs({
  options: { hours: { type: 'string', default: '20' }, queries: { type: 'string', default: '200' } },
});
const HOURS = Number(options.hours);
const QUERIES = Number(options.queries);
const HOUR = 3600;
const STRETCH = 10;
const LIMIT = 20;

const reference = (n: number): Registration =>
  registrationOf(syntheticFingerprint(n, { seconds: HOUR }), { bytes: `hour ${n}`, asset: `hour-${n}` });

interface LookUps {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly found: number;
}

async function measured(
  look: (n: number, from: number) => Promise<{ run: () => Promise<Nomination[]>; own: Registration }>,
): Promise<LookUps> {
  const next = random(7);
  const times: number[] = [];
  let found = 0;
  for (let q = 0; q < QUERIES; q++) {
    const from = Math.floor(next() * (HOUR - STRETCH - 1) * 5) / 5;
    const { run, own } = await look(Math.floor(next() * HOURS), from);
    const start = performance.now();
    const nominations = await run();
    times.push(performance.now() - start);
    if (nominations.some((n) => n.fingerprintId === own.fingerprintId && Math.abs(n.offset - from) < 1))
      found++;
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
  return { p50Ms: at(0.5), p95Ms: at(0.95), found: found / QUERIES };
}

const byLandmarks = (index: ReferenceIndex) =>
  measured(async (n, from) => {
    const own = reference(n);
    const query = damagedLandmarks(own.fingerprint.audio[0]!, {
      from,
      to: from + STRETCH,
      survive: 0.1,
      seed: n,
    });
    return { own, run: () => index.nominateByLandmarks(query, LIMIT) };
  });

const byPictures = (index: ReferenceIndex) =>
  measured(async (n, from) => {
    const own = reference(n);
    const query = damagedPictures(own.fingerprint, { from, to: from + STRETCH, flips: 12, seed: n });
    return { own, run: () => index.nominateByPictures(query, LIMIT) };
  });

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-bench-'));
try {
  const writer = await openEmbeddedIndexWriter(directory);
  let registering = 0;
  for (let n = 0; n < HOURS; n++) {
    const registration = reference(n);
    const start = performance.now();
    await writer.register([registration]);
    registering += performance.now() - start;
  }
  const asRegistered = {
    segments: (await writer.stats()).segments,
    landmarks: await byLandmarks(writer),
    pictures: await byPictures(writer),
  };
  const start = performance.now();
  await writer.compact();
  const compacting = performance.now() - start;
  const stats = await writer.stats();
  await writer.close();

  const opening = performance.now();
  const reader = await openEmbeddedIndex(directory);
  const opened = performance.now() - opening;
  const compacted = {
    segments: stats.segments,
    landmarks: await byLandmarks(reader),
    pictures: await byPictures(reader),
  };
  await reader.close();

  const figures = {
    bytesPerHour: Math.round(stats.indexBytes / HOURS),
    landmarksPerHour: Math.round(stats.landmarks / HOURS),
    pictureTermsPerHour: Math.round(stats.pictureTerms / HOURS),
    registerRealTime: Math.round((HOURS * HOUR * 1000) / registering),
    compactRealTime: Math.round((HOURS * HOUR * 1000) / compacting),
    openMs: opened,
    asRegistered,
    compacted,
  };
  printTable(
    `Embedded index, ${HOURS} h`,
    ['', ''],
    [
      ['bytes an hour', String(figures.bytesPerHour)],
      ['registered, an hour a batch, × real time', String(figures.registerRealTime)],
      ['merged into as few segments as can be, × real time', String(figures.compactRealTime)],
      ['opened, ms', opened.toFixed(1)],
    ],
  );
  const row = (name: string, segments: number, { p50Ms, p95Ms, found }: LookUps) => [
    name,
    String(segments),
    p50Ms.toFixed(2),
    p95Ms.toFixed(2),
    found.toFixed(2),
  ];
  printTable(
    `Look-up of ${STRETCH} s`,
    ['by', 'segments', 'p50 ms', 'p95 ms', 'found'],
    [
      row('landmarks', asRegistered.segments, asRegistered.landmarks),
      row('landmarks', compacted.segments, compacted.landmarks),
      row('5 pictures', asRegistered.segments, asRegistered.pictures),
      row('5 pictures', compacted.segments, compacted.pictures),
    ],
  );
  writeResults('reference-index', figures, { hours: HOURS, queries: QUERIES, stretch: STRETCH });
} finally {
  fs.rmSync(directory, { recursive: true, force: true });
}
