import { StreamprintError } from '../domain/errors.js';
import type { BlobStore } from './blobs.js';
import { encode, keyOf } from './codec.js';
import { Consumer, type ConsumerOptions } from './consumer.js';
import { DeadLetters } from './dead-letters.js';
import type { Load } from './dispatcher.js';
import type { BusEngine, EngineHealth, TopicExtent } from './engine.js';
import { Follower, type FollowerOptions } from './follower.js';
import { type BodyType, type Content, hasBody, type Message, type MessageType } from './messages.js';
import { type Bytes, overheadOf, sizeOf } from './record.js';
import { factsOf, INLINE_MAX_BYTES, type Topic } from './topics.js';

export interface BusOptions {
  /** For bodies above `inlineMaxBytes`; null = those are refused. */
  readonly blobs: BlobStore | null;
  /** Largest body that goes in the message itself; at most INLINE_MAX_BYTES, which is the default. */
  readonly inlineMaxBytes?: number;
  readonly now?: () => number;
}

/** A message to be sent. Where its body lies is for the bus to say. */
export type Draft = {
  [T in MessageType]: {
    readonly type: T;
    readonly content: T extends BodyType ? Omit<Content<T>, 'blob'> : Content<T>;
  };
}[MessageType];

export interface BusStats {
  readonly published: number;
  readonly publishedBytes: number;
  readonly deadLettered: number;
  /** Fetched by consumers of this process and not done yet. */
  readonly waiting: number;
  /** Streams that could be worked on, and wait because as many as may be are. */
  readonly keys: number;
  readonly running: number;
  readonly bytes: number;
  /** When the bus took the oldest message that waits, ms since 1970; null = none waits. */
  readonly oldestAt: number | null;
  readonly health: EngineHealth;
}

/** The segment bus: messages with their contracts, over an engine that carries them. See docs/messages.md. */
export class Bus {
  readonly deadLetters: DeadLetters;
  readonly #consumers = new Set<Consumer>();
  readonly #followers = new Set<Follower>();
  readonly #now: () => number;
  readonly #inlineMaxBytes: number;
  #published = 0;
  #publishedBytes = 0;
  #deadLettered = 0;

  constructor(
    private readonly engine: BusEngine,
    private readonly options: BusOptions,
  ) {
    this.#now = options.now ?? Date.now;
    this.#inlineMaxBytes = Math.min(options.inlineMaxBytes ?? INLINE_MAX_BYTES, INLINE_MAX_BYTES);
    this.deadLetters = new DeadLetters(engine, this.#now);
  }

  get stats(): BusStats {
    const oldest = [...this.#consumers].flatMap((consumer) => consumer.oldestAt ?? []);
    const loads = [...this.#consumers].map((consumer) => consumer.load);
    const sum = (of: keyof Load) => loads.reduce((total, load) => total + load[of], 0);
    return {
      published: this.#published,
      publishedBytes: this.#publishedBytes,
      deadLettered: this.#deadLettered,
      waiting: sum('waiting'),
      keys: sum('keys'),
      running: sum('running'),
      bytes: sum('bytes'),
      oldestAt: oldest.length > 0 ? Math.min(...oldest) : null,
      health: this.engine.health,
    };
  }

  /**
   * Sends a message; resolves when it is durable. Messages of one stream arrive in the order of these calls.
   * @param body of a message that has one; a file is not changed before this has resolved, and stays the caller's
   * @throws SP_MESSAGE_INVALID when it breaks its contract
   * @throws SP_MESSAGE_TOO_LARGE when it can never be taken
   * @throws SP_BUS_UNAVAILABLE when it could not be handed over in time; it may arrive nevertheless
   * @throws SP_DISK_FULL
   */
  async publish(topic: Topic, draft: Draft, body?: Bytes): Promise<void> {
    const { message, inline } = await this.#place(topic, draft, body);
    const { headers, value } = encode(topic, message);
    const record = { topic, key: keyOf(message), headers, value: value ?? inline };
    const bytes = sizeOf(record.value) + overheadOf(record.key, headers);
    const { maxBytes } = factsOf(topic);
    if (bytes > maxBytes)
      throw new StreamprintError(
        'SP_MESSAGE_TOO_LARGE',
        `The message of ${record.key} has ${bytes} bytes; ${topic} takes ${maxBytes}.`,
      );
    await this.engine.send(record);
    this.#published++;
    this.#publishedBytes += bytes;
  }

  /** Takes away what a compacted topic has of a key. Throws as `publish` does. */
  async retract(
    topic: 'streamprint.catalogue' | 'streamprint.streams' | 'streamprint.frames',
    key: string,
  ): Promise<void> {
    await this.engine.send({ topic, key, headers: {}, value: null });
    this.#published++;
  }

  /** Works on topics together with all other consumers of the group. */
  async consume(options: ConsumerOptions): Promise<Consumer> {
    const consumer = new Consumer(options, {
      blobs: this.options.blobs,
      send: (record) => this.engine.send(record),
      now: this.#now,
      onDeadLetter: () => {
        this.#deadLettered++;
      },
    });
    this.#consumers.add(consumer);
    consumer.onClosed = () => this.#consumers.delete(consumer);
    await consumer.start(this.engine);
    return consumer;
  }

  /** Reads a topic and goes on as it grows; resolves when reading has begun. */
  async follow(options: FollowerOptions): Promise<Follower> {
    const follower = new Follower(options, this.options.blobs);
    this.#followers.add(follower);
    await follower.start(this.engine);
    return follower;
  }

  /** What a topic of one partition is and how far it reaches, for one who goes on where he was. */
  extent(topic: Topic): Promise<TopicExtent> {
    return this.engine.extent(topic);
  }

  /** Lets consumers end what they have begun, sends what waits to be sent, and lets go. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await Promise.all([...this.#followers].map((follower) => follower.close()));
    await this.engine.close();
  }

  async #place(
    topic: Topic,
    draft: Draft,
    body: Bytes | undefined,
  ): Promise<{ message: Message; inline: Bytes }> {
    const { type, content } = draft;
    if (!hasBody(type)) {
      if (body !== undefined) throw new TypeError(`${type} has no body`);
      return { message: draft as Message, inline: new Uint8Array() };
    }
    if (body === undefined) throw new TypeError(`${type} has a body`);
    const facts = 'features' in content ? content.features : (content as Content<'segment/1'>);
    if (facts.bytes !== sizeOf(body))
      throw new RangeError(`The body has ${sizeOf(body)} bytes and the message says ${facts.bytes}`);
    const isLarge = facts.bytes > this.#inlineMaxBytes;
    if (isLarge && this.options.blobs === null)
      throw new StreamprintError(
        'SP_MESSAGE_TOO_LARGE',
        `A body of ${facts.bytes} bytes is too large for a message (${this.#inlineMaxBytes}), and there is no blob store.`,
      );
    const lasting = factsOf(topic).compacted;
    const blob = isLarge ? await this.options.blobs!.put(body, facts.sha256, lasting) : null;
    const message = { type, content: { ...content, blob } } as Message;
    return { message, inline: blob === null ? body : new Uint8Array() };
  }
}
