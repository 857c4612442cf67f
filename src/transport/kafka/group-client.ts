import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import { pause } from '../../domain/pause.js';
import type { TopicPartition } from '../engine.js';
import type { Topic } from '../topics.js';
import { MIB } from './connection.js';
import type { Health } from './health.js';
import type { Names } from './names.js';

/** A member that is not heard of for so long is taken for dead, and its partitions are given to others. */
const SESSION_MS = 10_000;
const RESTART_MS = 500;
/** A client that has asked the broker nothing for so long hangs. */
const SILENCE_MS = 60_000;
const MAX_FETCH_BYTES = 32 * MIB;
/** More than the largest record. */
const MAX_PARTITION_BYTES = 11 * MIB;

export interface GroupEvents {
  /** It is a member of the group; it has these partitions now, and no others. */
  joined(partitions: readonly TopicPartition[]): void;
  /** It is no member any more, and others may have had its partitions meanwhile. */
  lost(): void;
  /** The group is about to share out its partitions anew: the last moment to commit. */
  sharing(): void;
  /** Fetched records of one partition. What it throws is a bug, or the client's own error. */
  batch(payload: EachBatchPayload): Promise<void>;
  /** The broker was asked for records and had none. */
  idle(): void;
}

/** A consumer of kafkajs that is thrown away and made anew whenever it has crashed or hangs. */
export class GroupClient {
  #consumer: Consumer | null = null;
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly kafka: Kafka,
    private readonly group: string,
    private readonly topics: readonly Topic[],
    private readonly names: Names,
    private readonly events: GroupEvents,
    private readonly health: Health,
  ) {}

  /** null while it is not connected. */
  get consumer(): Consumer | null {
    return this.#consumer;
  }

  start(): void {
    this.#running = this.#keepRunning();
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the consumer is closed'));
    await this.#running;
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const consumer = this.kafka.consumer({
        groupId: this.names.ofGroup(this.group),
        sessionTimeout: SESSION_MS,
        rebalanceTimeout: SESSION_MS,
        heartbeatInterval: 1500,
        maxWaitTimeInMs: 500,
        maxBytes: MAX_FETCH_BYTES,
        maxBytesPerPartition: MAX_PARTITION_BYTES,
        allowAutoTopicCreation: false,
      });
      try {
        await this.#runUntilItEnds(consumer, signal);
      } catch (error) {
        this.health.restarts++;
        this.health.isDown(error);
      }
      this.#consumer = null;
      this.events.lost();
      await consumer.disconnect().catch(() => undefined);
      await pause(RESTART_MS, signal);
    }
  }

  /** Resolves when it is closed, rejects with what it died of. */
  async #runUntilItEnds(consumer: Consumer, signal: AbortSignal): Promise<void> {
    let resolve: () => void = () => undefined;
    let reject: (error: Error) => void = () => undefined;
    const ended = new Promise<void>((...both) => {
      [resolve, reject] = both;
    });
    // It may end before it is waited for.
    ended.catch(() => undefined);
    let heard = Date.now();
    const hear = () => {
      heard = Date.now();
    };
    const watchdog = setInterval(() => {
      if (Date.now() - heard > SILENCE_MS) reject(new Error('the consumer has asked nothing for a minute'));
    }, SILENCE_MS / 4);
    signal.addEventListener('abort', resolve);
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer.on(consumer.events.FETCH_START, hear);
    consumer.on(consumer.events.HEARTBEAT, hear);
    try {
      this.#listen(consumer);
      await consumer.connect();
      await consumer.subscribe({
        topics: this.topics.map((topic) => this.names.ofTopic(topic)),
        fromBeginning: true,
      });
      this.#consumer = consumer;
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => this.events.batch(payload),
      });
      await ended;
    } finally {
      clearInterval(watchdog);
      signal.removeEventListener('abort', resolve);
    }
  }

  #listen(consumer: Consumer): void {
    let member = '';
    let fetched = 0;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }: ConsumerGroupJoinEvent) => {
      if (member !== '' && member !== payload.memberId) this.events.lost();
      member = payload.memberId;
      this.health.isUp();
      this.events.joined(
        Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
          partitions.map((partition) => ({ topic: this.names.topicOf(topic), partition })),
        ),
      );
    });
    consumer.on(consumer.events.REBALANCING, () => this.events.sharing());
    consumer.on(consumer.events.FETCH, () => {
      this.health.isUp();
      if (++fetched > 1) this.events.idle();
    });
    consumer.on(consumer.events.START_BATCH_PROCESS, () => {
      fetched = 0;
    });
  }
}
