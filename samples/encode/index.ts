import { spawnSync } from 'node:child_process';
import type { Encoder } from './encoder.js';
import { FfmpegEncoder } from './ffmpeg.js';
import { LibavEncoder } from './libav.js';
import { loadLibav } from './libav-library.js';

export type { BitRates, Encoder, SegmentFile } from './encoder.js';

/**
 * The encoder to use: libav in this thread where node-av is there, else the ffmpeg program.
 * @param wanted which one it must be; null = whichever is there
 * @throws Error when neither is there
 */
export async function openEncoder(wanted: Encoder['name'] | null): Promise<Encoder> {
  const libav = wanted === 'ffmpeg' ? null : await loadLibav();
  if (libav) return new LibavEncoder(libav);
  if (wanted !== 'libav' && spawnSync(process.env.FFMPEG_PATH ?? 'ffmpeg', ['-version']).status === 0)
    return new FfmpegEncoder();
  throw new Error(
    'The samples cannot be encoded: neither the optional package node-av nor the ffmpeg program is there. ' +
      'Run npm ci without --omit=optional, or install ffmpeg.',
  );
}
