import type { EngineReader } from '../engine.js';
import type { InRecord } from '../record.js';
import type { Topic } from '../topics.js';
import type { RecordLog } from './record-log.js';

const FETCH = 64;

/** Reads a topic of one partition, one record after the other, and goes on as it grows. */
export class LogReader implements EngineReader {
  readonly caughtUp: Promise<void>;
  readonly #end: number;
  #next: number;
  #running: Promise<void> | null = null;
  #closed = false;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(
    private readonly log: RecordLog,
    private readonly topic: Topic,
    from: number,
    private readonly take: (record: InRecord) => Promise<void>,
    private readonly onClosed: () => void,
  ) {
    this.#end = log.end;
    this.#next = from;
    this.caughtUp = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.caughtUp.catch(() => undefined);
    this.wake();
  }

  wake(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#reject(new Error('The reader is closed'));
    await this.#running;
    this.onClosed();
  }

  async #run(): Promise<void> {
    // So that it is known to be running before it can have ended.
    await Promise.resolve();
    try {
      while (!this.#closed) {
        const records = this.log.read({ topic: this.topic, partition: 0 }, this.#next, FETCH);
        for (const record of records) {
          if (this.#closed) return;
          if (record.position.offset >= this.#end) this.#resolve();
          await this.take(record);
          this.#next = record.position.offset + 1;
        }
        if (records.length > 0) continue;
        // Nothing is awaited between here and the end: what is stored from now on wakes it anew.
        this.#resolve();
        return;
      }
    } catch (error) {
      this.#closed = true;
      this.#reject(error);
    } finally {
      this.#running = null;
    }
  }
}
