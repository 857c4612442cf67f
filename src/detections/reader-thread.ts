import { Worker } from 'node:worker_threads';
import { StreamprintError } from '../domain/errors.js';
import { WaitingCalls } from '../domain/waiting-calls.js';
import type { ReaderAnswer, ReaderCall } from './reader-calls.js';

/** Calls that wait for the thread; beyond, they are refused. */
const MOST_WAITING = 256;

/**
 * A thread that reads the detection store, so that matching and answering do not wait for it. One that dies is
 * replaced, and what it was asked fails.
 */
export class ReaderThread {
  readonly #waiting = new WaitingCalls<unknown>();
  #thread: Worker | null = null;
  /** Calls of this turn, which go together. */
  #calls: ReaderCall[] = [];
  #isClosed = false;

  /**
   * @param module what the thread runs: see `answerCalls`
   * @param what it does, in a word: `search`
   */
  constructor(
    private readonly module: URL,
    private readonly dataDirectory: string,
    private readonly what: string,
  ) {}

  /** @throws SP_BUSY, and what the reader throws */
  ask<T>(method: string, parameters: readonly unknown[]): Promise<T> {
    if (this.#isClosed) return Promise.reject(busy(`The ${this.what} is closed.`));
    if (this.#waiting.size >= MOST_WAITING)
      return Promise.reject(busy(`${MOST_WAITING} calls of the ${this.what} are waiting already.`));
    return this.#waiting.ask((id) => {
      if (this.#calls.length === 0) queueMicrotask(() => this.#send());
      this.#calls.push({ id, method, parameters });
    }) as Promise<T>;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#thread) await this.ask('close', []);
    this.#isClosed = true;
  }

  #send(): void {
    const calls = this.#calls;
    this.#calls = [];
    this.#alive().postMessage(calls);
  }

  #alive(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(this.module, { workerData: this.dataDirectory });
    thread.on('message', (answers: string | readonly ReaderAnswer[]) => {
      const all = typeof answers === 'string' ? (JSON.parse(answers) as ReaderAnswer[]) : answers;
      for (const answer of all) this.#waiting.take(answer);
    });
    thread.on('error', (error) => this.#bury(thread, error));
    thread.on('exit', () => this.#bury(thread, new Error(`The thread of the ${this.what} has ended.`)));
    this.#thread = thread;
    return thread;
  }

  #bury(thread: Worker, why: Error): void {
    if (this.#thread !== thread) return;
    this.#thread = null;
    this.#waiting.fail(why);
  }
}

function busy(message: string): StreamprintError {
  return new StreamprintError('SP_BUSY', message);
}
