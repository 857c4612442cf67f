import { setMaxListeners } from 'node:events';
import type { RecordSink, TopicPartition } from './engine.js';
import type { InRecord, Position } from './record.js';
import { Watermark } from './watermark.js';

export interface DispatcherOptions {
  /**
   * Resolves to whether the record is done with: its effect is stored. Never rejects for what a record may be.
   * @param lost aborted when the partition is somebody else's
   * @param over aborted then, too, and when nothing is to be tried again
   */
  readonly work: (record: InRecord, lost: AbortSignal, over: AbortSignal) => Promise<boolean>;
  /** Records that are worked on at once, each of another key. */
  readonly concurrency: number;
  /** With more waiting than this, no more are fetched. */
  readonly maxWaiting: { readonly records: number; readonly bytes: number };
  /** A record may be committed so long after it was done, ms; 0 if absent. */
  readonly commitDelay?: number;
}

/** What was fetched and is not done. */
export interface Load {
  /** Records that are not begun. */
  readonly waiting: number;
  /** Keys that could be worked on, and wait because as many as may be are. */
  readonly keys: number;
  readonly running: number;
  readonly bytes: number;
}

interface Share extends TopicPartition {
  readonly watermark: Watermark;
  readonly abort: AbortController;
  /** Made once: a signal that depends on others is remembered by them for as long as they live. */
  readonly over: AbortSignal;
}

interface Waiting {
  readonly record: InRecord;
  readonly share: Share;
}

/** Records of one key: the first one may be worked on. */
interface Lane {
  readonly key: string;
  readonly waiting: Waiting[];
  busy: boolean;
}

/** A record that is done and may not be committed yet. */
interface Held {
  readonly share: Share;
  readonly offset: number;
  /** ms of the monotonic clock. */
  readonly until: number;
}

const bytesOf = ({ value }: InRecord): number => value?.bytes ?? 0;
const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/**
 * Works on fetched records: in order within a key, at once across keys, so that a stream that is hard to work on
 * holds up no other. Bounded: it is full beyond `maxWaiting`, and has room again below half of that.
 */
export class Dispatcher implements RecordSink {
  onRoom: () => void = () => undefined;
  readonly #shares = new Map<string, Share>();
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with something to do that nobody works on. */
  readonly #ready: Lane[] = [];
  /** In the order of `until`. */
  #held: Held[] = [];
  #records = 0;
  #bytes = 0;
  #running = 0;
  #full = false;
  readonly #stopping = new AbortController();
  #onIdle: (() => void)[] = [];

  constructor(private readonly options: DispatcherOptions) {}

  get isFull(): boolean {
    return this.#full;
  }

  get load(): Load {
    return {
      waiting: this.#records,
      keys: this.#ready.filter(({ waiting }) => waiting.length > 0).length,
      running: this.#running,
      bytes: this.#bytes,
    };
  }

  /** When the bus took the oldest record that waits, ms since 1970; null = none waits. */
  get oldestAt(): number | null {
    let oldest: number | null = null;
    for (const { waiting } of this.#lanes.values()) {
      const at = waiting[0]?.record.at;
      if (at !== undefined && (oldest === null || at < oldest)) oldest = at;
    }
    return oldest;
  }

  get committable(): Position[] {
    this.#letGo(performance.now());
    const positions: Position[] = [];
    for (const { topic, partition, watermark } of this.#shares.values())
      if (watermark.low !== null) positions.push({ topic, partition, offset: watermark.low });
    return positions;
  }

  assigned(partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) {
      if (this.#shares.has(nameOf({ topic, partition }))) continue;
      const abort = new AbortController();
      // As many listen to it as streams of the partition are worked on at once.
      const over = AbortSignal.any([abort.signal, this.#stopping.signal]);
      setMaxListeners(0, abort.signal, over);
      const watermark = new Watermark();
      this.#shares.set(nameOf({ topic, partition }), { topic, partition, watermark, abort, over });
    }
  }

  revoked(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const share = this.#shares.get(nameOf(partition));
      if (!share) continue;
      this.#shares.delete(nameOf(partition));
      share.abort.abort(new Error(`${nameOf(partition)} was given to another worker`));
      for (const lane of this.#lanes.values()) {
        this.#drop(lane, share);
        if (lane.waiting.length === 0 && !lane.busy) this.#lanes.delete(lane.key);
      }
    }
    this.#tellRoom();
  }

  offer(record: InRecord): void {
    const share = this.#shares.get(nameOf(record.position));
    if (!share || this.#stopping.signal.aborted || !share.watermark.isNew(record.position.offset)) return;
    share.watermark.begin(record.position.offset);
    const key = record.key ?? `\0${nameOf(record.position)}`;
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = { key, waiting: [], busy: false };
      this.#lanes.set(key, lane);
    }
    lane.waiting.push({ record, share });
    if (!lane.busy && lane.waiting.length === 1) this.#ready.push(lane);
    this.#records++;
    this.#bytes += bytesOf(record);
    const { records, bytes } = this.options.maxWaiting;
    if (this.#records > records || this.#bytes > bytes) this.#full = true;
    this.#start();
  }

  /** Begins nothing any more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the worker stops'));
    if (this.#running > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #start(): void {
    while (!this.#stopping.signal.aborted && this.#running < this.options.concurrency) {
      const lane = this.#ready.shift();
      if (!lane) return;
      const next = lane.waiting.shift();
      // A partition that went has taken all that waited.
      if (!next) continue;
      this.#records--;
      this.#running++;
      lane.busy = true;
      void this.#work(lane, next);
    }
  }

  async #work(lane: Lane, { record, share }: Waiting): Promise<void> {
    try {
      if (await this.options.work(record, share.abort.signal, share.over))
        this.#done(share, record.position.offset);
    } finally {
      this.#running--;
      this.#bytes -= bytesOf(record);
      lane.busy = false;
      if (lane.waiting.length > 0) this.#ready.push(lane);
      else this.#lanes.delete(lane.key);
      this.#start();
      this.#tellRoom();
      if (this.#running === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  #done(share: Share, offset: number): void {
    const { commitDelay = 0 } = this.options;
    if (commitDelay === 0) share.watermark.done(offset);
    else this.#held.push({ share, offset, until: performance.now() + commitDelay });
  }

  #letGo(now: number): void {
    const free = this.#held.findIndex(({ until }) => until > now);
    for (const { share, offset } of this.#held.splice(0, free < 0 ? this.#held.length : free))
      share.watermark.done(offset);
  }

  #drop(lane: Lane, share: Share): void {
    for (let i = lane.waiting.length - 1; i >= 0; i--) {
      const { record, share: of } = lane.waiting[i]!;
      if (of !== share) continue;
      lane.waiting.splice(i, 1);
      this.#records--;
      this.#bytes -= bytesOf(record);
    }
  }

  #tellRoom(): void {
    const { records, bytes } = this.options.maxWaiting;
    if (!this.#full || this.#records > records / 2 || this.#bytes > bytes / 2) return;
    this.#full = false;
    this.onRoom();
  }
}
