/** The segment bus: what probes, workers and the service say to each other. See docs/messages.md. */
import { Bus, type BusOptions } from './bus.js';
import { EmbeddedEngine, type EmbeddedOptions } from './embedded/embedded-engine.js';
import type { KafkaOptions } from './kafka/connection.js';

export type { BlobStore } from './blobs.js';
export type { Body } from './body.js';
export { digestOf } from './body.js';
export type { Bus, BusOptions, BusStats, Draft } from './bus.js';
export type { Consumer, ConsumerOptions } from './consumer.js';
export type { DeadLetter, OpenedLetter, Replay } from './dead-letters.js';
export type { EmbeddedOptions } from './embedded/embedded-engine.js';
export type { TopicExtent, TopicPartition } from './engine.js';
export { FileBlobStore } from './file-blobs.js';
export type { Entry, Follower, FollowerOptions } from './follower.js';
export type { KafkaOptions } from './kafka/connection.js';
export { MessageError } from './message-error.js';
export type { Content, Message, MessageOf, MessageType } from './messages.js';
export type { Bytes, Position } from './record.js';
export { S3BlobStore } from './s3/s3-blobs.js';
export { segmentIdOf } from './segment-id.js';
export { type Arrival, arrivalOf, progressAfter, type StreamProgress } from './stream-sequence.js';
export type { Topic } from './topics.js';
export type { Delivery } from './worker.js';

/** Loaded where it is wanted: commands that need no broker begin sooner. */
const kafkaEngine = () => import('./kafka/kafka-engine.js');

/** One process alone. Throws as `EmbeddedEngine.open` does. */
export function openEmbeddedBus(embedded: EmbeddedOptions, options: BusOptions): Bus {
  return new Bus(EmbeddedEngine.open(embedded), options);
}

/** Many processes over Kafka. Throws as `KafkaEngine.open` does. */
export async function openKafkaBus(kafka: KafkaOptions, options: BusOptions): Promise<Bus> {
  const { KafkaEngine } = await kafkaEngine();
  return new Bus(await KafkaEngine.open(kafka), options);
}

/** How many brokers answer for a cluster; nothing is created. Throws as `KafkaEngine.brokersOf` does. */
export async function brokersOf(kafka: KafkaOptions): Promise<number> {
  const { KafkaEngine } = await kafkaEngine();
  return KafkaEngine.brokersOf(kafka);
}
