import type { EachBatchPayload, Kafka } from 'kafkajs';
import type { EngineSubscription, RecordSink, TopicPartition } from '../engine.js';
import type { Topic } from '../topics.js';
import { GroupClient, type GroupEvents } from './group-client.js';
import type { Health } from './health.js';
import { inRecord } from './in-record.js';
import type { Names } from './names.js';

const COMMIT_EVERY_MS = 1000;
const same = (a: TopicPartition, b: TopicPartition) => a.topic === b.topic && a.partition === b.partition;

/** One member of a consumer group: fetches while there is room, commits what is done. */
export class KafkaSubscription implements EngineSubscription, GroupEvents {
  readonly #client: GroupClient;
  readonly #committing: NodeJS.Timeout;
  #partitions: readonly TopicPartition[] = [];
  /** Offsets that were committed last, by `topic/partition`. */
  readonly #committed = new Map<string, number>();
  #paused = false;

  constructor(
    kafka: Kafka,
    group: string,
    private readonly topics: readonly Topic[],
    private readonly sink: RecordSink,
    private readonly names: Names,
    health: Health,
  ) {
    this.#client = new GroupClient(kafka, group, topics, names, this, health);
    sink.onRoom = () => this.#resume();
    this.#client.start();
    this.#committing = setInterval(() => void this.#commit(), COMMIT_EVERY_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#committing);
    await this.#commit();
    await this.#client.close();
  }

  joined(partitions: readonly TopicPartition[]): void {
    const gone = this.#partitions.filter((old) => !partitions.some((now) => same(old, now)));
    const come = partitions.filter((now) => !this.#partitions.some((old) => same(old, now)));
    this.#partitions = partitions;
    this.#committed.clear();
    if (gone.length > 0) this.sink.revoked(gone);
    if (come.length > 0) this.sink.assigned(come);
  }

  lost(): void {
    const gone = this.#partitions;
    this.#partitions = [];
    this.#paused = false;
    if (gone.length > 0) this.sink.revoked(gone);
  }

  sharing(): void {
    void this.#commit();
  }

  async batch({ batch, resolveOffset, heartbeat }: EachBatchPayload): Promise<void> {
    const topic = this.names.topicOf(batch.topic);
    for (const message of batch.messages) this.sink.offer(inRecord(topic, batch.partition, message));
    resolveOffset(batch.lastOffset());
    if (this.sink.isFull) this.#pause();
    await heartbeat();
  }

  idle(): void {}

  #pause(): void {
    this.#paused = true;
    this.#client.consumer?.pause(this.#all());
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#client.consumer?.resume(this.#all());
  }

  #all(): { topic: string }[] {
    return this.topics.map((topic) => ({ topic: this.names.ofTopic(topic) }));
  }

  /** What could not be committed is delivered again, to whoever has the partition then. */
  async #commit(): Promise<void> {
    const { consumer } = this.#client;
    const news = this.sink.committable.filter(
      ({ topic, partition, offset }) => this.#committed.get(`${topic}/${partition}`) !== offset,
    );
    if (!consumer || news.length === 0) return;
    try {
      await consumer.commitOffsets(
        news.map(({ topic, partition, offset }) => ({
          topic: this.names.ofTopic(topic),
          partition,
          offset: String(offset),
        })),
      );
    } catch {
      return;
    }
    for (const { topic, partition, offset } of news) this.#committed.set(`${topic}/${partition}`, offset);
  }
}
