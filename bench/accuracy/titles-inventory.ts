import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Random } from '../../samples/random.js';
import { walk } from '../lib/broadcast.js';
import { cachedValue, identityOf } from '../lib/cache.js';
import { ffmpeg, run } from '../lib/ffmpeg.js';
import type { Split } from './types.js';

export type Kind = 'film' | 'music' | 'speech' | 'photo';

/** A file of the media folders. */
export interface Source {
  readonly file: string;
  readonly kind: Kind;
  /** The work it shows: files of one work share it. */
  readonly work: string;
  readonly split: Split;
  readonly facts: Facts;
}

export interface Facts {
  /** s; of a photograph 0. */
  readonly duration: number;
  /** Displayed size; 0 without pictures. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second as ffmpeg takes it: `25/1`. */
  readonly rate: string;
  readonly hasVideo: boolean;
  /** There is sound, and it is not silent throughout. */
  readonly hasAudio: boolean;
}

const FILM = /\.(mp4|webm|mkv|flv|avi|wmv|mov|ts)$/i;
const SOUND = /\.(ogg|opus|mp3|wav|flac|m4a)$/i;
const PHOTO = /\.(jpe?g|png|webp)$/i;
/** Sound files with this in their path are spoken. */
const SPOKEN = /speech|voice|spoken/i;
/** Files whose names match one of these show the same work, in another encoding or another part of it. */
const ONE_WORK = [/bbb/, /^sk-(bikes|cuts)/, /^Elephants/, /^Ubuntu-Mate/, /^MATE-Stripes/];
/** A photograph whose luma varies less (standard deviation, of 255) shows nothing. */
const FLAT = 16;
/** Sound whose loudest sample is below this, dB of full scale, is silence. */
const SILENT = -50;

/** Every usable file of the folders, each work dealt to one split: by halves of each kind, in random order. */
export async function inventory(folders: readonly string[], random: Random): Promise<readonly Source[]> {
  const found: Omit<Source, 'split'>[] = [];
  const works = new Map<string, string>();
  for (const file of folders.flatMap(walk)) {
    const kind = kindOf(file);
    if (!kind) continue;
    const facts = await factsOf(file);
    if (kind === 'photo' ? (await contrast(file)) < FLAT : !(facts.hasVideo || facts.hasAudio)) continue;
    found.push({ file, kind, work: workOf(file, works), facts });
  }
  const splits = deal(found, random);
  return found.map((source) => ({ ...source, split: splits.get(source.work)! }));
}

function kindOf(file: string): Kind | null {
  if (FILM.test(file)) return 'film';
  if (PHOTO.test(file)) return 'photo';
  if (SOUND.test(file)) return SPOKEN.test(file) ? 'speech' : 'music';
  return null;
}

/** A work goes by the name of its first file; `named` remembers it by content and by alias. */
function workOf(file: string, named: Map<string, string>): string {
  const name = path.basename(file);
  const alias = ONE_WORK.find((pattern) => pattern.test(name));
  const key = alias ? String(alias) : createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  const work = named.get(key) ?? name;
  named.set(key, work);
  return work;
}

function deal(found: readonly Omit<Source, 'split'>[], random: Random): Map<string, Split> {
  const splits = new Map<string, Split>();
  for (const kind of ['film', 'music', 'speech', 'photo'] as const) {
    const works = [...new Set(found.filter((source) => source.kind === kind).map((source) => source.work))];
    const first = random.int(0, 1);
    shuffled(works, random).forEach((work, i) => {
      if (!splits.has(work)) splits.set(work, (i + first) % 2 === 0 ? 'tune' : 'judge');
    });
  }
  return splits;
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.int(0, i);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

interface ProbedStream {
  readonly codec_type: string;
  readonly width?: number;
  readonly height?: number;
  readonly r_frame_rate?: string;
  readonly avg_frame_rate?: string;
}

/** What ffprobe says of a file, and whether it can be heard. */
export function factsOf(file: string): Promise<Facts> {
  return cachedValue('facts', [identityOf(file), 1], async () => {
    const { stdout } = await run(path.basename(file), 'ffprobe', [
      ...['-v', 'error', '-of', 'json', '-show_entries'],
      'format=duration:stream=codec_type,width,height,r_frame_rate,avg_frame_rate',
      file,
    ]);
    const probed = JSON.parse(stdout.toString()) as {
      streams: ProbedStream[];
      format: { duration?: string };
    };
    const video = probed.streams.find((stream) => stream.codec_type === 'video');
    const sound = probed.streams.some((stream) => stream.codec_type === 'audio');
    return {
      duration: PHOTO.test(file) ? 0 : Number.parseFloat(probed.format.duration ?? '0') || 0,
      width: video?.width ?? 0,
      height: video?.height ?? 0,
      rate: rateOf(video),
      hasVideo: video !== undefined && !SOUND.test(file),
      hasAudio: sound && (await loudness(file)).peak > SILENT,
    };
  });
}

function rateOf(video: ProbedStream | undefined): string {
  const plausible = [video?.r_frame_rate, video?.avg_frame_rate].find((rate) => {
    const [a = 0, b = 1] = (rate ?? '0/1').split('/').map(Number);
    return a / b >= 5 && a / b <= 60;
  });
  return plausible ?? '25/1';
}

/** Level of the first sound track from `start` s on, in dB of full scale: root mean square and loudest sample. */
export function loudness(file: string, start = 0, seconds = 600): Promise<{ mean: number; peak: number }> {
  return cachedValue('loudness', [identityOf(file), start, seconds], async () => {
    const said = await ffmpeg(
      `loudness of ${path.basename(file)}`,
      [
        ...['-ss', String(start), '-t', String(seconds), '-i', file, '-vn', '-map', '0:a:0'],
        ...['-af', 'volumedetect', '-f', 'null', '-'],
      ],
      'info',
    );
    const level = (name: string) =>
      Number.parseFloat(new RegExp(`${name}_volume: (-?[\\d.]+) dB`).exec(said)?.[1] ?? '-91');
    return { mean: level('mean'), peak: level('max') };
  });
}

/** Standard deviation of a photograph's luma at 64 × 36. */
async function contrast(file: string): Promise<number> {
  const { stdout } = await run(path.basename(file), 'ffmpeg', [
    ...['-v', 'error', '-i', file, '-vf', 'scale=64:36,format=gray', '-f', 'rawvideo', '-'],
  ]);
  const mean = stdout.reduce((sum, value) => sum + value, 0) / stdout.length;
  return Math.sqrt(stdout.reduce((sum, value) => sum + (value - mean) ** 2, 0) / stdout.length);
}
