import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const SEGMENT_SECONDS = 6;

const VIDEO = /\.(mp4|webm|mkv|flv|avi|wmv|mov|ts)$/i;
const SOUND = /\.(ogg|opus|mp3|wav|flac|m4a)$/i;
const PER_CLIP = 8;

export interface Broadcast {
  /** MPEG-TS segments of 6 s in order. */
  readonly segments: readonly string[];
  /** The same as one file. */
  readonly whole: string;
  readonly seconds: number;
  /** What it was made from. */
  readonly source: string;
}

/**
 * A minute of television as it is captured: 1080p25 H.264 at 5 Mbit/s with a key frame every 2 s, AAC stereo,
 * in MPEG-TS segments of 6 s. From the films in a folder, or from generated pictures and sound without one.
 * Made once and kept in the folder for temporary files.
 */
export function broadcast(media: string | null, seconds = 60): Broadcast {
  const inputs = media ? clips(media, seconds) : [];
  const key = createHash('sha256')
    .update(JSON.stringify([inputs, seconds, 2]))
    .digest('hex')
    .slice(0, 12);
  const folder = path.join(os.tmpdir(), 'streamprint-bench', key);
  const whole = path.join(folder, 'whole.ts');
  if (!fs.existsSync(path.join(folder, 'done'))) {
    console.log('making a minute of 1080p television …');
    fs.mkdirSync(folder, { recursive: true });
    ffmpeg([...(inputs.length > 0 ? fromClips(inputs, media!) : generated()), ...encoding(seconds), whole]);
    ffmpeg([
      '-i',
      whole,
      '-c',
      'copy',
      '-f',
      'segment',
      '-segment_time',
      String(SEGMENT_SECONDS),
      '-segment_format',
      'mpegts',
      path.join(folder, 'segment%03d.ts'),
    ]);
    fs.writeFileSync(path.join(folder, 'done'), '');
  }
  const segments = fs
    .readdirSync(folder)
    .filter((name) => name.startsWith('segment'))
    .sort();
  return {
    segments: segments.map((name) => path.join(folder, name)),
    whole,
    seconds,
    source: media ? `${inputs.length} films` : 'generated pictures and sound',
  };
}

function clips(media: string, seconds: number): string[] {
  const films = walk(media).filter((file) => VIDEO.test(file) && duration(file) >= PER_CLIP);
  return films.slice(0, Math.ceil(seconds / PER_CLIP));
}

export function walk(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

export function duration(file: string): number {
  const asked = spawnSync(
    'ffprobe',
    ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file],
    { encoding: 'utf8' },
  );
  return Number.parseFloat(asked.stdout) || 0;
}

function fromClips(inputs: readonly string[], media: string): string[] {
  const sound = walk(media).find((file) => SOUND.test(file));
  const shape =
    'scale=1920:1080:force_original_aspect_ratio=decrease,pad=1920:1080:-1:-1,fps=25,setsar=1,format=yuv420p';
  const chains = inputs.map((_, i) => `[${i}:v]trim=0:${PER_CLIP},setpts=PTS-STARTPTS,${shape}[v${i}]`);
  const joined = `${inputs.map((_, i) => `[v${i}]`).join('')}concat=n=${inputs.length}:v=1:a=0[v]`;
  const audio = sound ? ['-stream_loop', '-1', '-i', sound] : ['-f', 'lavfi', '-i', 'anoisesrc=color=pink'];
  return [
    ...inputs.flatMap((file) => ['-i', file]),
    ...audio,
    '-filter_complex',
    [...chains, joined].join(';'),
    '-map',
    '[v]',
    '-map',
    `${inputs.length}:a`,
  ];
}

function generated(): string[] {
  return [
    '-f',
    'lavfi',
    '-i',
    'mandelbrot=s=1920x1080:rate=25',
    '-f',
    'lavfi',
    '-i',
    'aevalsrc=0.3*sin(2*PI*t*(200+100*floor(3*t)))+0.1*random(0):s=48000',
  ];
}

function encoding(seconds: number): string[] {
  const video = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-b:v',
    '5M',
    '-maxrate',
    '5M',
    '-bufsize',
    '10M',
    '-g',
    '50',
    '-keyint_min',
    '50',
    '-sc_threshold',
    '0',
    '-pix_fmt',
    'yuv420p',
    '-r',
    '25',
  ];
  return [
    '-t',
    String(seconds),
    ...video,
    '-c:a',
    'aac',
    '-b:a',
    '128k',
    '-ar',
    '48000',
    '-ac',
    '2',
    '-f',
    'mpegts',
  ];
}

function ffmpeg(args: readonly string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}
