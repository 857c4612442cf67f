/**
 * Whether each peer works: `node dist/bench/accuracy/peers/check.js --media DIR [--titles N] [--peers a,b] [--skip a,b]`. Clips of
 * 10 s of N films, lightly re-encoded, must be found in their place; clips of N other films must not. Prints
 * what was found and the CPU time that it took. Exits with 1 where one was missed. `--skip` leaves out films, by
 * name, that show the same as others.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { duration, walk } from '../../lib/broadcast.js';
import { printTable } from '../../lib/results.js';
import { cpuTime } from './cpu-time.js';
import { PEERS } from './index.js';
import type { Peer, PeerTitle } from './peer.js';

const CLIP_SECONDS = 10;
/** Where the clips begin, s. */
const START = 1.3;
/** Farther off than this is another place, s. */
const MAX_OFF = 1;

const { values: options } = parseArgs({
  options: {
    media: { type: 'string' },
    titles: { type: 'string', default: '5' },
    peers: { type: 'string' },
    skip: { type: 'string', default: '' },
  },
});
if (!options.media) throw new Error('--media DIR: a folder with films is needed');

interface Clip {
  readonly titleId: string;
  readonly file: string;
}

function films(media: string, skipped: readonly string[], count: number): PeerTitle[] {
  const usable = walk(media).filter(
    (file) =>
      !skipped.includes(path.parse(file).name) && duration(file) >= START + CLIP_SECONDS && hasBoth(file),
  );
  if (usable.length < 2 * count)
    throw new Error(`${media}: ${usable.length} films with sound, ${2 * count} needed`);
  return usable.slice(0, 2 * count).map((file) => ({ id: path.parse(file).name, file }));
}

function hasBoth(file: string): boolean {
  const kinds = execFileSync(
    'ffprobe',
    ['-v', 'error', '-show_entries', 'stream=codec_type', '-of', 'csv=p=0', file],
    { encoding: 'utf8' },
  );
  return /video/.test(kinds) && /audio/.test(kinds);
}

function cut(title: PeerTitle, folder: string): Clip {
  const file = path.join(folder, `${title.id}.ts`);
  // biome-ignore format: an option and its value side by side
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-ss', `${START}`, '-i', title.file, '-t', `${CLIP_SECONDS}`,
    '-vf', 'scale=640:-2,format=yuv420p', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-g', '50',
    '-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-ar', '48000', file]);
  return { titleId: title.id, file };
}

async function check(
  peer: Peer,
  titles: readonly PeerTitle[],
  known: readonly Clip[],
  unknown: readonly Clip[],
) {
  const enrolling = await timed(() => peer.enroll(titles));
  let found = 0;
  let off = 0;
  const asking = await timed(async () => {
    for (const { titleId, file } of known) {
      const answer = await peer.query(file);
      const apart = answer?.offset == null ? 0 : Math.abs(answer.offset - START);
      if (answer?.titleId !== titleId || apart > MAX_OFF) {
        console.log(`${peer.name}: ${titleId} at ${START} s missed: ${JSON.stringify(answer)}`);
        continue;
      }
      found++;
      off = Math.max(off, apart);
    }
  });
  let wrong = 0;
  for (const { file } of unknown) if (await peer.query(file)) wrong++;
  for (const { file, message } of peer.failures)
    console.log(`${peer.name}: ${path.basename(file)}: ${message}`);
  return { found, off, wrong, enrolling, asking };
}

/** CPU seconds. */
async function timed(work: () => Promise<void>): Promise<number> {
  const from = cpuTime();
  await work();
  return cpuTime() - from;
}

const count = Number(options.titles);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-peers-check-'));
try {
  const all = films(options.media, options.skip.split(','), count);
  const titles = all.slice(0, count);
  const known = titles.map((title) => cut(title, folder));
  const unknown = all.slice(count).map((title) => cut(title, folder));
  const enrolled = titles.reduce((sum, { file }) => sum + duration(file), 0);
  const wanted = options.peers?.split(',');
  const rows: string[][] = [];
  for (const peer of PEERS.filter(({ name }) => !wanted || wanted.includes(name))) {
    const missing = await peer.available();
    if (missing) {
      rows.push([peer.name, missing]);
      process.exitCode = 1;
      continue;
    }
    const { found, off, wrong, enrolling, asking } = await check(peer, titles, known, unknown);
    await peer.close();
    if (found < count) process.exitCode = 1;
    rows.push([
      peer.name,
      `${found} of ${count}`,
      off.toFixed(2),
      `${wrong} of ${count}`,
      (enrolled / enrolling).toFixed(1),
      ((count * CLIP_SECONDS) / asking).toFixed(1),
    ]);
  }
  printTable(
    `${count} films, ${enrolled.toFixed(0)} s, enrolled; clips of ${CLIP_SECONDS} s, re-encoded`,
    [
      'peer',
      'found',
      'off by at most, s',
      'others taken for one',
      'enrolling, × real time',
      'query, × real time',
    ],
    rows,
  );
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
