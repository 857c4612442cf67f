import type { Seconds } from '../../../fingerprints/units.js';
import { messageOf, StreamprintError } from '../../domain/errors.js';
import type { SegmentContent } from '../drafts.js';
import { type Kept, KeptFiles } from './kept-files.js';
import { Timeline } from './timeline.js';

export interface RingBounds {
  /** Of all segments that are not pinned. */
  readonly maxBytes: number;
  /** Segments that are not pinned are kept for so long. */
  readonly maxAge: Seconds;
  /** Of all that are pinned: beyond that, the oldest go. */
  readonly maxPinnedBytes: number;
  /** Pinned segments are kept for so long. */
  readonly maxPinnedAge: Seconds;
}

export const DEFAULT_RING: RingBounds = {
  maxBytes: 4 * 2 ** 30,
  maxAge: 300,
  maxPinnedBytes: 8 * 2 ** 30,
  maxPinnedAge: 7 * 86_400,
};

export interface RingStats {
  readonly segments: number;
  readonly bytes: number;
  readonly pinnedSegments: number;
  readonly pinnedBytes: number;
}

/** Times of detections and of captures may differ by this much. */
const MARGIN_MS = 8_000;

export interface TimeSpan {
  /** UTC ms. */
  readonly from: number;
  readonly to: number;
}

/**
 * The last minutes of what a probe captured, on disk. What a detection covers is pinned, and kept for longer.
 * It survives the end of the process, however that comes.
 */
export class MediaRing {
  /** What is not pinned, by number, which is the order of time. */
  readonly #kept = new Map<number, Kept>();
  /** By number, in the order in which they were pinned. */
  readonly #pinned = new Map<number, Kept>();
  readonly #timelines = new Map<string, Timeline>();
  readonly #files: KeptFiles;
  #next = 1;
  #bytes = 0;
  #pinnedBytes = 0;
  #isFull = false;

  private constructor(
    directory: string,
    private readonly bounds: RingBounds,
    private readonly now: () => number,
    private readonly onTrouble: (message: string) => void,
  ) {
    this.#files = new KeptFiles(directory);
  }

  /** @param onTrouble told what could not be kept, one sentence each */
  static async open(
    directory: string,
    bounds: RingBounds,
    now: () => number,
    onTrouble: (message: string) => void,
  ): Promise<MediaRing> {
    const ring = new MediaRing(directory, bounds, now, onTrouble);
    for (const kept of await ring.#files.load()) ring.#add(kept);
    return ring;
  }

  get stats(): RingStats {
    return {
      segments: this.#kept.size,
      bytes: this.#bytes,
      pinnedSegments: this.#pinned.size,
      pinnedBytes: this.#pinnedBytes,
    };
  }

  /**
   * Keeps a segment, whose file stays its owner's. Where there is no room it is not kept, and that is told.
   * @param duration s; 0 = not known
   */
  async keep(content: SegmentContent, file: string, duration: Seconds): Promise<void> {
    const { stream, carries, capture, bytes, source } = content;
    // By the service's clock, as detections are.
    const at = Date.parse(capture.start) - (source.clockOffset ?? 0);
    const place = this.#timeline(stream.id, carries).place(at, duration);
    const kept = { number: this.#next++, stream: stream.id, ...place, bytes, at: this.now(), pinned: false };
    await this.#trim(bytes);
    try {
      await this.#files.add(kept, content, file);
      this.#add(kept);
      this.#isFull = false;
    } catch (error) {
      if (!(error instanceof StreamprintError)) throw error;
      if (!this.#isFull) this.onTrouble(`segments are not kept: ${messageOf(error)}`);
      this.#isFull = true;
    }
  }

  /** A segment was announced and not had. */
  skip(stream: string, carries: SegmentContent['carries'], duration: Seconds): void {
    this.#timeline(stream, carries).skip(duration);
  }

  /** Keeps what shows a stretch of a stream for longer. */
  async pin(stream: string, span: TimeSpan): Promise<void> {
    for (const kept of this.#within(stream, span)) {
      if (kept.pinned) continue;
      await this.#files.pin(kept.number);
      if (this.#kept.delete(kept.number)) this.#count(kept, -1);
      this.#add({ ...kept, pinned: true, at: this.now() });
    }
    await this.#trim(0);
  }

  /** What is kept of a stretch of a stream, in order. */
  async find(
    stream: string,
    span: TimeSpan,
  ): Promise<{ readonly content: SegmentContent; readonly file: string }[]> {
    const found = [...this.#within(stream, span)].sort((a, b) => a.number - b.number);
    return Promise.all(
      found.map(async ({ number }) => ({
        content: await this.#files.contentOf(number),
        file: this.#files.mediaOf(number),
      })),
    );
  }

  /** Whether something is kept of a stream. */
  has(stream: string): boolean {
    for (const kept of this.#all()) if (kept.stream === stream) return true;
    return false;
  }

  /** The time that is shown by what is kept of a stretch of a stream; null = none. */
  shown(stream: string, span: TimeSpan): TimeSpan | null {
    const found = this.#within(stream, span);
    if (found.length === 0) return null;
    return {
      from: Math.min(...found.map(({ from }) => from)),
      to: Math.max(...found.map(({ to }) => to)),
    };
  }

  #within(stream: string, { from, to }: TimeSpan): Kept[] {
    return [...this.#all()].filter(
      (kept) => kept.stream === stream && kept.from < to + MARGIN_MS && kept.to > from - MARGIN_MS,
    );
  }

  #add(kept: Kept): void {
    (kept.pinned ? this.#pinned : this.#kept).set(kept.number, kept);
    this.#next = Math.max(this.#next, kept.number + 1);
    this.#count(kept, 1);
  }

  #count({ bytes, pinned }: Kept, sign: 1 | -1): void {
    if (pinned) this.#pinnedBytes += sign * bytes;
    else this.#bytes += sign * bytes;
  }

  /** Removes the oldest until there is room for so many bytes more. */
  async #trim(more: number): Promise<void> {
    const { maxBytes, maxAge, maxPinnedBytes, maxPinnedAge } = this.bounds;
    const now = this.now();
    await this.#dropOldest(this.#kept, (at) => now - at > 1000 * maxAge || this.#bytes + more > maxBytes);
    await this.#dropOldest(
      this.#pinned,
      (at) => now - at > 1000 * maxPinnedAge || this.#pinnedBytes > maxPinnedBytes,
    );
  }

  async #dropOldest(from: Map<number, Kept>, mustGo: (at: number) => boolean): Promise<void> {
    for (const kept of from.values()) {
      if (!mustGo(kept.at)) return;
      if (!from.delete(kept.number)) continue;
      this.#count(kept, -1);
      await this.#files.remove(kept);
    }
  }

  *#all(): Iterable<Kept> {
    yield* this.#kept.values();
    yield* this.#pinned.values();
  }

  #timeline(stream: string, carries: SegmentContent['carries']): Timeline {
    const key = JSON.stringify([stream, carries]);
    const timeline = this.#timelines.get(key) ?? new Timeline();
    this.#timelines.set(key, timeline);
    return timeline;
  }
}
