import { messageOf, StreamprintError } from '../../domain/errors.js';
import { pause } from '../../domain/pause.js';
import { within } from '../../domain/within.js';
import type { Bus, Content, Entry, Follower, Topic } from '../../transport/index.js';
import type { Outbox } from '../outbox/outbox.js';
import type { MediaRing, TimeSpan } from '../ring/media-ring.js';
import { Answered } from './answered.js';

const TOPIC = 'streamprint.evidence';
/** Between two tries to follow a topic, ms. */
const RETRY_DELAY = 5_000;
/** A bus that is away holds up nobody who stops, ms. */
const CLOSE_MS = 5_000;
/** Time that is not shown at an end of what was asked for, and is no loss, ms. */
const TOLERATED = 2_000;

export interface DeskServices {
  readonly bus: Pick<Bus, 'follow'>;
  readonly ring: MediaRing;
  readonly outbox: Outbox;
  /** Name of this probe. */
  readonly probe: string;
  /** Whether a stream is this probe's. */
  readonly isOurs: (stream: string) => boolean;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/** Keeps what detections cover, and gives it to whoever asks for it. */
export class EvidenceDesk {
  readonly #followers: Follower[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;
  #pinned = 0;
  #delivered = 0;

  private constructor(
    private readonly services: DeskServices,
    private readonly answered: Answered,
  ) {
    this.#running = Promise.all([
      this.#follow('streamprint.detections', (entry) => this.#pin(entry)),
      this.#follow('streamprint.evidence-requests', (entry) => this.#answer(entry)),
    ]);
  }

  /** @param file that says which requests were answered */
  static async open(services: DeskServices, file: string): Promise<EvidenceDesk> {
    return new EvidenceDesk(services, await Answered.open(file));
  }

  /** Detections whose media were pinned, and segments that were delivered, since the start. */
  get stats(): { readonly pinned: number; readonly delivered: number } {
    return { pinned: this.#pinned, delivered: this.#delivered };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const closed = Promise.all(this.#followers.map((follower) => follower.close()));
    await within(CLOSE_MS, Promise.all([closed, this.#running]));
  }

  /** Begins to read a topic as soon as the bus is there. */
  async #follow(topic: Topic, take: (entry: Entry) => Promise<void>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const follower = await this.services.bus.follow({ topic, take, onInvalid: () => undefined });
        this.#followers.push(follower);
        follower.caughtUp.catch(() => undefined);
        if (this.#stop.signal.aborted) await follower.close();
        return;
      } catch (error) {
        if (!(error instanceof StreamprintError)) throw error;
        await pause(RETRY_DELAY, this.#stop.signal);
      }
    }
  }

  async #pin({ message }: Entry): Promise<void> {
    if (message?.type !== 'detection/1' || !this.services.isOurs(message.content.stream.id)) return;
    const { stream, time } = message.content;
    await this.#told(`what a detection on ${stream.id} covers is not kept`, async () => {
      await this.services.ring.pin(stream.id, spanOf(time));
      this.#pinned++;
    });
  }

  async #answer({ message }: Entry): Promise<void> {
    if (message?.type !== 'evidence-request/1') return;
    const request = message.content;
    if (!this.services.isOurs(request.stream.id) || this.answered.has(request.id)) return;
    await this.#told(`request ${request.id} is not answered`, async () => {
      await this.#deliver(request);
      await this.answered.add(request.id);
    });
  }

  async #deliver({ id, stream, time }: Content<'evidence-request/1'>): Promise<void> {
    const { ring, outbox, probe, now } = this.services;
    const span = spanOf(time);
    // What is being sent must not go meanwhile.
    await ring.pin(stream.id, span);
    const found = await ring.find(stream.id, span);
    for (const { content, file } of found) {
      const body = { file, bytes: content.bytes, owned: false };
      await outbox.add(TOPIC, { type: 'evidence/1', content: { ...content, request: id } }, body);
      this.#delivered++;
    }
    const shown = ring.shown(stream.id, span);
    await outbox.add(TOPIC, {
      type: 'evidence-end/1',
      content: {
        request: id,
        at: new Date(now()).toISOString(),
        stream,
        probe,
        segments: found.length,
        time: shown && { start: new Date(shown.from).toISOString(), end: new Date(shown.to).toISOString() },
        reason: missing(shown, span),
      },
    });
  }

  async #told(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.services.onTrouble(`${what}: ${messageOf(error)}`);
    }
  }
}

function spanOf({ start, end }: Content<'evidence-request/1'>['time']): TimeSpan {
  return { from: Date.parse(start), to: Date.parse(end) };
}

function missing(shown: TimeSpan | null, { from, to }: TimeSpan): string {
  if (shown === null) return 'nothing is kept of that time';
  const parts = [
    shown.from > from + TOLERATED ? `the first ${Math.round((shown.from - from) / 1000)} s` : '',
    shown.to < to - TOLERATED ? `the last ${Math.round((to - shown.to) / 1000)} s` : '',
  ].filter(Boolean);
  return parts.length === 0 ? '' : `${parts.join(' and ')} are not kept`;
}
