import type { Bus } from '../../../src/transport/bus.js';
import { arrivalOf, progressAfter, type StreamProgress } from '../../../src/transport/stream-sequence.js';
import type { Delivery } from '../../../src/transport/worker.js';
import { segment } from '../support.js';

const TOPIC = 'streamprint.segments';

/** What a worker keeps that does everything once: effects by stream, and how far it has come in each. */
export class Journal {
  /** Sequence numbers by stream, in the order in which their effects were stored. */
  readonly effects = new Map<string, number[]>();
  /** Deliveries of what was stored already. */
  again = 0;
  /** Segments that never came. */
  missing = 0;
  readonly #progress = new Map<string, StreamProgress>();

  async take(delivery: Delivery): Promise<void> {
    if (delivery.type !== 'segment/1') return;
    await delivery.body!.read();
    const { stream, sequence } = delivery.content;
    const progress = this.#progress.get(stream.id) ?? null;
    const arrival = arrivalOf(progress, delivery);
    if (arrival.kind === 'again') {
      this.again++;
      return;
    }
    if (arrival.kind === 'missing') this.missing += arrival.count;
    this.#progress.set(stream.id, progressAfter(progress, delivery));
    this.effects.set(stream.id, [...(this.effects.get(stream.id) ?? []), sequence]);
  }

  get count(): number {
    return [...this.effects.values()].reduce((sum, { length }) => sum + length, 0);
  }
}

/** Sends segments of some streams without a stop, as probes do: the next of a stream when the last was taken. */
export class Load {
  readonly sent = new Map<string, number>();
  readonly #running: Promise<void>[];
  #stopped = false;

  constructor(bus: Bus, streams: readonly string[], everyMs: number, bytes: number) {
    this.#running = streams.map(async (stream) => {
      for (let n = 0; !this.#stopped; n++) {
        const { draft, body } = segment(stream, n, bytes);
        await bus.publish(TOPIC, draft, body);
        this.sent.set(stream, n + 1);
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
    });
  }

  /** Resolves when the last one was acknowledged; rejects with what could not be sent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  get count(): number {
    return [...this.sent.values()].reduce((sum, count) => sum + count, 0);
  }
}
