import { Dispatcher, type Load } from './dispatcher.js';
import type { BusEngine, EngineSubscription, RecordSink, TopicPartition } from './engine.js';
import type { Topic } from './topics.js';
import { type WorkOptions, type WorkTools, work } from './worker.js';

const MIB = 1024 * 1024;
const DEFAULTS = {
  attempts: 3,
  retryDelay: 1000,
  concurrency: 4,
  commitDelay: 0,
  maxWaiting: { records: 256, bytes: 64 * MIB },
};

export interface ConsumerOptions extends Partial<WorkOptions> {
  readonly group: string;
  readonly topics: readonly Exclude<
    Topic,
    'streamprint.catalogue' | 'streamprint.dead-letters' | 'streamprint.streams'
  >[];
  readonly handle: WorkOptions['handle'];
  /** Streams that are worked on at once; 4 if absent. */
  readonly concurrency?: number;
  /** Beyond this no more is fetched, until there is half of it; 256 records, 64 MiB if absent. */
  readonly maxWaiting?: { readonly records: number; readonly bytes: number };
  /**
   * What is done is committed so long after it was, ms, so that whoever goes on with a partition is given again what
   * came before; 0 if absent.
   */
  readonly commitDelay?: number;
  /** Partitions that this consumer has from now on. */
  readonly onAssigned?: (partitions: readonly TopicPartition[]) => void;
  /** Partitions whose streams are another's now: what is kept in memory of them is to be dropped. */
  readonly onRevoked?: (partitions: readonly TopicPartition[]) => void;
}

/** One member of a group of consumers. */
export class Consumer {
  onClosed: () => void = () => undefined;
  readonly #dispatcher: Dispatcher;
  #subscription: EngineSubscription | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    private readonly options: ConsumerOptions,
    tools: WorkTools,
  ) {
    const { concurrency, maxWaiting, commitDelay, ...rest } = { ...DEFAULTS, ...options };
    this.#dispatcher = new Dispatcher({
      concurrency,
      maxWaiting,
      commitDelay,
      work: (record, lost, over) => work(record, { lost, over }, rest, tools),
    });
  }

  get load(): Load {
    return this.#dispatcher.load;
  }

  /** When the bus took the oldest message that waits, ms since 1970; null = none waits. */
  get oldestAt(): number | null {
    return this.#dispatcher.oldestAt;
  }

  /** Whether it has more than it may hold, and fetches nothing. */
  get isFull(): boolean {
    return this.#dispatcher.isFull;
  }

  async start(engine: BusEngine): Promise<void> {
    const { group, topics } = this.options;
    this.#subscription = await engine.subscribe(group, topics, this.#sink());
  }

  /** Ends what is begun, commits it and gives its partitions to others. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#dispatcher.stop();
    await this.#subscription?.close();
    this.onClosed();
  }

  /** The dispatcher, and whoever wants to know of partitions. */
  #sink(): RecordSink {
    const dispatcher = this.#dispatcher;
    const { onAssigned, onRevoked } = this.options;
    return {
      assigned: (partitions) => {
        onAssigned?.(partitions);
        dispatcher.assigned(partitions);
      },
      revoked: (partitions) => {
        dispatcher.revoked(partitions);
        onRevoked?.(partitions);
      },
      offer: (record) => dispatcher.offer(record),
      get isFull() {
        return dispatcher.isFull;
      },
      set onRoom(tell: () => void) {
        dispatcher.onRoom = tell;
      },
      get committable() {
        return dispatcher.committable;
      },
    };
  }
}
