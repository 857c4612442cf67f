import { randomUUID } from 'node:crypto';
import type { Seconds } from '../../fingerprints/units.js';
import type { OpenedStream } from '../capture/index.js';
import { withoutSecrets } from '../capture/index.js';
import { linkSignal, sleep } from '../capture/wait.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { utcMillis } from '../domain/ids.js';
import type { CaptureEvent, Segment } from '../domain/segment.js';
import type { Delivery } from './delivery.js';
import {
  describedStream,
  lostDraft,
  noteDraft,
  type RunFacts,
  segmentContent,
  stateDraft,
} from './drafts.js';
import type { NetworkFacts } from './network-facts.js';
import type { Outbox } from './outbox/outbox.js';
import type { MediaRing } from './ring/media-ring.js';
import { sourceOf } from './source-of.js';
import { NO_STATS, type StreamStats } from './stream-stats.js';

/** A stream that is gone is looked at again after so many ms, … */
const FIRST_RETRY = 5_000;
/** … later and later, up to this. */
const LAST_RETRY = 5 * 60_000;
/** A capture that held for so long was no failure: waiting begins anew. */
const HELD = 60_000;

export interface StreamServices {
  readonly probe: string;
  readonly outbox: Outbox;
  readonly ring: MediaRing | null;
  readonly network: NetworkFacts;
  /** This clock less the service's, ms; null = not known. */
  readonly clockOffset: () => number | null;
  readonly now: () => number;
  readonly random: () => number;
  /** How this stream is delivered; anew for each run. */
  readonly newDelivery: (stream: string) => Delivery;
  readonly emit: (event: ProbeEvent) => void;
}

/** What a person is told; addresses in it show no secrets. */
export interface ProbeEvent {
  readonly type: 'state' | 'note' | 'lost';
  readonly stream: string;
  readonly message: string;
}

/** Captures one stream, again when it was gone, and hands what is to be told of it to the outbox. */
export class StreamProbe {
  #stats: StreamStats;
  readonly #stop;
  #removed: string | null = null;
  #facts: RunFacts;
  #sequence = 0;
  #delivery: Delivery;

  /** @param opened where the stream is now; a list that is read again may name another address */
  constructor(
    private opened: OpenedStream,
    private readonly services: StreamServices,
    signal: AbortSignal,
  ) {
    const { id } = opened.stream;
    this.#stats = { id, ...NO_STATS };
    this.#stop = linkSignal(signal);
    this.#delivery = services.newDelivery(id);
    this.#facts = this.#newRun();
  }

  get stats(): StreamStats {
    return this.#stats;
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

  /** The probe's clock was set: times before and after do not go together. */
  async tell(message: string): Promise<void> {
    await this.#note(message);
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
        this.#count({ restarts: this.#stats.restarts + 1 });
        this.#facts = this.#newRun();
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
      this.services.emit({
        type: 'note',
        ...this.#named(),
        message: `given up for now: ${messageOf(error)}`,
      });
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
        this.services.ring?.skip(this.opened.stream.id, event.carries, event.duration);
        return this.#lose(event);
      case 'note':
        return this.#note(event.message);
      case 'state':
        this.#count({ state: event.state });
        this.services.emit({ type: 'state', ...this.#named(), message: told(event.state, event.reason) });
        return this.#add(stateDraft(this.#facts, { ...event, reason: withoutSecrets(event.reason) }));
    }
  }

  async #segment(segment: Segment): Promise<void> {
    const { network, ring, clockOffset } = this.services;
    const source = sourceOf(segment.source, segment.uri, clockOffset(), network);
    const sequence = this.#sequence++;
    const content = segmentContent(this.#facts, segment, sequence, source);
    try {
      const keep = async (duration: Seconds) => ring?.keep(content, segment.path, duration);
      const { draft, body, features } = await this.#delivery.prepare(segment, content, keep);
      this.#count({
        segments: this.#stats.segments + 1,
        bytes: this.#stats.bytes + segment.bytes,
        seconds: this.#stats.seconds + segment.duration,
        featureBytes: this.#stats.featureBytes + (features?.bytes ?? 0),
        featureSeconds: this.#stats.featureSeconds + (features?.seconds ?? 0),
      });
      await this.services.outbox.add(this.#delivery.topic, draft, body);
    } catch (error) {
      if (!(error instanceof StreamprintError)) throw error;
      const { duration, carries } = segment;
      const at = utcMillis(this.services.now());
      await this.#lose({ at, duration, carries, by: 'probe', reason: error.message }, sequence);
    }
  }

  async #lose(
    lost: Omit<Parameters<typeof lostDraft>[1], never>,
    sequence = this.#sequence++,
  ): Promise<void> {
    const reason = withoutSecrets(lost.reason);
    const by = lost.by === 'source' ? 'lostBySource' : 'lostByProbe';
    this.#count({ [by]: this.#stats[by] + 1 });
    this.services.emit({ type: 'lost', ...this.#named(), message: `segment ${sequence} lost: ${reason}` });
    await this.#add(lostDraft(this.#facts, { ...lost, reason }, sequence));
  }

  async #note(message: string): Promise<void> {
    const plain = withoutSecrets(message);
    this.services.emit({ type: 'note', ...this.#named(), message: plain });
    await this.#add(noteDraft(this.#facts, this.services.now(), plain));
  }

  async #gone(reason: string): Promise<void> {
    const plain = withoutSecrets(reason);
    this.#count({ state: 'gone' });
    this.services.emit({ type: 'state', ...this.#named(), message: told('gone', plain) });
    const at = utcMillis(this.services.now());
    await this.#add(stateDraft(this.#facts, { at, state: 'gone', reason: plain }));
  }

  #add(draft: Parameters<Outbox['add']>[1]): Promise<void> {
    return this.services.outbox.add(this.#delivery.topic, draft);
  }

  /** Later and later, at no moment that others share. */
  async #wait(failures: number, signal: AbortSignal): Promise<void> {
    const grown = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** Math.min(20, failures - 1));
    const wait = grown * (0.5 + 0.5 * this.services.random());
    this.services.emit({
      type: 'note',
      ...this.#named(),
      message: `looked at again in ${Math.round(wait / 1000)} s`,
    });
    await sleep(wait, signal).catch(() => undefined);
  }

  #newRun(): RunFacts {
    this.#sequence = 0;
    this.#delivery = this.services.newDelivery(this.opened.stream.id);
    return { stream: describedStream(this.opened.stream), probe: this.services.probe, run: randomUUID() };
  }

  #named(): { readonly stream: string } {
    return { stream: this.opened.stream.name };
  }

  #count(changed: Partial<StreamStats>): void {
    this.#stats = { ...this.#stats, ...changed };
  }
}

const told = (state: string, reason: string): string => `${state}: ${withoutSecrets(reason)}`;
