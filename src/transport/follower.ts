import { StreamprintError } from '../domain/errors.js';
import type { UtcMillis } from '../domain/ids.js';
import type { BlobStore } from './blobs.js';
import { type Body, openBody } from './body.js';
import { decode } from './codec.js';
import type { BusEngine, EngineReader } from './engine.js';
import type { Message } from './messages.js';
import type { InRecord, Position } from './record.js';
import type { Topic } from './topics.js';

const NOT_THERE: ReadonlySet<string> = new Set(['SP_MESSAGE_INVALID', 'SP_NOT_FOUND']);

/** What a topic says now of a key. */
export interface Entry {
  readonly key: string;
  /** null = it was taken away. */
  readonly message: Message | null;
  readonly body: Body | null;
  readonly position: Position;
  /** When the bus took it. */
  readonly at: UtcMillis;
}

export interface FollowerOptions {
  readonly topic: Topic;
  /** Offset of the first record that is wanted; the first of all if absent. */
  readonly from?: number;
  /** Called for one entry after the other; what it throws ends the reading, and `caughtUp` rejects with it. */
  readonly take: (entry: Entry) => Promise<void>;
  /** A message that breaks its contract, or whose body is not to be found, and is passed over. */
  readonly onInvalid: (position: Position, error: StreamprintError, key: string | null) => void;
}

/** Reads a topic, and goes on as it grows. */
export class Follower {
  #reader: EngineReader | null = null;

  constructor(
    private readonly options: FollowerOptions,
    private readonly blobs: BlobStore | null,
  ) {}

  async start(engine: BusEngine): Promise<void> {
    this.#reader = await engine.read(this.options.topic, this.options.from ?? 0, (record) =>
      this.#take(record),
    );
  }

  /** Resolves when all that lay in the topic when reading began was taken. */
  get caughtUp(): Promise<void> {
    return this.#reader!.caughtUp;
  }

  async close(): Promise<void> {
    await this.#reader?.close();
  }

  async #take(record: InRecord): Promise<void> {
    const { position, key, value, at } = record;
    let entry: Entry;
    try {
      const message = await decode(record);
      const body = message && value ? await openBody(message, value, this.blobs) : null;
      entry = { key: key!, message, body, position, at };
    } catch (error) {
      if (!(error instanceof StreamprintError) || !NOT_THERE.has(error.code)) throw error;
      return this.options.onInvalid(position, error, key);
    }
    await this.options.take(entry);
  }
}
