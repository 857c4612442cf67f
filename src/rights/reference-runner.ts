import fs from 'node:fs/promises';
import path from 'node:path';
import type { Seconds } from '../../fingerprints/units.js';
import type { MediaRegistrar } from '../catalogue/register-media.js';
import type { StatedAsset } from '../domain/catalogue.js';
import { type ErrorCode, isPassing, messageOf, StreamprintError } from '../domain/errors.js';
import type { ReferenceJob, ReferenceJobs } from './reference-jobs.js';

/** Circumstances that pass are waited for, ms. */
const AGAIN_MS = 15_000;
/** What a process ended with so often is not begun again: it may be the reason. */
const MAX_STARTS = 5;
/** Jobs that have ended are looked for this often, and those that wait for their time, ms. */
const LOOK_EVERY_MS = 5000;
/** How far it is before it is registered, at most. */
const MOST = 0.99;

export interface RunnerOptions {
  readonly jobs: ReferenceJobs;
  readonly registrar: MediaRegistrar;
  /** Folder of uploads, in which the files of jobs lie. */
  readonly uploads: string;
  /** Folder for what is fetched; emptied at the start. */
  readonly spool: string;
  /** Jobs that are worked on at the same time. */
  readonly parallel: number;
  /** Fetches media into a folder. Throws as `fetchPublicMedia` does. */
  readonly fetch: (url: string, folder: string, signal: AbortSignal) => Promise<{ readonly path: string }>;
  /** What is to be registered of a job's asset. Throws SP_NOT_FOUND when it was taken away. */
  readonly assetOf: (job: ReferenceJob) => StatedAsset | Promise<StatedAsset>;
  /** Told when a job has ended, well or not. */
  readonly onEnd: (job: ReferenceJob) => void;
  /** Told of faults of the program, one sentence each. */
  readonly onTrouble: (message: string) => void;
}

/** Works on reference jobs, as they came, a few at a time. What was begun by a process that was killed is begun again. */
export class ReferenceRunner {
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #stranded = new Set<ReferenceJob>();
  #timer: NodeJS.Timeout | null = null;

  private constructor(private readonly options: RunnerOptions) {}

  static async start(options: RunnerOptions): Promise<ReferenceRunner> {
    const { jobs, uploads, spool } = options;
    await fs.rm(spool, { recursive: true, force: true });
    await fs.mkdir(spool, { recursive: true });
    await fs.mkdir(uploads, { recursive: true });
    jobs.resume();
    jobs.prune();
    const runner = new ReferenceRunner(options);
    runner.#timer = setInterval(() => runner.wake(), LOOK_EVERY_MS);
    runner.wake();
    return runner;
  }

  /** There is something new to work on. */
  wake(): void {
    const { jobs, parallel } = this.options;
    for (const job of [...this.#stranded])
      if (this.#attempt(() => jobs.putOff(job, 0, null))) this.#stranded.delete(job);
    while (this.#running.size < parallel && !this.#closing.signal.aborted) {
      let job: ReferenceJob | null = null;
      this.#attempt(() => {
        job = jobs.begin();
      });
      if (!job) return;
      this.#begin(job);
    }
  }

  #begin(job: ReferenceJob): void {
    const work = this.#work(job)
      .catch((error: unknown) => {
        // What became of it could not be written down: it is begun again.
        this.#stranded.add(job);
        this.options.onTrouble(`Reference job ${job.id} is put off: ${messageOf(error)}`);
      })
      .finally(() => {
        this.#running.delete(work);
        this.wake();
      });
    this.#running.add(work);
  }

  /** Writes to the queue, which may have no room on the disk. False = it could not be written. */
  #attempt(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.options.onTrouble(`The queue of references cannot be written: ${messageOf(error)}`);
      return false;
    }
  }

  /** What is under way is begun again by the next. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#closing.abort(new Error('the service ends'));
    await Promise.all(this.#running);
  }

  /** Rejects when what became of the job could not be written down. */
  async #work(job: ReferenceJob): Promise<void> {
    const { jobs, onEnd, onTrouble } = this.options;
    let file: string | null = null;
    try {
      if (job.starts > MAX_STARTS)
        throw new StreamprintError(
          'SP_DECODER_DIED',
          `${job.source} was begun ${MAX_STARTS} times, and the service ended each time before it was done.`,
        );
      file = await this.#fileOf(job);
      const { referenceId, notes } = await this.#register(job, file);
      jobs.done(
        job.id,
        referenceId,
        notes.map((note) => shownOf(note, file, job)),
      );
    } catch (error) {
      if (this.#closing.signal.aborted) return jobs.putOff(job, 0, null);
      if (isCircumstance(error))
        return jobs.putOff(job, AGAIN_MS, { code: error.code, message: error.message });
      jobs.failed(job.id, errorOf(error, file, job));
      if (!isExpected(error)) onTrouble(`Reference job ${job.id} failed: ${stackOf(error)}`);
    } finally {
      await this.#tidy(job, file);
    }
    onEnd(jobs.get(job.id)!);
  }

  async #fileOf({ file, url }: ReferenceJob): Promise<string> {
    if (file !== null) return path.join(this.options.uploads, path.basename(file));
    return (await this.options.fetch(url ?? '', this.options.spool, this.#closing.signal)).path;
  }

  #register(job: ReferenceJob, file: string) {
    const { jobs, registrar, assetOf } = this.options;
    const media = { file, source: job.source, asset: () => assetOf(job) };
    const onProgress = (time: Seconds, total: Seconds | null) => {
      if (total !== null) this.#attempt(() => jobs.progress(job.id, Math.min(MOST, time / total)));
    };
    return registrar.register(media, { signal: this.#closing.signal, onProgress });
  }

  /** A file that was fetched is not needed any more, an upload only if its job waits again. */
  async #tidy({ id, file: upload }: ReferenceJob, file: string | null): Promise<void> {
    const { state } = this.options.jobs.get(id) ?? { state: 'done' };
    if (file !== null && (upload === null || state === 'done' || state === 'failed'))
      await fs.rm(file, { force: true });
  }
}

const CIRCUMSTANCES: ReadonlySet<ErrorCode> = new Set([
  'SP_INDEX_UNAVAILABLE',
  'SP_INDEX_REFUSED',
  'SP_BUS_TOPIC',
]);

function isCircumstance(error: unknown): error is StreamprintError {
  return isPassing(error) || (error instanceof StreamprintError && CIRCUMSTANCES.has(error.code));
}

const isExpected = (error: unknown): boolean => error instanceof StreamprintError;

function errorOf(error: unknown, file: string | null, job: ReferenceJob): { code: string; message: string } {
  if (!(error instanceof StreamprintError))
    return {
      code: 'SP_INTERNAL',
      message: `${job.source} could not be registered: that is a fault of the service.`,
    };
  return { code: error.code, message: shownOf(error.message, file, job) };
}

/** Where a file lies here is nobody else's business. */
function shownOf(message: string, file: string | null, { source }: ReferenceJob): string {
  return file === null ? message : message.replaceAll(file, source);
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
