import type { Seconds } from '../../fingerprints/units.js';
import type { Task, TaskResult } from '../../workers/protocol.js';
import { type ErrorCode, StreamprintError } from '../domain/errors.js';
import type { HostProcess, TaskAnswer } from './host-process.js';

export interface JobOptions {
  readonly signal?: AbortSignal;
  /**
   * Called about once a second while a reference is fingerprinted, with the media time reached.
   * @param total about how long it all is; null = not known
   */
  readonly onProgress?: (time: Seconds, total: Seconds | null) => void;
}

/** A task on its way through the pool, and the promise of the one who asked for it. */
export class Job {
  readonly outcome: Promise<TaskResult>;
  /** It has been answered, or given up: its place is free. */
  readonly ended: Promise<void>;
  end: () => void = () => undefined;
  #resolve: (result: TaskResult) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(
    readonly task: Task,
    private readonly options: JobOptions,
  ) {
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    const { signal } = options;
    const giveUp = () => this.#reject(signal?.reason);
    signal?.addEventListener('abort', giveUp);
    // A signal may be that of many tasks, and outlive them.
    void this.ended.then(() => signal?.removeEventListener('abort', giveUp));
  }

  /** Nobody waits for it any more: it need not be run. */
  get isAbandoned(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  /**
   * Runs the task in a process, which is killed when the task makes no headway for `timeout` seconds.
   * @returns null when it has been answered; otherwise how the process died
   */
  async runIn(host: HostProcess, timeout: Seconds): Promise<string | null> {
    const why = `it made no headway for ${timeout} s`;
    let timer = setTimeout(() => host.kill(why), timeout * 1000);
    const answer = await host.run(this.task, (time, total) => {
      clearTimeout(timer);
      timer = setTimeout(() => host.kill(why), timeout * 1000);
      this.options.onProgress?.(time, total);
    });
    clearTimeout(timer);
    return 'died' in answer ? answer.died : this.#settle(answer);
  }

  setAside(how: string): void {
    this.#reject(
      new StreamprintError(
        'SP_DECODER_DIED',
        `${this.task.path}: the decoding process died on it twice, the second time alone (${how}).`,
      ),
    );
  }

  #settle(answer: Exclude<TaskAnswer, { died: string }>): null {
    if ('result' in answer) this.#resolve(answer.result);
    else if ('error' in answer)
      this.#reject(new StreamprintError(answer.error.code as ErrorCode, answer.error.message));
    else this.#reject(new Error('fault' in answer ? answer.fault : 'an answer to another question'));
    return null;
  }
}
