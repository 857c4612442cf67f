import type { Kafka } from 'kafkajs';
import { messageOf, StreamprintError } from '../../domain/errors.js';
import type { BusEngine, EngineHealth, EngineReader, EngineSubscription, RecordSink } from '../engine.js';
import type { InRecord, OutRecord } from '../record.js';
import type { Topic } from '../topics.js';
import { connect, type KafkaOptions, MIB } from './connection.js';
import { Health } from './health.js';
import { Names } from './names.js';
import { KafkaReader } from './reader.js';
import { Sender } from './sender.js';
import { KafkaSubscription } from './subscription.js';
import { ensureTopics } from './topics.js';

const SEND_TIMEOUT_MS = 60_000;
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

  async read(topic: Topic, take: (record: InRecord) => Promise<void>): Promise<EngineReader> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      const [partition, ...others] = await admin.fetchTopicOffsets(this.#names.ofTopic(topic));
      if (!partition || others.length > 0)
        throw new StreamprintError('SP_BUS_TOPIC', `The topic ${topic} must have one partition.`);
      // Nothing to wait for where all that there was is gone.
      const end = partition.low === partition.high ? 0 : Number(partition.high);
      return new KafkaReader(this.kafka, topic, end, take, this.#names, this.#health);
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

function notReached(brokers: readonly string[], error: unknown): unknown {
  if (error instanceof StreamprintError) return error;
  const message = `Kafka at ${brokers.join(', ')} cannot be used: ${messageOf(error)}`;
  return new StreamprintError('SP_BUS_UNAVAILABLE', message, { cause: error });
}
