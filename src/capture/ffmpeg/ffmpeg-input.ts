import { PassThrough } from 'node:stream';
import Ffmpeg from 'fluent-ffmpeg';
import { type Address, describeUrl, withoutCredentials, withoutSecrets } from '../address.js';
import { HttpError } from '../http-error.js';
import type { CaptureContext } from '../settings.js';
import type { Connect } from '../ts/live-run.js';
import { ffmpegInput } from './arguments.js';
import { Watchdog, type WatchdogRules } from './watchdog.js';

const RULES: WatchdogRules = { silence: 20_000, memory: 512 * 2 ** 20 };
/** Bytes that wait in memory for whoever writes them down. */
const HIGH_WATER = 4 * 2 ** 20;
/** Looking at what a source sends before it is copied: bytes, µs. */
const PROBE = ['-probesize', '5000000', '-analyzeduration', '3000000'];
/** The first pictures and sound, copied as they are. */
const COPY = [
  '-map',
  '0:v:0?',
  '-map',
  '0:a:0?',
  '-c',
  'copy',
  '-copyts',
  '-muxdelay',
  '0',
  '-muxpreload',
  '0',
];
const OUTPUT = ['-max_muxing_queue_size', '4096', '-flush_packets', '1', '-f', 'mpegts'];

/**
 * What the ffmpeg program receives from an address (UDP, RTP, RTMP, RTSP, SRT), copied into MPEG-TS, never transcoded.
 * The address is checked as any other, and the program may open nothing else.
 */
export function ffmpegInputOf(address: Address, context: CaptureContext, rules = RULES): Connect {
  return async (signal, use) => {
    signal.throwIfAborted();
    const ip = await context.locate(address);
    const { url, options } = ffmpegInput(address, ip);
    const shown = describeUrl(address.url);
    const command = Ffmpeg(url, { stdoutLines: 20 });
    command.setFfmpegPath(process.env.FFMPEG_PATH ?? 'ffmpeg');
    // All options go in raw: fluent-ffmpeg refuses some that newer programs know.
    command.inputOptions(['-hide_banner', '-nostdin', '-nostats', '-v', 'error', ...PROBE, ...options]);
    command.outputOptions([...COPY, ...OUTPUT]);
    const bytes = new PassThrough({ highWaterMark: HIGH_WATER });
    let stopping = false;
    const stop = () => {
      stopping = true;
      command.kill('SIGKILL');
    };
    const log: string[] = [];
    let watchdog: Watchdog | null = null;
    let why: string | null = null;
    const ended = new Promise<void>((resolve) => {
      const end = (error: Error | null) => {
        watchdog?.stop();
        const said = log.at(-1) ?? error?.message ?? 'it ended';
        const reason = why ?? withoutSecrets(said).replaceAll(url, shown);
        bytes.destroy(failure(`${shown}: ${reason}`, why !== null));
        resolve();
      };
      command.on('error', (error: Error) => end(error));
      command.on('end', () => end(null));
    });
    command.on('stderr', (line: string) => {
      if (line.trim() !== '') log.splice(0, log.length - 4, line.trim().slice(0, 300));
    });
    command.on('start', () => {
      // It was stopped before there was a process to stop.
      if (stopping) stop();
      const pid = (command as unknown as { ffmpegProc?: { pid?: number } }).ffmpegProc?.pid;
      if (pid === undefined) return;
      watchdog = new Watchdog(pid, rules, (reason) => {
        why = `the capture process ${reason}, and was ended`;
        stop();
      });
    });
    bytes.on('error', () => undefined);
    signal.addEventListener('abort', stop, { once: true });
    command.pipe(bytes, { end: false });
    const source = {
      url: withoutCredentials(address.url),
      ip,
      status: null,
      headers: {},
      redirects: [],
      tls: null,
    };
    try {
      await use({ bytes: fed(bytes, () => watchdog?.feed()), source });
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      await ended;
    }
  };
}

async function* fed(bytes: AsyncIterable<Uint8Array>, feed: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    feed();
    yield chunk;
    // Whoever is slow to write is no fault of the process.
    feed();
  }
}

function failure(message: string, late: boolean): HttpError {
  return new HttpError(late ? 'SP_INPUT_TIMEOUT' : 'SP_HTTP', message, { transient: true });
}
