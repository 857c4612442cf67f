import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import type { DecodeOutcome, DecodeRequest, Decoder, DecodeSink } from '../../workers/decode/index.js';

/** A zoom into a fractal (it differs at every moment and in every part), and two gliding tones. */
const PICTURE = ['-f', 'lavfi', '-i', 'mandelbrot=s=640x360:r=25'];
const SOUND = [
  ...['-f', 'lavfi', '-i'],
  "aevalsrc='0.3*sin(2*PI*(300+200*sin(t*1.3))*t)+0.2*sin(2*PI*900*t)*gt(sin(t*7),0)':s=48000",
];
export const MEDIA_SECONDS = 8;

/** Makes media for the tests of one file, each once; all of it is removed at the end. */
export class MediaFolder {
  readonly path = mkdtempSync(path.join(os.tmpdir(), 'streamprint-media-'));

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true, force: true }));
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  /** Eight seconds of picture and sound. @param options of the ffmpeg program, behind the inputs */
  make(name: string, options: string): string {
    return this.ffmpeg(name, [...PICTURE, ...SOUND, '-t', `${MEDIA_SECONDS}`, ...words(options)]);
  }

  /** Another file out of one that has been made. */
  remake(name: string, from: string, options: string): string {
    return this.ffmpeg(name, ['-i', from, ...words(options)]);
  }

  ffmpeg(name: string, options: readonly string[]): string {
    const file = this.file(name);
    if (!existsSync(file)) execFileSync('ffmpeg', ['-v', 'error', '-y', ...options, file], { stdio: 'pipe' });
    return file;
  }
}

/** Blanks separate options, except between quotes. */
function words(options: string): string[] {
  return (options.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
}

export const X264 = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 50';

export interface Collected {
  readonly outcome: DecodeOutcome;
  readonly pictures: { time: number; width: number; height: number; grey: Uint8Array }[];
  readonly stills: { time: number; width: number; height: number; rgb: Uint8Array }[];
  /** Of each sound track: where its pieces begin, and how many samples they have. */
  readonly sound: { time: number; samples: number }[][];
}

export const LIMITS = { maxDuration: 86_400, maxPixels: 8192 * 8192 };

export function request(file: string, wanted: Partial<DecodeRequest> = {}): DecodeRequest {
  return {
    path: file,
    pictures: 'sparse',
    times: [],
    audio: 'default',
    stillEvery: 0,
    timesFrom: 'media',
    limits: LIMITS,
    ...wanted,
  };
}

/** Decodes a file and keeps everything. */
export async function collect(
  decoder: Decoder,
  file: string,
  wanted: Partial<DecodeRequest> = {},
): Promise<Collected> {
  const pictures: Collected['pictures'] = [];
  const stills: Collected['stills'] = [];
  const sound: Collected['sound'] = [];
  const sink: DecodeSink = {
    picture: (grey, width, height, time) => pictures.push({ grey: grey.slice(), width, height, time }),
    still: (rgb, width, height, time) => stills.push({ rgb: rgb.slice(), width, height, time }),
    audio: (track, pcm, time) => {
      sound[track] ??= [];
      sound[track].push({ time, samples: pcm.length });
    },
  };
  const outcome = await decoder.decode(request(file, wanted), sink);
  return { outcome, pictures, stills, sound };
}

/** Times to a hundredth of a second. */
export function times(of: readonly { time: number }[]): number[] {
  return of.map(({ time }) => Math.round(time * 100) / 100);
}

export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length;
}
