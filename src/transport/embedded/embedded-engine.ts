import path from 'node:path';
import { StreamprintError } from '../../domain/errors.js';
import { utcMillis } from '../../domain/ids.js';
import type {
  BusEngine,
  EngineHealth,
  EngineReader,
  EngineSubscription,
  RecordSink,
  TopicExtent,
  TopicPartition,
} from '../engine.js';
import type { InRecord, OutRecord } from '../record.js';
import { factsOf, TOPIC_NAMES, type Topic } from '../topics.js';
import { Appender } from './appender.js';
import { Group } from './group.js';
import { LogReader } from './log-reader.js';
import { RecordLog } from './record-log.js';

const MIB = 1024 * 1024;
/** Among so many groups of streams the consumers of a process share. */
const PARTITIONS = 12;
const COMMIT_EVERY_MS = 1000;
const COMMITS_A_SWEEP = 60;

export interface EmbeddedOptions {
  /** Created when it is missing; one process at a time has it. */
  readonly directory: string;
  /** Media that may be stored and not be done with, bytes; 2 GiB if absent. */
  readonly maxBytes?: number;
  /** How long a message waits for room before it is refused, ms; 60 s if absent. */
  readonly sendTimeout?: number;
  /** Beside the process that has the directory: to read and to send, not to subscribe. */
  readonly beside?: boolean;
  readonly now?: () => number;
}

/** Carries records within one process; they are on disk before they are acknowledged. */
export class EmbeddedEngine implements BusEngine {
  readonly #groups = new Map<string, Group>();
  readonly #readers = new Set<LogReader>();
  readonly #appender: Appender;
  readonly #ticking: NodeJS.Timeout;
  #ticks = 0;
  #removing: Promise<void> = Promise.resolve();
  /** Why progress could not be stored the last time; '' = it could. */
  #trouble = '';

  private constructor(
    private readonly log: RecordLog,
    private readonly now: () => number,
    private readonly options: EmbeddedOptions,
  ) {
    this.#appender = new Appender(log, {
      maxBytes: options.maxBytes ?? 2048 * MIB,
      sendTimeout: options.sendTimeout ?? 60_000,
      partitionOf: ({ topic, key }) => hashOf(key) % partitionsOf(topic),
      now,
      onStored: (partitions) => this.#wake(partitions),
    });
    this.#ticking = setInterval(() => this.#tick(), COMMIT_EVERY_MS);
  }

  /**
   * @throws SP_DATA_LOCKED when another process has the directory, and this is not to be beside it
   * @throws SP_DATA_VERSION when a newer program wrote it
   */
  static open(options: EmbeddedOptions): EmbeddedEngine {
    const { directory, beside, now = Date.now } = options;
    return new EmbeddedEngine(
      beside ? RecordLog.openBeside(directory) : RecordLog.open(directory),
      now,
      options,
    );
  }

  get health(): EngineHealth {
    const state = this.#trouble === '' ? 'up' : 'down';
    return { state, reason: this.#trouble, restarts: 0, waiting: this.#appender.stored };
  }

  send(record: OutRecord): Promise<void> {
    return this.#appender.send(record);
  }

  async subscribe(name: string, topics: readonly Topic[], sink: RecordSink): Promise<EngineSubscription> {
    if (this.options.beside) throw new Error('Who is beside a bus has no part in its work');
    let group = this.#groups.get(name);
    if (!group) {
      group = new Group(name, this.log, partitionsOf);
      this.#groups.set(name, group);
    }
    return group.join(topics, sink);
  }

  async read(topic: Topic, from: number, take: (record: InRecord) => Promise<void>): Promise<EngineReader> {
    const reader = new LogReader(this.log, topic, from, take, () => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }

  async extent(): Promise<TopicExtent> {
    return { log: path.resolve(this.options.directory), end: this.log.end };
  }

  async close(): Promise<void> {
    clearInterval(this.#ticking);
    await this.#appender.close();
    await Promise.all([...this.#readers].map((reader) => reader.close()));
    if (!this.options.beside) this.#keep(true);
    await this.#removing;
    this.log.close();
  }

  #wake(partitions: readonly TopicPartition[]): void {
    for (const group of this.#groups.values()) group.wake(partitions);
    for (const reader of this.#readers) reader.wake();
  }

  #tick(): void {
    if (this.log.changedBeside()) {
      this.#appender.recount();
      this.#wake(ALL);
    }
    if (!this.options.beside) this.#keep(++this.#ticks % COMMITS_A_SWEEP === 0);
  }

  /**
   * Stores how far the groups have come, and removes what nobody needs any more. On a full disk that is put off:
   * what is done is delivered again, if the process ends before there is room.
   */
  #keep(sweep: boolean): void {
    try {
      const come = [...this.#groups.values()].flatMap((group) => {
        const { progress } = group;
        return progress ? { group, progress } : [];
      });
      if (come.length > 0 || sweep) {
        const all = come.map(({ progress }) => progress);
        this.#remove(this.log.keep(all, utcMillis(this.now())));
        for (const { group, progress } of come) group.saved(progress);
      }
      this.#trouble = '';
    } catch (error) {
      if (!(error instanceof StreamprintError)) throw error;
      this.#trouble = error.message;
    }
  }

  #remove(files: readonly string[]): void {
    this.#appender.recount();
    this.#removing = Promise.all([this.#removing, this.log.removeFiles(files)]).then(() => undefined);
  }
}

const partitionsOf = (topic: Topic): number => (factsOf(topic).media ? PARTITIONS : 1);
const ALL: readonly TopicPartition[] = TOPIC_NAMES.flatMap((topic) =>
  Array.from({ length: partitionsOf(topic) }, (_, partition) => ({ topic, partition })),
);

/** FNV-1a, 32 bits. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
