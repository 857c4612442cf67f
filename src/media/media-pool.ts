import os from 'node:os';
import type { Seconds } from '../../fingerprints/units.js';
import type { DecoderName, ResultOf, Task } from '../../workers/protocol.js';
import type { HostOptions } from '../../workers/protocol-pool.js';
import { type ErrorCode, StreamprintError } from '../domain/errors.js';
import { HostProcess } from './host-process.js';
import { Job, type JobOptions } from './job.js';
import { Slots } from './slots.js';

export interface MediaPoolOptions {
  /** Worker threads, that is, tasks at the same time. Default: one a core. */
  readonly threads?: number;
  readonly decoder?: DecoderName;
  /** A task that makes no headway for so long ends its process. Default: 120. */
  readonly taskTimeout?: Seconds;
  /** Tasks that wait for a thread; further callers of `run` wait for room. Default: 4 a thread. */
  readonly maxQueue?: number;
  /** By how much all other processes go first, 0 to 19. Default: 0. */
  readonly niceness?: number;
  /** Told, in one sentence, of each input that a process died on; it is run again, alone. */
  readonly onDeath?: (message: string) => void;
}

export interface PoolMetrics {
  readonly queued: number;
  readonly running: number;
  /** Processes that died and were replaced. */
  readonly restarts: number;
  /** Tasks given up because they killed their process twice. */
  readonly setAside: number;
}

const TASK_TIMEOUT: Seconds = 120;
const QUEUE_A_THREAD = 4;
const RSS_BASE = 512 * 2 ** 20;
const RSS_A_THREAD = 1536 * 2 ** 20;

/**
 * Runs decoding tasks in a process of its own, and keeps one running: when it dies, another is started, and
 * each task it had is run again, alone, in a fresh process. A task that kills that one too is set aside.
 */
export class MediaPool {
  readonly #threads: number;
  readonly #timeout: Seconds;
  readonly #decoder: DecoderName | undefined;
  readonly #niceness: number;
  readonly #onDeath: (message: string) => void;
  readonly #room: Slots;
  readonly #queue: Job[] = [];
  readonly #all = new Set<Promise<unknown>>();
  #host: HostProcess;
  #name: DecoderName | null = null;
  #running = 0;
  #restarts = 0;
  #setAside = 0;
  #quarantine: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  private constructor(options: MediaPoolOptions) {
    this.#threads = options.threads ?? os.availableParallelism();
    this.#timeout = options.taskTimeout ?? TASK_TIMEOUT;
    this.#decoder = options.decoder;
    this.#niceness = options.niceness ?? 0;
    this.#onDeath = options.onDeath ?? (() => undefined);
    this.#room = new Slots(this.#threads + (options.maxQueue ?? QUEUE_A_THREAD * this.#threads));
    this.#host = this.#newHost(this.#threads);
  }

  /** @throws StreamprintError SP_DECODER_UNAVAILABLE */
  static async start(options: MediaPoolOptions = {}): Promise<MediaPool> {
    const pool = new MediaPool(options);
    const answer = await pool.#host.run(null);
    if ('hello' in answer) {
      pool.#name = answer.hello;
      return pool;
    }
    await pool.#end(pool.#host);
    if ('error' in answer) throw new StreamprintError(answer.error.code as ErrorCode, answer.error.message);
    const why = 'died' in answer ? answer.died : 'fault' in answer ? answer.fault : 'no greeting';
    throw new Error(`The decoding process did not start: ${why}`);
  }

  get metrics(): PoolMetrics {
    return {
      queued: this.#room.taken - this.#running,
      running: this.#running,
      restarts: this.#restarts,
      setAside: this.#setAside,
    };
  }

  /** Whether so many tasks wait that each thread has two of them before it. */
  get isBehind(): boolean {
    return this.metrics.queued >= 2 * this.#threads;
  }

  /** The decoder that is used. */
  get decoder(): DecoderName {
    return this.#name!;
  }

  /** Whether a process is there that decodes; where it has died another is started. @throws SP_DECODER_DIED */
  async check(): Promise<void> {
    if (this.#host.isAlive || this.#closing) return;
    const answer = await this.#liveHost().run(null);
    if ('hello' in answer) return;
    const why = 'died' in answer ? answer.died : 'it did not greet';
    throw new StreamprintError('SP_DECODER_DIED', `The decoding process does not start: ${why}.`);
  }

  /** The process that decodes now. */
  get processId(): number | null {
    return this.#host.pid;
  }

  /**
   * Runs a task; waits while the queue is full. An aborted one is not started, or its result thrown away.
   * @throws StreamprintError as the task reports, or SP_DECODER_DIED; the signal's reason when it was aborted
   */
  async run<T extends Task>(task: T, options: JobOptions = {}): Promise<ResultOf<T>> {
    if (this.#closing) throw new Error('The media pool is closed');
    options.signal?.throwIfAborted();
    const job = new Job(task, options);
    const done = this.#admit(job);
    this.#all.add(done);
    void done.finally(() => this.#all.delete(done));
    const result = await job.outcome;
    await done;
    return result as ResultOf<T>;
  }

  /** Ends the process when everything that was asked for is done. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      while (this.#all.size > 0) await Promise.all(this.#all);
      await this.#quarantine;
      await this.#end(this.#host);
    })();
    return this.#closing;
  }

  /** Ends the process now: for a pool whose callers have all given up what they asked for. */
  async abandon(): Promise<void> {
    this.#host.kill('nobody waits for it any more');
    await this.close();
  }

  /** Resolves when the job has been answered and its place in the queue is free again. */
  async #admit(job: Job): Promise<void> {
    await this.#room.take();
    this.#queue.push(job);
    this.#dispatch();
    await job.ended;
    this.#room.give();
  }

  #dispatch(): void {
    while (this.#running < this.#threads) {
      const job = this.#queue.shift();
      if (!job) return;
      if (job.isAbandoned) job.end();
      else void this.#execute(job);
    }
  }

  async #execute(job: Job): Promise<void> {
    this.#running++;
    const host = this.#liveHost();
    const died = await job.runIn(host, this.#timeout);
    this.#running--;
    if (died === null || job.isAbandoned) job.end();
    else {
      this.#onDeath(`${job.task.path}: the decoding process died on it (${died}); it is tried again, alone.`);
      this.#quarantine = this.#quarantine.then(() => this.#runAlone(job));
    }
    this.#dispatch();
  }

  /** One after the other, each in a process that has done nothing before. */
  async #runAlone(job: Job): Promise<void> {
    if (job.isAbandoned) {
      job.end();
      return;
    }
    const host = this.#newHost(1);
    const died = await job.runIn(host, this.#timeout);
    if (died !== null) {
      this.#setAside++;
      job.setAside(died);
    }
    job.end();
    await this.#end(host);
  }

  #liveHost(): HostProcess {
    if (!this.#host.isAlive) {
      this.#restarts++;
      this.#host = this.#newHost(this.#threads);
    }
    return this.#host;
  }

  #newHost(threads: number): HostProcess {
    const maxRssBytes = RSS_BASE + threads * RSS_A_THREAD;
    const options: HostOptions = { threads, maxRssBytes, niceness: this.#niceness };
    return new HostProcess(options, this.#decoder);
  }

  async #end(host: HostProcess): Promise<void> {
    host.kill('it was not needed any more');
    await host.exited;
  }
}
