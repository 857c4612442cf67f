import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { messageOf, StreamprintError } from '../../domain/errors.js';
import { pause } from '../../domain/pause.js';
import type {
  BusEngine,
  EngineHealth,
  EngineReader,
  EngineSubscription,
  RecordSink,
  TopicExtent,
} from '../engine.js';
import type { InRecord, OutRecord } from '../record.js';
import type { Topic } from '../topics.js';
import { connect, type KafkaOptions, MIB } from './connection.js';
import { Health } from './health.js';
import { Names } from './names.js';
import { KafkaReader } from './reader.js';
import { Sender } from './sender.js';
import { KafkaSubscription } from './subscription.js';
import { ensureTopics } from './topics.js';

// A CommonJS module whose errors Node cannot name.
const { KafkaJSProtocolError } = kafkajs;

const SEND_TIMEOUT_MS = 60_000;
const PATIENCE_MS = 10_000;
const RETRY_MS = 200;
const MAX_WAITING_BYTES = 64 * MIB;

/** Carries records over Kafka. Brokers may go and come back: what was sent waits, and consumers go on. */
export class KafkaEngine implements BusEngine {
  readonly #health: Health;
  readonly #sender: Sender;
  readonly #names: Names;

  private constructor(
    private readonly kafka: Kafka,
    private readonly options: KafkaOptions,
  ) {
    this.#health = new Health(options.onTrouble ?? (() => undefined));
    this.#names = new Names(options.prefix);
    this.#sender = new Sender(kafka, this.#names, this.#health, {
      sendTimeout: options.sendTimeout ?? SEND_TIMEOUT_MS,
      maxWaitingBytes: options.maxWaitingBytes ?? MAX_WAITING_BYTES,
    });
  }

  /**
   * Connects, and creates the topics that are missing.
   * @throws SP_BUS_UNAVAILABLE when no broker answers
   * @throws SP_BUS_TOPIC when a topic cannot carry what it must
   */
  static async open(options: KafkaOptions): Promise<KafkaEngine> {
    const kafka = connect(options);
    try {
      await ensureTopics(kafka, options);
    } catch (error) {
      throw notReached(options.brokers, error);
    }
    return new KafkaEngine(kafka, options);
  }

  /**
   * How many brokers there are; changes nothing.
   * @throws SP_BUS_UNAVAILABLE when none answers
   */
  static async brokersOf(options: KafkaOptions): Promise<number> {
    const admin = connect(options).admin();
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length;
    } catch (error) {
      throw notReached(options.brokers, error);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  get health(): EngineHealth {
    const { state, reason, restarts } = this.#health;
    return { state, reason, restarts, waiting: this.#sender.waiting };
  }

  send(record: OutRecord): Promise<void> {
    return this.#sender.send(record);
  }

  async subscribe(group: string, topics: readonly Topic[], sink: RecordSink): Promise<EngineSubscription> {
    return new KafkaSubscription(this.kafka, group, topics, sink, this.#names, this.#health);
  }

  async read(topic: Topic, from: number, take: (record: InRecord) => Promise<void>): Promise<EngineReader> {
    const { low, high } = await this.#ask((admin) => this.#offsetsOf(admin, topic));
    // Nothing to wait for where all that there was is gone.
    const end = low === high ? 0 : high;
    return new KafkaReader(this.kafka, { topic, from, end }, take, this.#names, this.#health);
  }

  async extent(topic: Topic): Promise<TopicExtent> {
    return this.#ask(async (admin) => {
      const { clusterId } = await admin.describeCluster();
      const { high } = await this.#offsetsOf(admin, topic);
      return { log: `${clusterId}/${this.#names.ofTopic(topic)}`, end: high };
    });
  }

  async #offsetsOf(admin: Admin, topic: Topic): Promise<{ low: number; high: number }> {
    const [partition, ...others] = await admin.fetchTopicOffsets(this.#names.ofTopic(topic));
    if (!partition || others.length > 0)
      throw new StreamprintError('SP_BUS_TOPIC', `The topic ${topic} must have one partition.`);
    return { low: Number(partition.low), high: Number(partition.high) };
  }

  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      return await patiently(() => question(admin));
    } catch (error) {
      throw notReached(this.options.brokers, error);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#sender.close();
  }
}

/** Brokers that have just begun, or have just got a topic, say for a moment that they know nothing of it. */
async function patiently<T>(question: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof KafkaJSProtocolError && error.retriable) || Date.now() > deadline) throw error;
      await pause(RETRY_MS);
    }
  }
}

function notReached(brokers: readonly string[], error: unknown): unknown {
  if (error instanceof StreamprintError) return error;
  const message = `Kafka at ${brokers.join(', ')} cannot be used: ${messageOf(error)}`;
  return new StreamprintError('SP_BUS_UNAVAILABLE', message, { cause: error });
}
