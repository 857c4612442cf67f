import path from 'node:path';
import { run } from './run.js';

const TIMEOUT = 300;

/**
 * Decodes a file's sound to a WAV of one channel at `rate` Hz in `folder`, so that no peer stops at what its own
 * decoder stumbles over (lost packets): sample 0 is the file's time 0, and what is missing is silence.
 */
export async function decodeSound(file: string, rate: number, folder: string): Promise<string> {
  const wave = path.join(folder, 'sound.wav');
  await run(
    'ffmpeg',
    // biome-ignore format: an option and its value side by side
    ['-v', 'error', '-y', '-i', file, '-vn', '-af', 'aresample=async=1:first_pts=0', '-ac', '1', '-ar', `${rate}`,
      '-c:a', 'pcm_s16le', wave],
    TIMEOUT,
  );
  return wave;
}
