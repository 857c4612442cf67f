import { setTimeout as pause } from 'node:timers/promises';
import type { StreamInfo } from '../domain/match.js';
import type { Bus, Consumer, TopicPartition } from '../transport/index.js';
import type { CaptureDelivery } from './progress.js';
import type { StreamStateContent, StreamStates } from './stream-states.js';
import { type SaysStream, type StreamServices, TakenOver, WorkedStream } from './worked-stream.js';

export interface WorkerOptions {
  /** Workers of one group share the streams. */
  readonly group: string;
  /** Streams that are worked on at once. */
  readonly concurrency: number;
  /** What is done is committed so long after, ms: who takes over is given it again, to warm up. */
  readonly commitDelay: number;
}

/** What became of a message. */
export type Outcome = 'again' | 'worked' | 'set-aside';

export interface WorkerServices extends StreamServices {
  readonly bus: Bus;
  readonly states: StreamStates;
  readonly now: () => number;
  /** @param inHaste other streams waited when its turn came */
  readonly onDone: (delivery: CaptureDelivery, outcome: Outcome, inHaste: boolean) => void;
  readonly onTrouble: (message: string) => void;
}

const TICK_MS = 5000;
/** A stream that nothing was heard of for so long is looked at for detections that are overdue, ms. */
const QUIET_MS = 30_000;
/** A stream that nothing was heard of for so long is let go of, ms. */
const FORGET_MS = 600_000;
/** Where a stream stood is kept so long after the last that was heard of it, ms: 30 days. */
const KEEP_STATE_MS = 30 * 24 * 3_600_000;
/** Two workers may both take a stream for theirs for a moment, ms. */
const CALM_MS = 1000;

/** A member of a group of workers: works on the streams in its partitions. */
export class Worker {
  readonly #streams = new Map<string, Promise<WorkedStream>>();
  readonly #partitions = new Set<string>();
  #consumer: Consumer | null = null;
  #ticking: NodeJS.Timeout | null = null;
  #tick: Promise<void> = Promise.resolve();

  private constructor(private readonly services: WorkerServices) {}

  /** Throws as `Bus.consume` does. */
  static async start(services: WorkerServices, options: WorkerOptions): Promise<Worker> {
    const worker = new Worker(services);
    worker.#consumer = await services.bus.consume({
      ...options,
      topics: ['streamprint.segments', 'streamprint.fingerprints'],
      handle: (delivery) => worker.#handle(delivery as CaptureDelivery),
      onBuried: (delivery, error) => worker.#setAside(delivery as CaptureDelivery, error),
      onAssigned: (partitions) => {
        for (const partition of partitions) worker.#partitions.add(nameOf(partition));
      },
      onRevoked: (partitions) => worker.#drop(partitions),
    });
    worker.#ticking = setInterval(() => {
      worker.#tick = worker.#tick.then(() => worker.#lookAfter());
    }, TICK_MS);
    return worker;
  }

  /** Streams that are held, and what was heard of their capture last. */
  async captures(): Promise<{ readonly stream: StreamInfo; readonly capture: WorkedStream['capture'] }[]> {
    const streams = await Promise.all([...this.#streams.values()]);
    return streams.map(({ stream, capture }) => ({ stream, capture }));
  }

  /** Messages that were fetched and are not done. */
  get load(): Consumer['load'] {
    return this.#consumer?.load ?? { waiting: 0, keys: 0, running: 0, bytes: 0 };
  }

  /** Ends what is begun; the rest goes to other workers. */
  async close(): Promise<void> {
    if (this.#ticking) clearInterval(this.#ticking);
    await this.#consumer?.close();
    await this.#tick;
    const held = [...this.#streams.values()];
    this.#streams.clear();
    await Promise.all(held.map(letGo));
  }

  async #handle(delivery: CaptureDelivery): Promise<void> {
    const inHaste = this.load.keys > 0;
    const outcome = await this.#withStream(delivery, (stream) => stream.take(delivery, inHaste));
    this.services.onDone(delivery, outcome, inHaste);
  }

  async #setAside(delivery: CaptureDelivery, error: unknown): Promise<void> {
    await this.#withStream(delivery, (stream) => stream.setAside(delivery, error));
    this.services.onDone(delivery, 'set-aside', false);
  }

  async #withStream<T>(delivery: CaptureDelivery, work: (stream: WorkedStream) => Promise<T>): Promise<T> {
    for (;;) {
      delivery.signal.throwIfAborted();
      try {
        return await work(await this.#hold(delivery.content));
      } catch (error) {
        if (!(error instanceof TakenOver)) throw error;
        // The partition may be another's and we not have heard of it; or the stream comes by two topics.
        await pause(CALM_MS);
      }
    }
  }

  /** The stream that something was said of, taken over if need be. */
  async #hold(content: SaysStream): Promise<WorkedStream> {
    const { id } = content.stream;
    const held = this.#streams.get(id);
    const stream = await held?.catch(() => null);
    if (stream?.isUsable) return stream;
    if (this.#streams.get(id) !== held) return this.#hold(content);
    const taken = WorkedStream.takeOver(content, this.services);
    this.#streams.set(id, taken);
    if (stream) await stream.release();
    return taken;
  }

  #drop(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#partitions.delete(nameOf(partition));
    for (const [id, held] of this.#streams)
      void held.then(
        (stream) => {
          if (!partitions.some((partition) => stream.liesIn(partition))) return;
          if (this.#streams.get(id) === held) this.#streams.delete(id);
          return stream.release();
        },
        () => this.#streams.delete(id),
      );
  }

  /** Streams that stand still keep no detection open, and no memory. */
  async #lookAfter(): Promise<void> {
    const { bus, now, onTrouble } = this.services;
    const { waiting, running } = this.load;
    // Whoever is behind knows nothing of now.
    if (waiting + running > 0 || bus.stats.health.state !== 'up') return;
    try {
      for (const { stream, at } of this.#ours())
        if (Date.parse(at) < now() - KEEP_STATE_MS && !this.#streams.has(stream.id))
          await this.services.states.forget(stream.id);
      for (const state of this.#left())
        await this.#hold({ stream: state.stream, probe: state.capture.probe });
      for (const [id, held] of this.#streams) {
        const stream = await held;
        const quiet = now() - stream.takenAt;
        if (quiet > QUIET_MS && stream.isUsable) await stream.closeOverdue(now());
        if (quiet <= FORGET_MS || stream.hasOpen) continue;
        this.#streams.delete(id);
        await stream.release();
      }
    } catch (error) {
      if (!(error instanceof TakenOver)) onTrouble(`Streams that stand still: ${error}`);
    }
  }

  /** Streams of our partitions with open detections that nothing has come of since we have them. */
  #left(): StreamStateContent[] {
    return this.#ours().filter(
      ({ stream, detections }) => detections.open.length > 0 && !this.#streams.has(stream.id),
    );
  }

  /** Streams that lie in our partitions. */
  #ours(): StreamStateContent[] {
    return this.services.states.all.filter(({ progress }) => {
      const { segments, fingerprints } = progress;
      const lies = (topic: string, at: { partition: number } | null) =>
        at !== null && this.#partitions.has(`${topic}/${at.partition}`);
      return lies('streamprint.segments', segments) || lies('streamprint.fingerprints', fingerprints);
    });
  }
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

async function letGo(held: Promise<WorkedStream>): Promise<void> {
  const stream = await held.catch(() => null);
  await stream?.release();
}
