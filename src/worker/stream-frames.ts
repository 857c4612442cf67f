import type { Seconds } from '../../fingerprints/units.js';
import type { StreamInfo } from '../domain/match.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import { type Bus, digestOf } from '../transport/index.js';
import type { SegmentDelivery } from './capture-message.js';
import { capturedAt } from './captured-segment.js';

/** What a stream looks like is said this often at most, ms … */
const EVERY_MS = 10_000;
/** … and as long as there is other work to decode, this often. */
const BUSY_EVERY_MS = 60_000;

/** A segment that was worked on. */
export interface SeenSegment {
  /** The media, which may be gone at any time; null = there are none. */
  readonly path: string | null;
  /** Of its first moment, in the media. */
  readonly start: Seconds;
  readonly duration: Seconds;
  readonly hasPictures: boolean;
}

/**
 * Says now and then what a stream looks like, and how much it sends: for those who watch, and after all that matters
 * more. What cannot be said is left out; there will be another picture.
 */
export class StreamFrames {
  #saidAt = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  #seconds = 0;
  #saying: Promise<void> = Promise.resolve();
  #isSaying = false;

  constructor(
    private readonly stream: StreamInfo,
    private readonly services: {
      readonly bus: Pick<Bus, 'publish'>;
      readonly pool: Pick<MediaPool, 'run' | 'metrics'>;
      readonly now: () => number;
    },
  ) {}

  /** Returns at once. */
  seen(delivery: SegmentDelivery, segment: SeenSegment): void {
    this.#bytes += delivery.content.bytes;
    if (delivery.content.carries === 'audio') return;
    this.#seconds += segment.duration;
    const { pool, now } = this.services;
    const isBusy = pool.metrics.queued > 0;
    if (this.#isSaying || now() - this.#saidAt < (isBusy ? BUSY_EVERY_MS : EVERY_MS)) return;
    this.#saidAt = now();
    const bitRate = this.#seconds > 0 ? (8 * this.#bytes) / this.#seconds : null;
    this.#bytes = 0;
    this.#seconds = 0;
    this.#isSaying = true;
    this.#saying = this.#say(delivery, segment, bitRate)
      .catch(() => undefined)
      .finally(() => {
        this.#isSaying = false;
      });
  }

  /** Resolves when nothing is being said any more. */
  async idle(): Promise<void> {
    await this.#saying;
  }

  async #say(
    { content, at }: SegmentDelivery,
    { path, start, hasPictures }: SeenSegment,
    bitRate: number | null,
  ): Promise<void> {
    const still = path !== null && hasPictures ? await this.#picture(path, start) : null;
    const jpeg = still?.jpeg ?? new Uint8Array();
    const { probe, source } = content;
    await this.services.bus.publish(
      'streamprint.frames',
      {
        type: 'frame/1',
        content: {
          stream: { ...this.stream },
          at: new Date(capturedAt({ content, at })).toISOString(),
          probe,
          source: source.url,
          bitRate: bitRate === null ? null : Math.round(bitRate),
          time: still?.time ?? null,
          ...(await digestOf(jpeg)),
        },
      },
      jpeg,
    );
  }

  async #picture(path: string, time: Seconds) {
    const task = { kind: 'still', path, limits: DEFAULT_LIMITS, times: [time] } as const;
    const { stills } = await this.services.pool.run(task);
    return stills[0] ?? null;
  }
}
