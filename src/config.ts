import type { DecoderName } from '../workers/protocol.js';
import { StreamprintError } from './domain/errors.js';

/** What the environment sets. */
export interface Config {
  /** STREAMPRINT_DECODER: null = libav where it is there, else the ffmpeg program. */
  readonly decoder: DecoderName | null;
  /** STREAMPRINT_THREADS: worker threads that decode; null = one a core. */
  readonly threads: number | null;
}

/** @throws SP_USAGE for a value that makes no sense */
export function configFrom(environment: Readonly<Record<string, string | undefined>>): Config {
  return {
    decoder: decoderFrom(environment.STREAMPRINT_DECODER),
    threads: threadsFrom(environment.STREAMPRINT_THREADS),
  };
}

function decoderFrom(value: string | undefined): DecoderName | null {
  if (!value) return null;
  if (value === 'libav' || value === 'ffmpeg') return value;
  throw new StreamprintError('SP_USAGE', `STREAMPRINT_DECODER is "${value}": it must be libav or ffmpeg.`);
}

function threadsFrom(value: string | undefined): number | null {
  if (!value) return null;
  const threads = Number(value);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 256) return threads;
  throw new StreamprintError(
    'SP_USAGE',
    `STREAMPRINT_THREADS is "${value}": it must be a number from 1 to 256.`,
  );
}
