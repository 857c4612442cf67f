import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { StreamInfo } from '../domain/match.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../matching/score.js';
import type { MediaPool } from '../media/media-pool.js';
import type { MatchingServices } from '../monitor/stream-monitor.js';
import type { PastWriter } from '../past/past-writer.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { Bus } from '../transport/index.js';
import { StreamStates, Worker, type WorkerServices } from '../worker/index.js';

/**
 * Streams worked on at once, a thread that decodes. A segment is decoded for some 30 ms, and then waits for three commits
 * that many share, of 40 ms and more each: with fewer streams than this the threads wait, too.
 */
const STREAMS_A_THREAD = 12;

export interface WorkerRoleOptions {
  readonly bus: Bus;
  readonly index: ReferenceIndex;
  readonly pool: MediaPool;
  /** See MatchingServices. */
  readonly newMatching?: MatchingServices['newMatching'];
  /** Where what streams carry is kept; null = nowhere. */
  readonly past?: PastWriter | null;
  /** Folder for segments that are being worked on; it is emptied first. */
  readonly spool: string;
  readonly group: string;
  /** Threads that decode; null = one a core. */
  readonly threads: number | null;
  /** See WorkerOptions. */
  readonly commitDelay: number;
  readonly onDone?: WorkerServices['onDone'];
  readonly onNote?: (stream: StreamInfo, message: string) => void;
  readonly onTrouble?: (message: string) => void;
}

/** A worker that runs until it is closed. */
export interface RunningWorker {
  readonly worker: Worker;
  /** Ends what is begun, and gives the streams to others. */
  close(): Promise<void>;
}

/** Throws as `Bus.consume` and `Bus.follow` do. */
export async function startWorker(options: WorkerRoleOptions): Promise<RunningWorker> {
  const { bus, index, pool, spool, group, commitDelay } = options;
  await fs.rm(spool, { recursive: true, force: true });
  await fs.mkdir(spool, { recursive: true });
  const onTrouble = options.onTrouble ?? (() => undefined);
  const now = Date.now;
  const states = await StreamStates.open(bus, now, onTrouble);
  const concurrency = STREAMS_A_THREAD * (options.threads ?? os.availableParallelism());
  const services: WorkerServices = {
    bus,
    states,
    index,
    pool,
    past: options.past ?? null,
    ...(options.newMatching && { newMatching: options.newMatching }),
    spool,
    now,
    onTrouble,
    maxFalsePerDay: DEFAULT_MAX_FALSE_PER_DAY,
    onDone: options.onDone ?? (() => undefined),
    onNote: options.onNote ?? (() => undefined),
  };
  const worker = await Worker.start(services, { group, concurrency, commitDelay });
  return {
    worker,
    close: async () => {
      await worker.close();
      await states.close();
      await fs.rm(path.resolve(spool), { recursive: true, force: true });
    },
  };
}
