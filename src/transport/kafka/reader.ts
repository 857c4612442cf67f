import { randomUUID } from 'node:crypto';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import { Serial } from '../../storage/serial.js';
import type { EngineReader, TopicPartition } from '../engine.js';
import type { InRecord } from '../record.js';
import type { Topic } from '../topics.js';
import { GroupClient, type GroupEvents } from './group-client.js';
import type { Health } from './health.js';
import { inRecord } from './in-record.js';
import type { Names } from './names.js';

/** A fetch may come back empty once for other reasons than that there is nothing more. */
const IDLE_FETCHES = 2;
const HEARTBEAT_MS = 2000;

/**
 * Reads a topic of one partition. kafkajs reads in groups only: this one has a name of its own,
 * commits nothing and is deleted afterwards.
 */
export class KafkaReader implements EngineReader, GroupEvents {
  readonly caughtUp: Promise<void>;
  readonly #group = `reader-${randomUUID()}`;
  readonly #client: GroupClient;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  /** Offset of the record that is wanted next. */
  #next: number;
  #idle = 0;
  #failed = false;
  readonly #taking = new Serial();

  /** @param what `end` is the offset up to which there is something when reading begins */
  constructor(
    private readonly kafka: Kafka,
    private readonly what: { readonly topic: Topic; readonly from: number; readonly end: number },
    private readonly take: (record: InRecord) => Promise<void>,
    private readonly names: Names,
    health: Health,
  ) {
    this.caughtUp = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.caughtUp.catch(() => undefined);
    this.#next = what.from;
    this.#client = new GroupClient(kafka, this.#group, [what.topic], names, this, health);
    this.#client.start();
    this.#check();
  }

  async close(): Promise<void> {
    this.#reject(new Error('The reader is closed'));
    await this.#client.close();
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      await admin.deleteGroups([this.names.ofGroup(this.#group)]);
    } catch {
      // The broker forgets an empty group by itself, later.
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  joined(partitions: readonly TopicPartition[]): void {
    this.#idle = 0;
    if (this.#next === 0) return;
    const topic = this.names.ofTopic(this.what.topic);
    for (const { partition } of partitions)
      this.#client.consumer?.seek({ topic, partition, offset: String(this.#next) });
  }

  async batch({ batch, resolveOffset, heartbeat, isRunning }: EachBatchPayload): Promise<void> {
    this.#idle = 0;
    // What takes long is no reason to be taken for dead.
    const beating = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      for (const message of batch.messages) {
        if (this.#failed || !isRunning()) return;
        await this.#taking.run(() => this.#take(inRecord(this.what.topic, batch.partition, message)));
        resolveOffset(message.offset);
        await heartbeat();
      }
    } finally {
      clearInterval(beating);
    }
    this.#check();
  }

  /** One after the other, and each once, also when a client that was given up is still at its last one. */
  async #take(record: InRecord): Promise<void> {
    if (this.#failed || record.position.offset < this.#next) return;
    try {
      await this.take(record);
      this.#next = record.position.offset + 1;
    } catch (error) {
      this.#failed = true;
      this.#reject(error);
    }
  }

  /** The last records of a compacted topic may be gone: then there is nothing more before its end. */
  idle(): void {
    if (++this.#idle >= IDLE_FETCHES) this.#resolve();
  }

  lost(): void {
    this.#idle = 0;
  }

  sharing(): void {}

  #check(): void {
    if (this.#next >= this.what.end) this.#resolve();
  }
}
