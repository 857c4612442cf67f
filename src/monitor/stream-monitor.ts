import type { Seconds } from '../../fingerprints/units.js';
import type { AudioState, SegmentResult } from '../../workers/protocol.js';
import type { DetectionStore, StreamNews } from '../detections/detection-store.js';
import {
  type DetectionChange,
  DetectionTracker,
  REMEMBER_CLOSED,
  type SeenMatch,
} from '../detections/tracker.js';
import { messageOf } from '../domain/errors.js';
import { type UtcMillis, utcMillis } from '../domain/ids.js';
import type { Coverage, CoverageState } from '../domain/ledger.js';
import type { Detection } from '../domain/match.js';
import type { Capture, CaptureEvent, Segment } from '../domain/segment.js';
import { type LiveMatch, matchesOf } from '../matching/matches.js';
import { LIVE, MEMORY, WINDOW } from '../matching/settings.js';
import { StreamMatcher } from '../matching/stream-matcher.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { detectionEvent, type MonitorEvent } from './events.js';
import { discardSegment, SegmentRing } from './segment-ring.js';
import { saveStills } from './stills.js';
import { StreamClock } from './stream-clock.js';

/** Segments stay on disk this long after they were matched, for stills. */
const KEEP_SEGMENTS: Seconds = 30;
/** A gap longer than this starts matching anew; nothing in memory reaches across it. */
const MAX_BRIDGED: Seconds = MEMORY / 2;
/** What a stream carries is known this long after it was sent, at the latest. */
const MAX_DELAY: Seconds = 30;
const TICK_MS = 5000;
/** The source giving nothing for longer than this is written down. */
const NOTED_SILENCE: Seconds = 1;
/** A segment of which more than this share could not be decoded is called damaged. */
const DAMAGED_FROM = 0.1;

export interface MonitorServices {
  readonly pool: MediaPool;
  readonly index: ReferenceIndex;
  readonly store: DetectionStore;
  readonly maxFalsePerDay: number;
  readonly now: () => number;
  readonly emit: (event: MonitorEvent) => void;
}

type Carries = Segment['carries'];

/** Follows one stream from its capture to its detections. */
export class StreamMonitor {
  readonly #clock: StreamClock;
  readonly #ring = new SegmentRing();
  readonly #tracker: DetectionTracker;
  readonly #audioStates = new Map<Carries, AudioState>();
  #pictureDue: Seconds | null = null;
  #matcher: StreamMatcher;
  #soundApart = false;
  #captured = 0;
  #isLooking = false;
  /** Open detections that have their pair of pictures. */
  readonly #shown = new Set<string>();

  constructor(
    private readonly capture: Capture,
    private readonly services: MonitorServices,
  ) {
    const { store } = services;
    const stream = capture.stream.id;
    store.saveStream(capture.stream);
    const earlier = store.positionOf(stream);
    this.#clock = new StreamClock(earlier);
    const since = earlier && earlier.first.start - 1000 * REMEMBER_CLOSED;
    const past = since === null ? [] : store.find({ stream, state: 'closed', since });
    this.#tracker = new DetectionTracker(capture.stream, store.openOf(stream), past);
    this.#matcher = new StreamMatcher(services.index, LIVE);
  }

  /** Segments that could be matched so far. */
  get captured(): number {
    return this.#captured;
  }

  /** Runs until the capture ends. What is open then stays open: see `close`. */
  async run(): Promise<void> {
    const ticking = setInterval(() => this.#closeOverdue(), TICK_MS);
    try {
      for await (const event of this.capture.events) await this.#take(event);
      await this.#matcher.finish();
      await this.#report({});
    } finally {
      clearInterval(ticking);
      await this.#ring.clear();
    }
  }

  /** Closes the detections that are open. */
  close(): void {
    this.#publish(this.#tracker.closeAll());
  }

  /** A stream that stands still must not keep its detections open; one that is looked at may go on with them. */
  #closeOverdue(): void {
    if (this.#isLooking) return;
    const known = this.#clock.utcAt(this.services.now() - 1000 * MAX_DELAY);
    this.#publish(this.#tracker.update([], known));
  }

  async #take(event: CaptureEvent): Promise<void> {
    switch (event.type) {
      case 'segment':
        this.#isLooking = true;
        await this.#segment(event.segment);
        this.#isLooking = false;
        return;
      case 'lost':
        this.#clock.skip(event.carries === 'both' ? event.duration : 0);
        this.#audioStates.delete(event.carries);
        this.#note(`segment ${event.sequence} lost: ${event.reason}`);
        return this.#lose(event.at, event.duration, event.reason);
      case 'note':
        return this.#note(event.message);
      case 'state':
        return this.services.emit({
          type: `stream.${event.state}`,
          time: new Date(event.at).toISOString(),
          stream: this.capture.stream,
          reason: event.reason,
        });
    }
  }

  async #segment(segment: Segment): Promise<void> {
    let result: SegmentResult;
    try {
      result = await this.#analyse(segment);
    } catch (error) {
      // One bad segment is written down and left behind; the stream goes on.
      this.#audioStates.delete(segment.carries);
      this.#clock.skip(segment.carries === 'both' ? segment.duration : 0);
      await discardSegment(segment);
      this.#note(`segment ${segment.sequence} (${segment.uri}) set aside: ${messageOf(error)}`);
      return this.#lose(segment.firstByteAt, segment.duration, messageOf(error));
    }
    await this.#match(segment, result);
  }

  #analyse(segment: Segment): Promise<SegmentResult> {
    this.#soundApart ||= segment.carries === 'audio';
    return this.services.pool.run({
      kind: 'segment',
      path: segment.path,
      limits: DEFAULT_LIMITS,
      pictures: segment.carries === 'audio' ? 'none' : 'sparse',
      pace: { every: this.#matcher.pictureEvery, due: segment.discontinuity ? null : this.#pictureDue },
      audioState: segment.discontinuity ? null : (this.#audioStates.get(segment.carries) ?? null),
      last: segment.last,
    });
  }

  async #match(segment: Segment, result: SegmentResult): Promise<void> {
    this.#captured++;
    const { shift, start, end, gap, silence } = this.#clock.place(segment, result.start, result.end);
    if (result.audioState) this.#audioStates.set(segment.carries, result.audioState);
    if (segment.carries === 'both') this.#pictureDue = result.pictureDue;
    if (gap > MAX_BRIDGED) {
      await this.#matcher.finish();
      await this.#report({});
      this.#matcher = new StreamMatcher(this.services.index, LIVE);
    }
    // Where the sound has a rendition of its own, what comes with the pictures is not the stream's sound.
    if (result.audio && !(this.#soundApart && segment.carries === 'both'))
      this.#matcher.addAudio(result.audio, shift);
    if (result.pictures) this.#matcher.addPictures(result.pictures, shift, result.end);
    this.#ring.add({
      path: segment.path,
      owned: segment.owned !== false,
      start,
      end,
      shift,
      hasPictures: result.report.video !== null,
    });
    await this.services.index.refresh();
    await this.#matcher.advance();
    const coverage = silence > NOTED_SILENCE ? [this.#silent(start - silence, start)] : [];
    const { position } = this.#clock;
    await this.#report(
      segment.carries === 'both'
        ? { coverage: [...coverage, this.#had(start, end, result, segment.duration)], position }
        : {},
    );
    await this.#ring.trim(this.#matcher.matchedUntil - WINDOW - KEEP_SEGMENTS);
  }

  /** Tells the tracker what the matcher knows, writes down what changed, and then says so. */
  async #report(news: Omit<StreamNews, 'detections'>): Promise<void> {
    const { index, maxFalsePerDay } = this.services;
    const matches = await matchesOf(index, this.#matcher.candidates(), maxFalsePerDay);
    const seen = matches.map(
      (match): SeenMatch => ({
        match,
        time: { start: this.#clock.utc(match.stream.start), end: this.#clock.utc(match.stream.end) },
        claimable: match.claimable,
      }),
    );
    const now = this.#clock.utc(Math.max(0, this.#matcher.matchedUntil));
    const changes = this.#tracker.update(seen, now);
    this.#publish(changes, news);
    for (const { type, detection } of changes) {
      const match = matches[seen.findIndex((one) => isOf(detection, one))];
      if (type === 'closed') this.#shown.delete(detection.id);
      else if (match) await this.#show(detection, match);
    }
  }

  /** Keeps the picture pair of a detection, until there is one of the same moment. */
  async #show(detection: Detection, match: LiveMatch): Promise<void> {
    if (this.#shown.has(detection.id)) return;
    try {
      if (await saveStills(this.services, this.#ring, detection, match)) this.#shown.add(detection.id);
    } catch (error) {
      this.#note(`no picture for detection ${detection.id}: ${messageOf(error)}`);
    }
  }

  #publish(changes: readonly DetectionChange[], news: Omit<StreamNews, 'detections'> = {}): void {
    const detections = changes.map((change) => change.detection);
    this.services.store.save(this.capture.stream.id, { ...news, detections });
    for (const change of changes) this.services.emit(detectionEvent(change, this.services.now()));
  }

  /** @param at when the first byte came, or should have */
  #lose(at: number, duration: Seconds, reason: string): void {
    const start = this.#clock.utcAt(at - 1000 * duration);
    this.#publish([], { coverage: [this.#coverage(start, this.#clock.utcAt(at), 'lost', reason)] });
  }

  #silent(start: Seconds, end: Seconds): Coverage {
    return this.#coverage(this.#clock.utc(start), this.#clock.utc(end), 'silent', 'the source gave nothing');
  }

  /** A segment cut short looks whole by itself: what it announced counts too. */
  #had(start: Seconds, end: Seconds, { report }: SegmentResult, announced: Seconds): Coverage {
    const expected = Math.max(announced, end - start);
    const cutShort = announced - (end - start);
    const missing = Math.max(report.missing.video, report.missing.audio, cutShort);
    const damaged = missing > DAMAGED_FROM * expected;
    const reason = damaged ? 'a part could not be decoded' : '';
    const state = damaged ? 'damaged' : 'captured';
    return this.#coverage(this.#clock.utc(start), this.#clock.utc(end), state, reason);
  }

  #coverage(start: number, end: number, state: CoverageState, reason: string): Coverage {
    const time = { start: utcMillis(Math.round(start)) as UtcMillis, end: utcMillis(Math.round(end)) };
    return { streamId: this.capture.stream.id, time, state, reason };
  }

  #note(message: string): void {
    const time = new Date(this.services.now()).toISOString();
    this.services.emit({ type: 'stream.note', time, stream: this.capture.stream, message });
  }
}

/** Whether a match belongs to a detection: the same asset at the same time. */
function isOf(detection: Detection, { match, time }: SeenMatch): boolean {
  const sameAsset = detection.catalogue === match.catalogue && detection.assetId === match.assetId;
  return sameAsset && time.start < detection.time.end && time.end > detection.time.start;
}
