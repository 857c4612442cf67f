import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TaskFailure } from '../../failure.js';

export const FFMPEG = process.env.FFMPEG_PATH ?? 'ffmpeg';
export const FFPROBE = process.env.FFPROBE_PATH ?? 'ffprobe';

const run = promisify(execFile);

/** Its first line and its configuration. @throws TaskFailure SP_DECODER_UNAVAILABLE */
export async function ffmpegVersion(): Promise<{ version: string; configuration: string }> {
  try {
    const [{ stdout }] = await Promise.all([
      run(FFMPEG, ['-version'], { timeout: 20_000 }),
      run(FFPROBE, ['-version'], { timeout: 20_000 }),
    ]);
    return {
      version: /version (\S+)/.exec(stdout)?.[1] ?? 'unknown',
      configuration: /configuration: (.*)/.exec(stdout)?.[1] ?? '',
    };
  } catch (cause) {
    throw new TaskFailure(
      'SP_DECODER_UNAVAILABLE',
      'The ffmpeg decoder is not available: the programs ffmpeg and ffprobe (5.1 or newer) cannot be run. ' +
        'Install them (on Debian: apt-get install ffmpeg), or set STREAMPRINT_DECODER=libav.',
      { cause },
    );
  }
}

/** A program that writes nothing for so long is ended. */
export const SILENT_MS = 110_000;
