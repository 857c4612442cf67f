/** How fast one core is: `npm run bench:throughput [-- --media DIR]`. All figures are × real time, from one run. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AudioAnalyser, STREAM_ANALYSIS } from '../fingerprints/audio-analyser.js';
import { SAMPLE_RATE } from '../fingerprints/units.js';
import { MediaPool } from '../src/media/media-pool.js';
import { openEmbeddedIndexWriter } from '../src/reference-index/embedded/index.js';
import type { ReferenceIndex } from '../src/reference-index/reference-index.js';
import { type Broadcast, broadcast, SEGMENT_SECONDS } from './lib/broadcast.js';
import { rss } from './lib/memory.js';
import { ffmpegAlone, signatureFilter } from './lib/peers.js';
import { printTable, writeResults } from './lib/results.js';
import { speed } from './lib/speed.js';
import { decodeAlone, realFingerprints, registerOthers, throughPool } from './lib/whole-way.js';

const { values: options } = parseArgs({
  options: {
    media: { type: 'string' },
    hours: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '12' },
    memory: { type: 'string', default: '3600' },
  },
});
/** Each figure is taken over at least this much wall clock. */
const MEASURE_MS = 1000 * Number(options.seconds);
const OTHER_HOURS = Number(options.hours);
const MEMORY_SECONDS = Number(options.memory);
const WARM_UP_SECONDS = 3600;

function audioFromPcm(media: Broadcast): number {
  const raw = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', media.whole, '-vn', '-ac', '1', '-ar', String(SAMPLE_RATE), '-f', 's16le', '-'],
    { maxBuffer: 1 << 28 },
  );
  const pcm = new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1);
  const once = () => {
    const analyser = new AudioAnalyser(STREAM_ANALYSIS);
    for (let at = 0; at < pcm.length; at += 48000)
      analyser.feed(pcm.subarray(at, at + 48000), at / SAMPLE_RATE);
    analyser.finish();
    return analyser.take();
  };
  once();
  once();
  const from = performance.now();
  let runs = 0;
  for (; performance.now() - from < MEASURE_MS; runs++) once();
  return (runs * pcm.length * 1000) / SAMPLE_RATE / (performance.now() - from);
}

async function indexOfOthers(media: Broadcast, pool: MediaPool, data: string) {
  const index = await openEmbeddedIndexWriter(data);
  await registerOthers(index, await realFingerprints(options.media ?? null, media, pool), OTHER_HOURS);
  return index;
}

async function memory(media: Broadcast, pool: MediaPool, index: ReferenceIndex) {
  const work = throughPool(media, pool, 'sparse', index);
  const run = async (seconds: number, from: number) => {
    const count = Math.round(seconds / SEGMENT_SECONDS);
    for (let i = 0; i < count; i++) await work(media.segments[(from + i) % media.segments.length]!, from + i);
    return from + count;
  };
  const warm = await run(WARM_UP_SECONDS, 0);
  const rssStartMiB = rss();
  await run(MEMORY_SECONDS, warm);
  const rssEndMiB = rss();
  return { rssStartMiB, rssEndMiB, mibPerHour: ((rssEndMiB - rssStartMiB) * 3600) / MEMORY_SECONDS };
}

function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
}

async function main(): Promise<void> {
  const media = broadcast(options.media ?? null);
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-bench-'));
  const pool = await MediaPool.start({ threads: 1 });
  try {
    say(`registering ${OTHER_HOURS} h of other references …`);
    const index = await indexOfOthers(media, pool, data);
    say('decode alone …');
    const decodeOnly = await speed(media, MEASURE_MS, await decodeAlone('sparse'));
    say('decode and fingerprint …');
    const decodeFingerprint = await speed(media, MEASURE_MS, throughPool(media, pool, 'sparse', null));
    say('the whole way …');
    const taken = { segments: 0, pictures: 0 };
    const wholeWay = await speed(media, MEASURE_MS, throughPool(media, pool, 'sparse', index, taken));
    say('sound alone …');
    const audioOnly = await speed(media, MEASURE_MS, throughPool(media, pool, 'none', null));
    const fromPcm = audioFromPcm(media);
    say('an ffmpeg process a segment …');
    const ffmpegProcess = await ffmpegAlone(media, MEASURE_MS);
    say('the signature filter …');
    const signature = signatureFilter(media);
    say(`memory over ${MEMORY_SECONDS} s of stream …`);
    const grown = await memory(media, pool, index);
    await index.close();
    const figures = {
      decodeOnly,
      decodeFingerprint,
      wholeWay,
      wholeWayPictures: taken.pictures / taken.segments,
      audioOnly,
      audioFromPcm: fromPcm,
      ffmpegProcess,
      signature,
      ...grown,
    };
    report(figures);
    const settings = {
      media: media.source,
      otherHours: OTHER_HOURS,
      segment: '6 s, 1080p25 H.264 5 Mbit/s, key frame every 2 s, AAC',
      pinned: 'one core, all processes',
    };
    writeResults('throughput', rounded(figures), settings);
  } finally {
    await pool.close();
    fs.rmSync(data, { recursive: true, force: true });
  }
}

function report(f: Record<string, number>): void {
  const row = (what: string, value: number, target: string) => [what, `${value.toFixed(1)} ×`, target];
  printTable(
    'Throughput of one core, × real time',
    ['what', 'speed', 'against its target'],
    [
      row('decode alone: libav, key frames and sound', f.decodeOnly!, ''),
      row('decode and fingerprint', f.decodeFingerprint!, ''),
      row(
        `the whole way, ${OTHER_HOURS} h in the index (${f.wholeWayPictures!.toFixed(1)} key frames a segment)`,
        f.wholeWay!,
        `${(f.wholeWay! / f.decodeOnly!).toFixed(2)} of decode alone (0.75), ${(f.wholeWay! / f.signature!).toFixed(1)} × signature (9)`,
      ),
      row('sound alone, from the segment', f.audioOnly!, '400 ×'),
      row('sound alone, from samples', f.audioFromPcm!, '800 ×'),
      row('an ffmpeg process a segment', f.ffmpegProcess!, ''),
      row('ffmpeg -vf signature', f.signature!, ''),
    ],
  );
  const grown = (100 * (f.rssEndMiB! - f.rssStartMiB!)) / f.rssStartMiB!;
  console.log(
    `memory: ${f.rssStartMiB!.toFixed(0)} MiB after ${WARM_UP_SECONDS} s of stream, ${f.rssEndMiB!.toFixed(0)} MiB after ${MEMORY_SECONDS} s more (${grown.toFixed(1)} %; at most 5 %)`,
  );
}

function rounded(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Math.round(100 * value) / 100]),
  );
}

await main();
