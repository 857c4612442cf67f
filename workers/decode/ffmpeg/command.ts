import { Writable } from 'node:stream';
import Ffmpeg from 'fluent-ffmpeg';
import { TaskFailure } from '../../failure.js';
import { readingOf } from './probe.js';
import { FFMPEG, SILENT_MS } from './programs.js';

export interface FfmpegRun {
  readonly path: string;
  /** Options in front of the input, and behind it. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Raw bytes of the output. */
  readonly bytes: (chunk: Buffer) => void;
  /** Lines of the log. */
  readonly line: (text: string) => void;
  /** Becomes true when what came is enough. */
  readonly enough: () => boolean;
}

/**
 * Runs the ffmpeg program on one local file, until it ends or enough has come. That it fails is no error here:
 * what is missing is seen in what came.
 * @throws TaskFailure SP_INPUT_TIMEOUT when it hangs
 */
export function runFfmpeg(run: FfmpegRun): Promise<void> {
  const command = Ffmpeg(`file:${run.path}`, { stdoutLines: 20 });
  command.setFfmpegPath(FFMPEG);
  command.inputOptions(['-hide_banner', '-nostdin', '-nostats', '-v', 'info', '-threads', '1', '-copyts']);
  command.inputOptions([...readingOf(run.path), ...run.before]);
  command.outputOptions([...run.after]);
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | null = null;
    const end = (error?: unknown) => {
      if (timer) clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    };
    const watch = () => {
      if (timer) clearTimeout(timer);
      timer = setTimeout(() => {
        command.kill('SIGKILL');
        end(new TaskFailure('SP_INPUT_TIMEOUT', `${run.path}: the ffmpeg program hung on it.`));
      }, SILENT_MS);
    };
    const take = (work: () => void) => {
      watch();
      try {
        work();
      } catch (error) {
        command.kill('SIGKILL');
        end(error);
      }
    };
    const output = new Writable({
      write(chunk: Buffer, _, done) {
        take(() => run.bytes(chunk));
        if (run.enough()) command.kill('SIGKILL');
        done();
      },
    });
    command.on('stderr', (text: string) => take(() => run.line(text)));
    command.on('error', () => end());
    command.on('end', () => end());
    watch();
    command.pipe(output, { end: true });
  });
}
