import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ffmpeg } from '../lib/ffmpeg.js';
import { filtersOf, HEIGHT, WIDTH } from './reels-attacks.js';
import { type Item, RATE, type Reel, SEGMENT_SECONDS, type Variant, type Work } from './types.js';
import { sizeOf } from './works.js';

/** To be raised whenever the encoding changes. */
const VERSION = 2;
/** A little grain, as real pictures have: else generated ones take next to no bits. */
const GRAIN = 'noise=alls=5:allf=t';
/** Quick to make, and with what makes broadcasts dear to decode: arithmetic coding, B-pictures. */
const QUICK = ['-preset', 'ultrafast', '-x264-params', 'cabac=1:8x8dct=1:bframes=2:no-deblock=0'];
const SOUND = ['-c:a', 'aac', '-b:a', '128k', '-ar', '48000', '-ac', '2'];
const KEY_FRAMES = ['-g', String(2 * RATE), '-keyint_min', String(2 * RATE), '-sc_threshold', '0'];

/** A reel on disk: one file a segment. */
export interface EncodedReel {
  readonly variant: Variant;
  readonly folder: string;
  readonly segments: readonly string[];
}

/**
 * A reel as MPEG-TS segments of 4 s: 1080p25 H.264 of some 3 Mbit/s with a key frame every 2 s, and AAC. Made once
 * and kept in the folder for temporary files.
 */
export function encodeReel(reel: Reel, works: ReadonlyMap<string, Work>): Promise<EncodedReel> {
  const files = [...new Set(reel.items.map(({ work }) => works.get(work)!.file))];
  const key = [reel, files, files.map(sizeOf), VERSION];
  const rate = ['-b:v', '3M', '-maxrate', '4M', '-bufsize', '6M'];
  const video = ['-c:v', 'libx264', ...QUICK, ...rate, ...KEY_FRAMES, '-pix_fmt', 'yuv420p'];
  return segmented('h264', key, (out) => [...graphOf(reel, works), ...video, ...SOUND, ...out]);
}

/** The same reel as a channel sends it in need, from another encoder: HEVC, 360 lines. */
export function encodeHevc(reel: EncodedReel): Promise<EncodedReel> {
  const list = `concat:${reel.segments.map((name) => path.join(reel.folder, name)).join('|')}`;
  const x265 = `log-level=error:keyint=${2 * RATE}:min-keyint=${2 * RATE}:scenecut=0:open-gop=0`;
  const video = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', x265, '-b:v', '700k'];
  return segmented('hevc', [reel.folder, VERSION], (out) => [
    ...['-i', list, '-vf', 'scale=640:360', ...video, ...SOUND, ...out],
  ]);
}

async function segmented(
  variant: Variant,
  key: unknown,
  command: (out: readonly string[]) => readonly string[],
): Promise<EncodedReel> {
  const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
  const folder = path.join(os.tmpdir(), 'streamprint-channels', `reel-${variant}-${name}`);
  if (!fs.existsSync(folder)) {
    const aside = `${folder}.${process.pid}.part`;
    fs.rmSync(aside, { recursive: true, force: true });
    fs.mkdirSync(aside, { recursive: true });
    const segments = ['-f', 'segment', '-segment_time', String(SEGMENT_SECONDS), '-segment_format', 'mpegts'];
    await ffmpeg(`reel ${name}`, command([...segments, path.join(aside, '%04d.ts')]));
    fs.renameSync(aside, folder);
  }
  const segments = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return { variant, folder, segments };
}

/** Every item cut, put under its attack and brought to one size, one after another. */
function graphOf(reel: Reel, works: ReadonlyMap<string, Work>): string[] {
  const inputs = reel.items.flatMap((item) => [
    ...['-ss', item.from.toFixed(3), '-t', ((item.end - item.start) * item.speed + 0.5).toFixed(3)],
    ...['-i', works.get(item.work)!.file],
  ]);
  const chains = reel.items.flatMap((item, n) => chainsOf(item, n));
  const joined = `${reel.items.map((_, n) => `[v${n}][a${n}]`).join('')}concat=n=${reel.items.length}:v=1:a=1[v][a]`;
  return [
    ...inputs,
    ...['-filter_complex', [...chains, joined].join(';'), '-map', '[v]', '-map', '[a]'],
    ...['-t', String(reel.seconds), '-r', String(RATE)],
  ];
}

function chainsOf({ attack, speed, start, end }: Item, n: number): string[] {
  const seconds = (end - start).toFixed(3);
  const { picture, sound } = filtersOf(attack, speed);
  const fit = `scale=${WIDTH}:${HEIGHT}:force_original_aspect_ratio=decrease,pad=${WIDTH}:${HEIGHT}:-1:-1,setsar=1,format=yuv420p`;
  const pictures = [
    ...['setpts=PTS-STARTPTS', fit, ...picture, `fps=${RATE}:start_time=0`, 'tpad=stop=-1:stop_mode=clone'],
    ...[
      `trim=duration=${seconds}`,
      'setpts=PTS-STARTPTS',
      GRAIN,
      'scale=1920:1080:flags=fast_bilinear',
      'setsar=1',
    ],
  ];
  const sounds = [
    ...['aformat=sample_fmts=fltp:channel_layouts=stereo', 'aresample=48000:async=1:first_pts=0', ...sound],
    ...['apad', `atrim=duration=${seconds}`, 'asetpts=PTS-STARTPTS'],
  ];
  return [`[${n}:v:0]${pictures.join(',')}[v${n}]`, `[${n}:a:0]${sounds.join(',')}[a${n}]`];
}
