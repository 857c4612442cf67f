/** The bindings to libav: an optional dependency. */
export interface Libav {
  readonly lib: typeof import('node-av/lib');
  readonly K: typeof import('node-av/constants');
}

/** Null where node-av is not installed, or has no binary for this machine. */
export async function loadLibav(): Promise<Libav | null> {
  try {
    const [lib, K] = await Promise.all([import('node-av/lib'), import('node-av/constants')]);
    lib.Log.setLevel(K.AV_LOG_QUIET);
    return { lib, K };
  } catch {
    return null;
  }
}

/** @throws Error naming the step when libav's answer is an error */
export function check(lib: Libav['lib'], status: number, step: string): void {
  if (status < 0) throw new Error(`libav could not ${step}: ${new lib.FFmpegError(status).message}`);
}
