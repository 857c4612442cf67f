import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { fetchPublicMedia, type InternalCheck } from '../capture/index.js';
import type { Config } from '../config.js';
import { type ErrorCode, StreamprintError } from '../domain/errors.js';
import { ClipLookups, type ClipMatcher, MAX_CLIP_BYTES } from '../lookup/clip-lookups.js';
import { LookupStore } from '../lookup/lookup-store.js';
import { BackgroundPool } from '../rights/background-pool.js';
import type { LookupAnswer, LookupSource } from './lookup-program.js';

const PROGRAM = new URL('./lookup-program.js', import.meta.url);
/** A clip that takes longer is given up, ms. */
const TIMEOUT_MS = 600_000;

export interface LookupsRoleOptions {
  readonly config: Config;
  readonly data: string;
  readonly isInternal: InternalCheck;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/** Looks clips up beside all else that the service does: decoded by a pool that others go before, matched in a thread. */
export async function startLookups({ config, data, isInternal, now, onTrouble }: LookupsRoleOptions) {
  const store = LookupStore.open(data, now);
  const pool = new BackgroundPool({
    threads: 1,
    ...(config.decoder && { decoder: config.decoder }),
    onDeath: onTrouble,
  });
  const matcher = new ThreadMatcher({ config, data });
  const lookups = await ClipLookups.start({
    store,
    matcher,
    pool: () => pool.get(),
    folder: path.join(data, 'lookups', 'clips'),
    fetch: (url, folder, signal) =>
      fetchPublicMedia(url, folder, { signal, maxBytes: MAX_CLIP_BYTES, http: { isInternal } }),
    onTrouble,
  });
  const close = async () => {
    const closed = lookups.close();
    matcher.close();
    await pool.close();
    await closed;
    store.close();
  };
  return { lookups, isInternal, close };
}

/** A thread for each clip: nothing of one is left for the next, and one that takes too long can be ended. */
class ThreadMatcher implements ClipMatcher {
  #thread: Worker | null = null;

  constructor(private readonly source: LookupSource) {}

  look: ClipMatcher['look'] = async (clip) => {
    const thread = new Worker(PROGRAM, { workerData: this.source });
    this.#thread = thread;
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<LookupAnswer>((resolve, reject) => {
        thread.once('message', resolve);
        thread.once('error', reject);
        thread.once('exit', () => reject(new Error('The thread that looks clips up has ended.')));
        timer = setTimeout(
          () =>
            reject(new StreamprintError('SP_INPUT_TIMEOUT', `${clip.name}: looking it up took too long.`)),
          TIMEOUT_MS,
        );
        thread.postMessage(clip);
      });
      if ('result' in answer) return answer.result;
      if ('error' in answer) throw new StreamprintError(answer.error.code as ErrorCode, answer.error.message);
      throw new Error(answer.fault);
    } finally {
      clearTimeout(timer);
      await thread.terminate();
      this.#thread = null;
    }
  };

  close(): void {
    void this.#thread?.terminate();
  }
}
