import { randomUUID } from 'node:crypto';
import type { Seconds } from '../../fingerprints/units.js';
import type { OpenedStream } from '../capture/index.js';
import { type LinkedSignal, linkSignal } from '../capture/wait.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { utcMillis } from '../domain/ids.js';
import { pause } from '../domain/pause.js';
import type { CaptureEvent, Segment } from '../domain/segment.js';
import type { Delivery } from './delivery.js';
import { describedStream, type RunFacts, segmentContent } from './drafts.js';
import type { NetworkFacts } from './network-facts.js';
import type { MediaRing } from './ring/media-ring.js';
import { sourceOf } from './source-of.js';
import { type JournalServices, StreamJournal } from './stream-journal.js';
import type { StreamStats } from './stream-stats.js';

/** A stream that is gone is looked at again after so many ms, … */
const FIRST_RETRY = 5_000;
/** … later and later, up to this. */
const LAST_RETRY = 5 * 60_000;
/** A capture that held for so long was no failure: waiting begins anew. */
const HELD = 60_000;

export interface StreamServices extends JournalServices {
  readonly probe: string;
  readonly ring: MediaRing;
  readonly network: NetworkFacts;
  /** This clock less the service's, ms; null = not known. */
  readonly clockOffset: () => number | null;
  readonly random: () => number;
  /** How a stream is delivered; anew for each run. */
  readonly newDelivery: () => Delivery;
}

/** Captures one stream, again when it was gone, and hands what is to be told of it to the outbox. */
export class StreamProbe {
  readonly #stop: LinkedSignal;
  readonly #journal: StreamJournal;
  #delivery: Delivery;
  #removed: string | null = null;

  /** @param opened where the stream is now; a list that is read again may name another address */
  constructor(
    private opened: OpenedStream,
    private readonly services: StreamServices,
    signal: AbortSignal,
  ) {
    this.#stop = linkSignal(signal);
    this.#delivery = services.newDelivery();
    this.#journal = new StreamJournal(this.#newRun(), this.#delivery.topic, services);
  }

  get stats(): StreamStats {
    return this.#journal.stats;
  }

  /** The next capture takes this address: one that works is not ended for it. */
  moveTo(opened: OpenedStream): void {
    this.opened = opened;
  }

  /** The stream is not to be watched any more: it ends with the state `gone`. */
  remove(reason: string): void {
    this.#removed = reason;
    this.#stop.abort(new Error(reason));
  }

  /** Something about the probe that those who read of the stream should know. */
  tell(message: string): Promise<void> {
    return this.#journal.note(message);
  }

  /** Until the source says that nothing follows, the stream is removed, or the probe stops. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for (let failures = 1; ; failures++) {
        const began = performance.now();
        if ((await this.#tryCapture(signal)) || signal.aborted) break;
        if (performance.now() - began > HELD) failures = 1;
        await this.#wait(failures, signal);
        if (signal.aborted) break;
        this.#delivery = this.services.newDelivery();
        this.#journal.restart(this.#newRun(), this.#delivery.topic);
      }
      if (this.#removed !== null) await this.#gone(this.#removed);
    } finally {
      this.#stop.release();
    }
  }

  /** What nobody has foreseen ends no stream: it is told, and the stream is captured anew. @returns whether nothing follows */
  async #tryCapture(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#capture(signal);
    } catch (error) {
      this.#journal.say('note', `given up for now: ${messageOf(error)}`);
      return false;
    }
  }

  /** @returns whether nothing follows */
  async #capture(signal: AbortSignal): Promise<boolean> {
    let ended = false;
    try {
      for await (const event of this.opened.capture(signal).events) {
        await this.#take(event);
        if (event.type === 'state' && event.state === 'gone') ended = event.ended === true;
      }
    } catch (error) {
      // What is no fault of the source is one of ours: it is told, and the other streams go on.
      await this.#gone(`the capture failed: ${messageOf(error)}`);
    }
    return ended;
  }

  async #take(event: CaptureEvent): Promise<void> {
    switch (event.type) {
      case 'segment':
        return this.#segment(event.segment);
      case 'lost':
        this.#delivery.skipped(event.carries);
        this.services.ring.skip(this.opened.stream.id, event.carries, event.duration);
        return this.#journal.lost(event, this.#journal.next());
      case 'note':
        return this.#journal.note(event.message);
      case 'state':
        return this.#journal.state(event);
    }
  }

  async #segment(segment: Segment): Promise<void> {
    const { network, ring, clockOffset, now } = this.services;
    const source = sourceOf(segment.source, segment.uri, clockOffset(), network);
    const sequence = this.#journal.next();
    const content = segmentContent(this.#journal.run, segment, sequence, source);
    const keep = (duration: Seconds) => ring.keep(content, segment.path, duration);
    try {
      await this.#journal.segment(segment, await this.#delivery.prepare(segment, content, keep));
    } catch (error) {
      if (!(error instanceof StreamprintError)) throw error;
      const { duration, carries } = segment;
      const lost = { at: utcMillis(now()), duration, carries, by: 'probe', reason: error.message } as const;
      await this.#journal.lost(lost, sequence);
    }
  }

  #gone(reason: string): Promise<void> {
    return this.#journal.state({ at: utcMillis(this.services.now()), state: 'gone', reason });
  }

  /** Later and later, at no moment that others share. */
  async #wait(failures: number, signal: AbortSignal): Promise<void> {
    const grown = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** Math.min(20, failures - 1));
    const wait = grown * (0.5 + 0.5 * this.services.random());
    this.#journal.say('note', `looked at again in ${Math.round(wait / 1000)} s`);
    await pause(wait, signal);
  }

  #newRun(): RunFacts {
    return { stream: describedStream(this.opened.stream), probe: this.services.probe, run: randomUUID() };
  }
}
