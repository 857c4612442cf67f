import { cached, cachedText, identityOf } from '../lib/cache.js';
import { ffmpeg } from '../lib/ffmpeg.js';
import { KEY_EVERY } from './render.js';
import { HERTZ } from './render-graph.js';
import { factsOf } from './titles-inventory.js';

const WIDTH = 640;
const HEIGHT = 360;
const RATE = 25;

/** A stretch of a file, or of generated pictures and sound. */
export interface Piece {
  readonly seconds: number;
  readonly from:
    | { readonly file: string; readonly start: number }
    | { readonly pictures: string; readonly sound: string };
}

/** Whole pictures, so that pieces put one after another stay in step. */
export function wholePictures(seconds: number): number {
  return Math.round(seconds * RATE) / RATE;
}

/** Pieces of whole pictures one after another as a channel sends them: 640 × 360, 25 a second, MPEG-TS. */
export async function assemble(name: string, pieces: readonly Piece[]): Promise<string> {
  const parts = await Promise.all(pieces.map((piece, n) => intermediate(`${name}, piece ${n}`, piece)));
  const lines = parts.map((file, n) => `file '${file}'\nduration ${pieces[n]!.seconds.toFixed(2)}`);
  const list = await cachedText('texts', lines.join('\n'), 'txt');
  return cached('programmes', [list, 1], 'ts', async (out) => {
    await ffmpeg(name, [
      ...['-f', 'concat', '-safe', '0', '-i', list],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '25', '-bf', '0', '-pix_fmt', 'yuv420p'],
      ...['-g', String(KEY_EVERY * RATE), '-keyint_min', String(KEY_EVERY * RATE), '-sc_threshold', '0'],
      ...['-c:a', 'aac', '-b:a', '96k', '-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0', out],
    ]);
  });
}

/** A piece in the channel's shape, nearly lossless: its pictures and samples are exactly as many as its length says. */
async function intermediate(what: string, { from, seconds }: Piece): Promise<string> {
  const silence = `anullsrc=r=${HERTZ}:cl=stereo`;
  const black = `color=black:s=${WIDTH}x${HEIGHT}:r=${RATE}`;
  let inputs: string[];
  let sound = '0:a:0';
  let pictures = '0:v:0';
  if ('file' in from) {
    const facts = await factsOf(from.file);
    inputs = ['-ss', from.start.toFixed(3), '-i', from.file];
    if (!facts.hasVideo) pictures = '1:v:0';
    if (!facts.hasAudio) sound = '1:a:0';
    if (!facts.hasVideo) inputs.push('-f', 'lavfi', '-i', black);
    else if (!facts.hasAudio) inputs.push('-f', 'lavfi', '-i', silence);
  } else {
    inputs = ['-f', 'lavfi', '-i', from.pictures, '-f', 'lavfi', '-i', from.sound];
    sound = '1:a:0';
  }
  const shape =
    `fps=${RATE}:start_time=0,scale=${WIDTH}:${HEIGHT}:force_original_aspect_ratio=decrease,` +
    `pad=${WIDTH}:${HEIGHT}:-1:-1,setsar=1,format=yuv420p,tpad=stop=-1:stop_mode=clone,trim=duration=${seconds}`;
  const heard =
    `aresample=${HERTZ}:async=1:first_pts=0,aformat=sample_fmts=s16:channel_layouts=stereo,` +
    `apad,atrim=duration=${seconds}`;
  const identity = 'file' in from ? identityOf(from.file) : '';
  return cached('pieces', [inputs, identity, shape, heard], 'mov', async (out) => {
    await ffmpeg(what, [
      ...inputs,
      ...['-filter_complex', `[${pictures}]${shape}[v];[${sound}]${heard}[a]`, '-map', '[v]', '-map', '[a]'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '14', '-c:a', 'pcm_s16le', out],
    ]);
  });
}
