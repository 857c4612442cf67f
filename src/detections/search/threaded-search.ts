import { Worker } from 'node:worker_threads';
import { StreamprintError } from '../../domain/errors.js';
import { WaitingCalls } from '../../domain/waiting-calls.js';
import type { DetectionSearch } from './detection-search.js';
import type { SearchAnswer, SearchCall } from './search-protocol.js';

const THREAD = new URL('./search-thread.js', import.meta.url);

/** Searches that wait for the thread; beyond, they are refused. */
const MOST_WAITING = 256;

/**
 * Search in the embedded store in a thread of its own, so that matching and answering do not wait for it. A thread
 * that dies is replaced, and what it was asked fails.
 */
export class ThreadedSearch implements DetectionSearch {
  readonly #waiting = new WaitingCalls<unknown>();
  #thread: Worker | null = null;
  /** Calls of this turn, which go together. */
  #calls: SearchCall[] = [];
  #isClosed = false;

  private constructor(private readonly dataDirectory: string) {}

  /** The store must be there, of the newest version. */
  static open(dataDirectory: string): ThreadedSearch {
    return new ThreadedSearch(dataDirectory);
  }

  page: DetectionSearch['page'] = (...given) => this.#ask('page', given);
  total: DetectionSearch['total'] = (...given) => this.#ask('total', given);
  facets: DetectionSearch['facets'] = (...given) => this.#ask('facets', given);
  get: DetectionSearch['get'] = (...given) => this.#ask('get', given);

  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#thread) await this.#ask('close', []);
    this.#isClosed = true;
  }

  #ask<T>(method: SearchCall['method'], parameters: readonly unknown[]): Promise<T> {
    if (this.#isClosed) return Promise.reject(busy('The search is closed.'));
    if (this.#waiting.size >= MOST_WAITING)
      return Promise.reject(busy(`${MOST_WAITING} searches are waiting already.`));
    return this.#waiting.ask((id) => {
      if (this.#calls.length === 0) queueMicrotask(() => this.#send());
      this.#calls.push({ id, method, parameters });
    }) as Promise<T>;
  }

  #send(): void {
    const calls = this.#calls;
    this.#calls = [];
    this.#alive().postMessage(calls);
  }

  #alive(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(THREAD, { workerData: this.dataDirectory });
    thread.on('message', (text: string) => {
      for (const answer of JSON.parse(text) as SearchAnswer[]) this.#waiting.take(answer);
    });
    thread.on('error', (error) => this.#bury(thread, error));
    thread.on('exit', () => this.#bury(thread, new Error('The thread that searches has ended.')));
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
