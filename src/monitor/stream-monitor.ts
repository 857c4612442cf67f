import type { SegmentFeatures } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { AudioState } from '../../workers/protocol.js';
import { withoutRivals } from '../detections/live-rivals.js';
import { DetectionTracker, type KnownDetections, type SeenMatch } from '../detections/tracker.js';
import { messageOf } from '../domain/errors.js';
import type { Coverage } from '../domain/ledger.js';
import type { Detection, StreamInfo } from '../domain/match.js';
import type { CaptureEvent, Segment } from '../domain/segment.js';
import type { LiveMatch } from '../matching/matches.js';
import { MEMORY, WINDOW } from '../matching/settings.js';
import { LocalMatching, type StreamMatching } from '../matching/stream-matching.js';
import { featuresOf } from '../media/features.js';
import { segmentLimits } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import type { PastWriter } from '../past/past-writer.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { coverageOf, hadSegment } from './coverage.js';
import { SegmentRing } from './segment-ring.js';
import { type KeepStill, stillsOf } from './stills.js';
import { type ClockState, StreamClock } from './stream-clock.js';
import { joined, NOTHING, type SeenChange, type StreamStep } from './stream-step.js';

/** Segments stay on disk this long after they were matched, for stills. */
const KEEP_SEGMENTS: Seconds = 30;
/** A gap longer than this starts matching anew; nothing in memory reaches across it. */
const MAX_BRIDGED: Seconds = MEMORY / 2;
/** What a stream carries is known this long after it was sent, at the latest. */
const MAX_DELAY: Seconds = 30;
/** The source giving nothing for longer than this is written down. */
const NOTED_SILENCE: Seconds = 1;

export interface MatchingServices {
  /** Where what streams carry is kept; nowhere when not given. */
  readonly past?: Pick<PastWriter, 'append'> | null;
  readonly pool: MediaPool;
  readonly index: ReferenceIndex;
  readonly maxFalsePerDay: number;
  /** The matching of a stream that begins; in this thread when not given. */
  readonly newMatching?: () => StreamMatching;
}

type Carries = Segment['carries'];
type Lost = Pick<
  Extract<CaptureEvent, { type: 'lost' }>,
  'at' | 'sequence' | 'duration' | 'carries' | 'reason'
>;

/** What was made of a segment. */
export interface Analysed extends SegmentFeatures {
  /** What the next segment's sound goes on from; null = nothing. */
  readonly audioState: AudioState | null;
  /** When its next picture is due, media time; null = at once. */
  readonly pictureDue: Seconds | null;
}

/** A segment without its media. */
export type SegmentFacts = Omit<Segment, 'path' | 'bytes' | 'owned' | 'last' | 'programDateTime'>;

/** Where a segment lay: with it, what was matched once can be put there again. */
export interface Placement {
  readonly sequence: number;
  readonly carries: Carries;
  /** Stream time − media time, s. */
  readonly shift: Seconds;
  /** Stream time at which it ended, s. */
  readonly end: Seconds;
}

/** What goes on when somebody else goes on with a run of a stream; all but what the matcher remembers. */
export interface RunState {
  readonly clock: ClockState;
  readonly soundApart: boolean;
  readonly detections: KnownDetections;
  /** Of the last segments. */
  readonly placed: readonly Placement[];
}

/** One run of one stream, from what was captured to what became of its detections. It writes nothing down itself. */
export class StreamMonitor {
  readonly #clock: StreamClock;
  readonly #ring = new SegmentRing();
  readonly #tracker: DetectionTracker;
  readonly #audioStates = new Map<Carries, AudioState>();
  #pictureDue: Seconds | null = null;
  #matching: StreamMatching;
  #soundApart: boolean;
  #placed: readonly Placement[];
  #captured = 0;
  /** Open detections that have their pair of pictures. */
  readonly #shown = new Set<string>();

  /** @param state where it stands: a new run has a new clock */
  constructor(
    private readonly stream: StreamInfo,
    private readonly services: MatchingServices,
    state: RunState,
  ) {
    this.#clock = StreamClock.of(state.clock);
    this.#tracker = new DetectionTracker(stream, state.detections);
    this.#soundApart = state.soundApart;
    this.#placed = state.placed;
    this.#matching = this.#newMatching();
  }

  /** Segments that could be matched so far. */
  get captured(): number {
    return this.#captured;
  }

  get state(): RunState {
    return {
      clock: this.#clock.state,
      soundApart: this.#soundApart,
      detections: this.#tracker.known,
      placed: this.#placed,
    };
  }

  /**
   * Decodes and fingerprints a segment. Throws as `MediaPool.run` does; then see `setAside`.
   * @param inHaste as for `match`
   */
  async analyse(segment: Segment, signal?: AbortSignal, inHaste = false): Promise<Analysed> {
    this.#soundApart ||= segment.carries === 'audio';
    const task = {
      kind: 'segment',
      path: segment.path,
      limits: segmentLimits(segment.duration),
      pictures: segment.carries === 'audio' ? 'none' : 'sparse',
      pace: {
        every: this.#matching.pictureEvery(inHaste),
        due: segment.discontinuity ? null : this.#pictureDue,
      },
      audioState: segment.discontinuity ? null : (this.#audioStates.get(segment.carries) ?? null),
      last: segment.last,
    } as const;
    const result = await this.services.pool.run(task, signal && { signal });
    const { audioState, pictureDue } = result;
    return { ...featuresOf(result), audioState, pictureDue };
  }

  /**
   * Matches the next segment.
   * @param media its file, which is the monitor's from now on; null = none is to be had
   * @param inHaste other streams wait: only a line in doubt is a reason for more work
   */
  async match(
    segment: SegmentFacts,
    result: Analysed,
    media: Segment | null,
    inHaste = false,
  ): Promise<StreamStep> {
    this.#captured++;
    const steps: StreamStep[] = [];
    const { shift, start, end, gap, silence } = this.#clock.place(segment, result.start, result.end);
    if (gap > MAX_BRIDGED) {
      steps.push(await this.finish());
      this.#matching.release();
      this.#matching = this.#newMatching();
      this.#placed = [];
    }
    this.#note({ sequence: segment.sequence, carries: segment.carries, shift, end });
    this.#remember(segment.carries, result, shift);
    steps.push(this.#keep(segment.carries, result, shift));
    if (media) this.#ring.add(media, { start, end, shift, hasPictures: result.pictures !== null });
    const matches = await this.#matching.advance(inHaste);
    steps.push(this.#cover(segment, result, start, end, silence));
    steps.push(this.#report(matches));
    return joined(steps);
  }

  /**
   * Puts what was matched by somebody else before back into the matcher's memory; nothing is told of it.
   * @returns whether it is known where it lay
   */
  recall({ sequence, carries }: SegmentFacts, result: Analysed): boolean {
    const placed = this.#placed.find((one) => one.sequence === sequence && one.carries === carries);
    if (placed) this.#remember(carries, result, placed.shift);
    return placed !== undefined;
  }

  /**
   * Matches, by itself, a segment that comes after others that follow it.
   * @param ofThisRun it belongs to this run: its neighbours say where it lies, else its capture does
   */
  async matchLate(segment: SegmentFacts, result: Analysed, ofThisRun: boolean): Promise<StreamStep> {
    const { sequence, carries, firstByteAt, duration } = segment;
    const distance = (one: Placement) => Math.abs(one.sequence - sequence);
    const [nearest] = this.#placed
      .filter((one) => ofThisRun && one.carries === carries)
      .sort((a, b) => distance(a) - distance(b));
    const captured = (this.#clock.utcAt(firstByteAt) - this.#clock.utc(0)) / 1000;
    const shift = nearest?.shift ?? captured - (result.end - result.start) - result.start;
    const matching = this.#newMatching();
    if (result.audio) matching.addAudio(result.audio, shift);
    if (result.pictures) matching.addPictures(result.pictures, shift, result.end);
    const matches = await matching.finish();
    matching.release();
    const step = joined([this.#keep(carries, result, shift), this.#report(matches)]);
    const [start, end] = [this.#clock.utc(result.start + shift), this.#clock.utc(result.end + shift)];
    const had = [hadSegment(this.stream.id, start, end, result.missing, duration)];
    return carries === 'audio' ? { ...step, apart: had } : { ...step, coverage: had };
  }

  /** A segment that could not be decoded is left behind; the stream goes on. */
  setAside(segment: SegmentFacts, error: unknown): StreamStep {
    const { sequence, uri, firstByteAt: at, duration, carries } = segment;
    const reason = messageOf(error);
    const lost = this.#skip({ at, sequence, duration, carries, reason });
    return { ...lost, notes: [`segment ${sequence} (${uri}) set aside: ${reason}`] };
  }

  /** A segment was announced, but not had. */
  lose(lost: Lost): StreamStep {
    return { ...this.#skip(lost), notes: [`segment ${lost.sequence} lost: ${lost.reason}`] };
  }

  /** Nothing follows: matches the rest. What is open then stays open: see `close`. */
  async finish(): Promise<StreamStep> {
    return this.#report(await this.#matching.finish());
  }

  /** Closes the detections that are open. */
  close(): StreamStep {
    return this.#told(this.#tracker.closeAll());
  }

  /** A stream that stands still must not keep its detections open. @param now ms UTC */
  closeOverdue(now: number): StreamStep {
    return this.#told(this.#tracker.update([], this.#clock.utcAt(now - 1000 * MAX_DELAY)));
  }

  /**
   * Takes the pairs of pictures of detections that have none yet of the same moment, and lets go of media that is not
   * needed any more. To be called when a step was written down.
   * @returns what a person should know
   */
  async show({ changes }: StreamStep, keep: KeepStill): Promise<string[]> {
    const notes: string[] = [];
    for (const { type, detection, by } of changes) {
      if (type === 'closed') this.#shown.delete(detection.id);
      else if (by && !this.#shown.has(detection.id))
        try {
          const isPair = await stillsOf(this.services, this.#ring, detection, by.match, keep);
          if (isPair) this.#shown.add(detection.id);
        } catch (error) {
          notes.push(`no picture for detection ${detection.id}: ${messageOf(error)}`);
        }
    }
    await this.#ring.trim(this.#matching.matchedUntil - WINDOW - KEEP_SEGMENTS);
    return notes;
  }

  /** Lets go of all media, and of what is remembered for matching. */
  release(): Promise<void> {
    this.#matching.release();
    return this.#ring.clear();
  }

  #remember(carries: Carries, result: Analysed, shift: Seconds): void {
    if (result.audioState) this.#audioStates.set(carries, result.audioState);
    if (carries === 'both') this.#pictureDue = result.pictureDue;
    // Where the sound has a rendition of its own, what comes with the pictures is not the stream's sound.
    if (result.audio && !(this.#soundApart && carries === 'both'))
      this.#matching.addAudio(result.audio, shift);
    if (result.pictures) this.#matching.addPictures(result.pictures, shift, result.end);
  }

  /** What cannot be kept for later is told; the stream goes on. */
  #keep(carries: Carries, result: Analysed, shift: Seconds): StreamStep {
    const audio = this.#soundApart && carries === 'both' ? null : result.audio;
    try {
      this.services.past?.append(this.stream, { ...result, audio, epoch: this.#clock.utc(shift) });
      return NOTHING;
    } catch (error) {
      return { ...NOTHING, notes: [`not kept for later: ${messageOf(error)}`] };
    }
  }

  #note(placement: Placement): void {
    const since = placement.end - MAX_BRIDGED;
    this.#placed = [...this.#placed.filter(({ end }) => end > since), placement];
  }

  #cover(
    { duration, carries }: SegmentFacts,
    { missing }: Analysed,
    start: Seconds,
    end: Seconds,
    silence: Seconds,
  ): StreamStep {
    const utc = (time: Seconds) => this.#clock.utc(time);
    const had = hadSegment(this.stream.id, utc(start), utc(end), missing, duration);
    if (carries === 'audio') return { ...NOTHING, apart: [had] };
    const coverage: Coverage[] = [];
    if (silence > NOTED_SILENCE)
      coverage.push(
        coverageOf(this.stream.id, utc(start - silence), utc(start), 'silent', 'the source gave nothing'),
      );
    return { ...NOTHING, coverage: [...coverage, had], position: this.#clock.position };
  }

  #skip({ at, duration, carries, reason }: Lost): StreamStep {
    this.#audioStates.delete(carries);
    this.#clock.skip(carries === 'both' ? duration : 0);
    const start = this.#clock.utcAt(at - 1000 * duration);
    const coverage = [coverageOf(this.stream.id, start, this.#clock.utcAt(at), 'lost', reason)];
    return { ...NOTHING, coverage };
  }

  #newMatching(): StreamMatching {
    const { newMatching, index, maxFalsePerDay } = this.services;
    return newMatching ? newMatching() : new LocalMatching(index, maxFalsePerDay);
  }

  /** Tells the tracker what matches there are. */
  #report(matches: readonly LiveMatch[]): StreamStep {
    const seen = matches.map((match) => ({
      match,
      time: { start: this.#clock.utc(match.stream.start), end: this.#clock.utc(match.stream.end) },
      claimable: match.claimable,
    }));
    const now = this.#clock.utc(Math.max(0, this.#matching.matchedUntil));
    const { open, closed } = this.#tracker.known;
    const changes = this.#tracker
      .update(withoutRivals(seen, [...open, ...closed]), now)
      .map((change): SeenChange => {
        const by = seen.find((one) => isOf(change.detection, one)) ?? null;
        return { ...change, by };
      });
    return { ...NOTHING, changes };
  }

  #told(changes: ReturnType<DetectionTracker['update']>): StreamStep {
    return { ...NOTHING, changes: changes.map((change) => ({ ...change, by: null })) };
  }
}

/** Whether a match belongs to a detection: the same asset at the same time. */
function isOf(detection: Detection, { match, time }: SeenMatch): boolean {
  const sameAsset = detection.catalogue === match.catalogue && detection.assetId === match.assetId;
  return sameAsset && time.start < detection.time.end && time.end > detection.time.start;
}
