import { StreamprintError } from '../../domain/errors.js';
import { type Address, withoutCredentials } from '../address.js';
import { retrying } from '../retry.js';
import type { Seconds } from '../seconds.js';
import type { CaptureContext } from '../settings.js';
import type { Sink } from '../sink.js';
import type { Spool } from '../spool.js';
import { sleep } from '../wait.js';
import { type Loaded, persistently } from './load.js';
import type { Pace } from './pace.js';
import type { MediaPlaylist, MediaSegment } from './playlist-types.js';
import { Publishing } from './publishing.js';
import { type FetchedSegment, SegmentFetcher } from './segment-fetcher.js';
import { PlaylistCursor } from './window.js';

const MIN_POLL = 200;
/** Segments that say that they are shorter are not looked for as often, s. */
const SHORTEST: Seconds = 1;
const SEGMENT_ATTEMPTS = 3;

/** Follows one media playlist: reloads it, fetches what is new, in order, and tells what was not had. */
export class Rendition {
  private readonly cursor = new PlaylistCursor();
  private readonly publishing = new Publishing();
  private readonly fetcher: SegmentFetcher;
  private sequence = 0;
  private position = 0;
  private discontinuity = false;
  private readonly noted = new Set<string>();
  private target = 0;
  private sourceEnded = false;

  constructor(
    private readonly context: CaptureContext,
    private readonly sink: Sink,
    private readonly signal: AbortSignal,
    /** Fetches the playlist as it is now. */
    private readonly load: (signal: AbortSignal) => Promise<Loaded<MediaPlaylist>>,
    private readonly carries: 'both' | 'audio',
    spool: Spool,
    private readonly pace: Pace,
  ) {
    this.fetcher = new SegmentFetcher(context.fetcher, spool, context.now, context.timing.segmentTimeout);
  }

  /** Whether the source has said that nothing follows what its playlist names now. */
  get endIsKnown(): boolean {
    return this.sourceEnded;
  }

  /** Until the source says that nothing follows. Throws what makes the playlist unreachable for good. */
  async run(): Promise<void> {
    for (;;) {
      const began = performance.now();
      const loaded = await this.reload();
      this.target = loaded.playlist.targetDuration;
      this.sourceEnded = loaded.playlist.ended;
      if (this.carries === 'both')
        this.sink.expectWithin(Math.max(3000 * this.target, this.context.timing.stallAfter));
      const step = this.cursor.plan(loaded.playlist);
      if (step.restarted) await this.sink.note('the numbering of the playlist started anew');
      this.discontinuity ||= step.restarted;
      for (let missed = 0; missed < step.missed; missed++)
        await this.lose(this.target, 'it left the playlist before it could be fetched');
      const complete = await this.takeAll(step.segments, loaded, began);
      if (complete && loaded.playlist.ended) return;
      if (complete) await this.waitForNext(began, step.segments.length, loaded.playlist);
    }
  }

  private reload(): Promise<Loaded<MediaPlaylist>> {
    const { timing, random } = this.context;
    const { retry, giveUpAfter } = timing;
    return persistently(
      { retry, giveUpAfter, random, spacing: this.target * 1000 },
      this.signal,
      (error) => this.sink.note(`${error.message}; trying again`),
      () => this.load(this.signal),
    );
  }

  /** False when it is time to look at the playlist again before all are fetched. */
  private async takeAll(
    segments: readonly MediaSegment[],
    { playlist, address }: Loaded<MediaPlaylist>,
    began: number,
  ): Promise<boolean> {
    for (const [index, segment] of segments.entries()) {
      const isNewest = index === segments.length - 1;
      if (playlist.ended) await this.pace.turn(this.carries, this.position);
      else this.pace.leave(this.carries);
      await this.take(segment, address, playlist.ended && isNewest);
      this.cursor.advance(segment);
      this.position += segment.duration;
      if (!playlist.ended && !isNewest && performance.now() - began > this.target * 1000) return false;
    }
    return true;
  }

  private async take(segment: MediaSegment, playlist: Address, last: boolean): Promise<void> {
    this.discontinuity ||= segment.discontinuity;
    const refusal = refusalOf(segment);
    if (refusal !== null) {
      await this.noteOnce(refusal);
      await this.lose(segment.duration, refusal);
      return;
    }
    let fetched: FetchedSegment;
    try {
      fetched = await this.fetch(segment, playlist);
    } catch (error) {
      if (this.signal.aborted || !(error instanceof StreamprintError)) throw error;
      await this.lose(segment.duration, error.message, error.code === 'SP_DISK_FULL' ? 'probe' : 'source');
      if (error.code === 'SP_DISK_FULL') await this.waitForSpace(error);
      return;
    }
    await this.deliver(segment, fetched, last);
  }

  private fetch(segment: MediaSegment, playlist: Address): Promise<FetchedSegment> {
    const policy = { ...this.context.timing.retry, attempts: SEGMENT_ATTEMPTS };
    const { random } = this.context;
    return retrying(policy, { signal: this.signal, random }, () =>
      this.fetcher.fetch(segment, playlist, this.signal),
    );
  }

  private async deliver(segment: MediaSegment, fetched: FetchedSegment, last: boolean): Promise<void> {
    const { path, bytes, digest, firstByteAt, lastByteAt, url, source } = fetched;
    const { duration, programDateTime } = segment;
    const discontinuity = this.discontinuity;
    this.discontinuity = false;
    await this.sink.segment({
      sequence: this.sequence++,
      path,
      bytes,
      digest,
      uri: withoutCredentials(url),
      firstByteAt,
      lastByteAt,
      duration,
      carries: this.carries,
      discontinuity,
      programDateTime,
      last,
      source,
    });
  }

  private lose(duration: Seconds, reason: string, by: 'source' | 'probe' = 'source'): Promise<void> {
    return this.sink.lost({ sequence: this.sequence++, duration, carries: this.carries, by, reason });
  }

  private async noteOnce(message: string): Promise<void> {
    if (this.noted.has(message)) return;
    this.noted.add(message);
    await this.sink.note(message);
  }

  /** A full disk is not freed by trying again at once. */
  private async waitForSpace(error: StreamprintError): Promise<void> {
    await this.sink.note(`${error.message}: segments are lost until there is some`);
    await sleep(this.context.timing.retry.firstDelay, this.signal);
  }

  private async waitForNext(began: number, news: number, { segments }: MediaPlaylist): Promise<void> {
    // An encoder that says "6 s" and makes segments of 4 has one every 4 s.
    const each = Math.max(SHORTEST, Math.min(this.target, segments.at(-1)?.duration ?? this.target));
    const next = this.publishing.next(began, news, each);
    await sleep(Math.max(MIN_POLL, next - performance.now()), this.signal);
  }
}

function refusalOf(segment: MediaSegment): string | null {
  if (segment.gap) return 'the server says that it does not have it';
  const key = segment.key ?? segment.map?.key ?? null;
  return key?.method === 'unsupported' ? key.reason : null;
}
