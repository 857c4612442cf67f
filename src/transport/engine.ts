import type { InRecord, OutRecord, Position } from './record.js';
import type { Topic } from './topics.js';

/** Carries records: Kafka, or this process alone. Knows nothing of what is in them. */
export interface BusEngine {
  /**
   * Resolves when the record is durable. Records of one key that are sent one after the other, waiting or not,
   * lie in that order.
   * @throws SP_MESSAGE_TOO_LARGE when it can never be taken
   * @throws SP_BUS_UNAVAILABLE when it could not be handed over in time; it may have been stored nevertheless
   * @throws SP_DISK_FULL
   */
  send(record: OutRecord): Promise<void>;
  /** Shares the topics' partitions with all others that subscribe for the same group. */
  subscribe(group: string, topics: readonly Topic[], sink: RecordSink): Promise<EngineSubscription>;
  /**
   * Reads a topic of one partition, without a group and without leaving a trace, and goes on as it grows. `take` is
   * called for one record after the other.
   * @param from offset of the first record that is wanted; 0 = from the start
   * @throws SP_BUS_UNAVAILABLE
   */
  read(topic: Topic, from: number, take: (record: InRecord) => Promise<void>): Promise<EngineReader>;
  /** @throws SP_BUS_UNAVAILABLE */
  extent(topic: Topic): Promise<TopicExtent>;
  readonly health: EngineHealth;
  /** Ends what runs; records that wait to be sent are sent first, as far as that works within their time. */
  close(): Promise<void>;
}

export interface EngineHealth {
  readonly state: 'up' | 'down';
  /** Why it is down; empty when it is up. */
  readonly reason: string;
  /** Records that wait to be stored, and their bytes. */
  readonly waiting: { readonly records: number; readonly bytes: number };
  /** How often a client that had failed was started anew. */
  readonly restarts: number;
}

/** What a topic of one partition is, and how far it reaches. */
export interface TopicExtent {
  /** Of the log that holds it: offsets of another one say nothing here. */
  readonly log: string;
  /** Offset of the record that is stored next. */
  readonly end: number;
}

export interface TopicPartition {
  readonly topic: Topic;
  readonly partition: number;
}

/** Where an engine puts what it has fetched. */
export interface RecordSink {
  /** New partitions to work on. */
  assigned(partitions: readonly TopicPartition[]): void;
  /** They are somebody else's from now on. */
  revoked(partitions: readonly TopicPartition[]): void;
  /**
   * Takes a record at once, however full it is. One that it has already is ignored.
   * Records of a partition come in the order of their offsets.
   */
  offer(record: InRecord): void;
  /** Fetch no more for now; `onRoom` is called when there is room again. */
  readonly isFull: boolean;
  onRoom: () => void;
  /** Where each partition is to be gone on with: all before that is done. */
  readonly committable: readonly Position[];
}

export interface EngineSubscription {
  /** Commits what is done and gives the partitions to others. */
  close(): Promise<void>;
}

export interface EngineReader {
  /** Resolves when all that lay in the topic when reading began was taken; rejects with what `take` threw. */
  readonly caughtUp: Promise<void>;
  close(): Promise<void>;
}
