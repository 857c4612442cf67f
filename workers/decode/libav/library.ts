import { TaskFailure } from '../../failure.js';

export type Lib = typeof import('node-av/lib');
export type Constants = typeof import('node-av/constants');

/** The bindings, loaded once a process: they are an optional dependency. */
export interface Library {
  readonly lib: Lib;
  readonly K: Constants;
}

let loaded: Promise<Library> | null = null;

/** @throws TaskFailure SP_DECODER_UNAVAILABLE when node-av is not installed, or has no binary for this machine */
export function loadLibrary(): Promise<Library> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Library> {
  try {
    const [lib, K] = await Promise.all([import('node-av/lib'), import('node-av/constants')]);
    lib.Log.setLevel(K.AV_LOG_QUIET);
    return { lib, K };
  } catch (cause) {
    throw new TaskFailure(
      'SP_DECODER_UNAVAILABLE',
      'The libav decoder is not available: the optional package node-av is not installed, or has no binary ' +
        'for this machine. Install it (npm ci), or set STREAMPRINT_DECODER=ffmpeg.',
      { cause },
    );
  }
}

/** Seconds of a count of time base units; null where there is no time stamp. */
export function secondsOf(stamp: bigint, unit: { num: number; den: number }): number | null {
  return stamp === NO_STAMP ? null : (Number(stamp) * unit.num) / unit.den;
}

/** Null where the ratio is not stated. */
export function ratioOf({ num, den }: { num: number; den: number }): number | null {
  return num > 0 && den > 0 ? num / den : null;
}

/** AV_NOPTS_VALUE */
export const NO_STAMP = -(2n ** 63n);
