import { StreamprintError } from '../../domain/errors.js';
import { pause } from '../../domain/pause.js';
import { CommitPace } from '../../storage/commit-pace.js';
import { isUncertain } from '../../storage/disk-errors.js';
import type { TopicPartition } from '../engine.js';
import { type OutRecord, sizeOf } from '../record.js';
import { factsOf } from '../topics.js';
import type { PlacedValue, RecordLog } from './record-log.js';

/** One commit stores at most so many records. */
const MAX_COMMIT = 256;
/** While many send, they wait for each other so long: a segment goes through three commits, one after the other. */
const WINDOW_MS = 40;

interface Item {
  readonly record: OutRecord;
  readonly partition: number;
  readonly placed: Promise<PlacedValue | Error>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface AppenderOptions {
  /** Bytes of media that may be stored and not be done with; further ones wait for room. */
  readonly maxBytes: number;
  /** For so long, ms. */
  readonly sendTimeout: number;
  readonly partitionOf: (record: OutRecord) => number;
  readonly now: () => number;
  /** Told where there is something new. */
  readonly onStored: (partitions: readonly TopicPartition[]) => void;
}

/** Stores records in the order in which they came, as many in one commit as there are. */
export class Appender {
  readonly #queue: Item[] = [];
  #running: Promise<void> | null = null;
  #stored: { records: number; bytes: number };
  readonly #waiting: (() => void)[] = [];
  #closed = false;
  readonly #pace = new CommitPace(WINDOW_MS);

  constructor(
    private readonly log: RecordLog,
    private readonly options: AppenderOptions,
  ) {
    this.#stored = log.mediaStored();
  }

  /** Media that is stored and not done with. */
  get stored(): { readonly records: number; readonly bytes: number } {
    return this.#stored;
  }

  async send(record: OutRecord): Promise<void> {
    const bytes = factsOf(record.topic).media && record.value ? sizeOf(record.value) : 0;
    if (bytes > 0) await this.#room(bytes);
    if (this.#closed) throw new StreamprintError('SP_BUS_UNAVAILABLE', 'The bus is closed.');
    await new Promise<void>((resolve, reject) => {
      const placed = this.log.place(record).catch((error: Error) => error);
      this.#queue.push({ record, partition: this.options.partitionOf(record), placed, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Counts again what is stored: something was deleted. */
  recount(): void {
    this.#stored = this.log.mediaStored();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** What waits for room is refused, the rest is stored. */
  async close(): Promise<void> {
    this.#closed = true;
    this.recount();
    await this.#running;
  }

  async #room(bytes: number): Promise<void> {
    const { maxBytes, sendTimeout, now } = this.options;
    const deadline = now() + sendTimeout;
    while (!this.#closed && this.#stored.bytes > 0 && this.#stored.bytes + bytes > maxBytes) {
      const left = deadline - now();
      if (left <= 0)
        throw new StreamprintError(
          'SP_BUS_UNAVAILABLE',
          `${this.#stored.bytes} bytes of media wait to be worked on, ${maxBytes} is the most: the workers do not keep up.`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    this.#stored = { records: this.#stored.records + 1, bytes: this.#stored.bytes + bytes };
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const { wait } = this.#pace;
      if (wait > 0 && !this.#closed) await pause(wait);
      const items = this.#queue.splice(0, MAX_COMMIT);
      const placed = await Promise.all(items.map((item) => item.placed));
      const whole: { item: Item; value: PlacedValue }[] = [];
      for (const [i, item] of items.entries()) {
        const value = placed[i]!;
        if (value instanceof Error) item.reject(value);
        else whole.push({ item, value });
      }
      await this.#commit(whole);
    }
    this.#running = null;
  }

  async #commit(items: readonly { item: Item; value: PlacedValue }[]): Promise<void> {
    if (items.length === 0) return;
    const at = this.options.now();
    try {
      const records = items.map(({ item: { record, partition }, value }) => ({
        ...{ record, partition, placed: value, at },
      }));
      const superseded = this.#pace.commit(records.length, () => this.log.append(records));
      for (const { item } of items) item.resolve();
      this.options.onStored(
        items.map(({ item: { record, partition } }) => ({ topic: record.topic, partition })),
      );
      await this.log.removeFiles(superseded);
    } catch (error) {
      for (const { item } of items) item.reject(error);
      // A commit that could not be synced may turn out to be there: then the values must be, too.
      if (!isUncertain(error)) await this.log.removeFiles(items.flatMap(({ value }) => value.file ?? []));
      this.recount();
    }
  }
}
