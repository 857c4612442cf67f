import { NONE_KNOWN } from '../detections/tracker.js';
import { utcMillis } from '../domain/ids.js';
import type { StreamInfo } from '../domain/match.js';
import { newRun } from '../monitor/new-run.js';
import { discardSegment } from '../monitor/segment-ring.js';
import { type MatchingServices, StreamMonitor } from '../monitor/stream-monitor.js';
import { joined, NOTHING, type StreamStep } from '../monitor/stream-step.js';
import { arrivalOf, type Bus, MessageError, progressAfter, type TopicPartition } from '../transport/index.js';
import { analysed } from './analysed.js';
import { captureOf, isSegment, segmentsOf, senderOf } from './capture-message.js';
import { segmentOf } from './captured-segment.js';
import { toldDetections } from './known-detections.js';
import { newsOf, publishNews, type Segments, toldWith } from './news.js';
import { type CaptureDelivery, lineOf, progressOf, withProgress } from './progress.js';
import { firstSaid, runState, streamOf, toldRun } from './run-state.js';
import { publishStill } from './still-message.js';
import { type SeenSegment, StreamFrames } from './stream-frames.js';
import type { Hold, Said, StreamStates } from './stream-states.js';

export interface StreamServices extends MatchingServices {
  readonly bus: Bus;
  readonly states: StreamStates;
  /** Folder for segments that are being worked on. */
  readonly spool: string;
  readonly now: () => number;
  /** Told what a person should read of a stream. */
  readonly onNote: (stream: StreamInfo, message: string) => void;
}

/** Another worker has claimed the stream: nothing that was worked out here counts. */
export class TakenOver extends Error {}

export type SaysStream = Pick<CaptureDelivery['content'], 'stream' | 'probe'>;
type Work = 'again' | 'worked';

/**
 * One stream that this worker holds. Each message that comes of it leads to a step, which counts once the stream's
 * state says so; then it is told. What is not told yet is told first, before anything else is worked on.
 */
export class WorkedStream {
  #monitor: StreamMonitor;
  #said: Said;
  /** A step that was worked out and does not count yet, or was not told. */
  #untold: { readonly said: Said; readonly step: StreamStep; counts: boolean } | null;
  /** Since it was taken over something new was matched: what comes again is not needed any more. */
  #isWarm: boolean;
  /** Something went wrong while a step was worked out: what is in memory is not to be gone on with. */
  #isBroken = false;
  #turn: Promise<unknown> = Promise.resolve();
  #takenAt: number;
  readonly #partitions = new Set<string>();
  readonly #frames: StreamFrames;
  /** Who sent what is being worked on. */
  #sender: ReturnType<typeof senderOf> = null;
  /** The segment that is being worked on. */
  #seen: SeenSegment | null = null;

  private constructor(
    readonly stream: StreamInfo,
    private readonly hold: Hold,
    private readonly services: StreamServices,
    probe: string,
  ) {
    const { state } = hold;
    const run = state ? runState(stream, state) : newRun(null, NONE_KNOWN);
    this.#monitor = new StreamMonitor(stream, services, run);
    this.#said = state ?? firstSaid(stream, probe, services.now());
    this.#isWarm = state === null;
    this.#takenAt = services.now();
    this.#frames = new StreamFrames(stream, services);
    // Whether the worker before has told what it led to, nobody knows.
    this.#untold = state && { said: state, step: NOTHING, counts: true };
  }

  /** Takes a stream over that something was said of. Throws as `Bus.publish` does. */
  static async takeOver(content: SaysStream, services: StreamServices): Promise<WorkedStream> {
    const stream = streamOf(content);
    const hold = await services.states.claim(content.stream);
    return new WorkedStream(stream, hold, services, content.probe);
  }

  /** Whether it can be gone on with; otherwise it is to be taken over anew. */
  get isUsable(): boolean {
    return !this.#isBroken && this.services.states.isOurs(this.stream.id, this.hold);
  }

  /** When something of it was delivered last, ms UTC. */
  get takenAt(): number {
    return this.#takenAt;
  }

  get capture(): Said['capture'] {
    return this.#said.capture;
  }

  /** Whether messages of a partition were part of it. */
  liesIn({ topic, partition }: TopicPartition): boolean {
    return this.#partitions.has(`${topic}/${partition}`);
  }

  get hasOpen(): boolean {
    return this.#said.detections.open.length > 0;
  }

  /**
   * Works on a message; resolves when it counts and what it led to is told.
   * @param inHaste other streams wait: see StreamMonitor
   * @throws TakenOver; what makes the message unworkable; what the bus throws
   */
  take(delivery: CaptureDelivery, inHaste: boolean): Promise<Work> {
    return this.#advance(delivery, (isLate) => this.#work(delivery, isLate, inHaste));
  }

  /** Leaves a message behind that nobody can work on. Throws as `take` does. */
  setAside(delivery: CaptureDelivery, error: unknown): Promise<Work> {
    // What is late was left behind before.
    return this.#advance(delivery, async (isLate) =>
      isSegment(delivery) && !isLate ? this.#monitor.setAside(segmentOf(delivery, ''), error) : NOTHING,
    );
  }

  /** Closes what has stood still for long. @param now ms UTC */
  closeOverdue(now: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#settle();
      const step = this.#monitor.closeOverdue(now);
      if (step.changes.length > 0) await this.#count(step, this.#said.progress, null);
    });
  }

  /** Lets go of what it has on disk, once it is not busy. */
  release(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#frames.idle();
      await this.#monitor.release();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** @param work told whether the message is late: others that follow it were worked on already */
  #advance(delivery: CaptureDelivery, work: (isLate: boolean) => Promise<StreamStep>): Promise<Work> {
    return this.#inTurn(async () => {
      const { topic, partition } = delivery.position;
      this.#partitions.add(`${topic}/${partition}`);
      this.#takenAt = this.services.now();
      await this.#settle();
      const line = lineOf(delivery.position);
      const progress = () => progressOf(this.#said.progress, line);
      const arrival = arrivalOf(progress(), delivery);
      if (arrival.kind === 'again') {
        await this.#recall(delivery);
        return 'again';
      }
      const isLate = arrival.kind === 'late' && progress() !== null;
      if (!isLate && delivery.content.run !== this.#said.run.id) await this.#beginRun(delivery.content.run);
      if (arrival.kind === 'missing') await this.#miss(delivery, arrival.count);
      this.#seen = null;
      this.#sender = senderOf(delivery);
      const step = await work(isLate);
      const after = withProgress(this.#said.progress, line, progressAfter(progress(), delivery));
      await this.#count(step, after, segmentsOf(delivery), captureOf(delivery));
      if (isSegment(delivery) && this.#seen) this.#frames.seen(delivery, this.#seen);
      if (this.#said.capture.state === 'gone') await this.#monitor.release();
      return 'worked';
    });
  }

  async #work(delivery: CaptureDelivery, isLate: boolean, inHaste: boolean): Promise<StreamStep> {
    switch (delivery.type) {
      case 'segment/1':
      case 'fingerprint/1': {
        const { result, media } = await analysed(delivery, this.#monitor, this.services.spool, inHaste);
        this.#isBroken = true;
        const segment = segmentOf(delivery, media?.path ?? '');
        if (!isLate) {
          const { start, end, pictures } = result;
          const hasPictures = pictures !== null;
          this.#seen = { path: media?.path ?? null, start, duration: end - start, hasPictures };
          return this.#monitor.match(segment, result, media, inHaste);
        }
        if (media) await discardSegment(media);
        return this.#monitor.matchLate(segment, result, delivery.content.run === this.#said.run.id);
      }
      case 'lost/1': {
        const { sequence, duration, carries, reason, at } = delivery.content;
        const known = utcMillis(Math.min(Date.parse(at), delivery.at));
        return this.#monitor.lose({ sequence, duration, carries, reason, at: known });
      }
      case 'note/1':
        return { ...NOTHING, notes: [delivery.content.message] };
      case 'state/1':
        if (delivery.content.state !== 'gone') return NOTHING;
        this.#isBroken = true;
        return joined([await this.#monitor.finish(), this.#monitor.close()]);
    }
  }

  /** A segment that another worker has matched goes back into memory, so that what straddles the change is found. */
  async #recall(delivery: CaptureDelivery): Promise<void> {
    if (this.#isWarm || !isSegment(delivery) || delivery.content.run !== this.#said.run.id) return;
    try {
      const { result, media } = await analysed(delivery, this.#monitor, this.services.spool, false);
      if (media) await discardSegment(media);
      this.#monitor.recall(segmentOf(delivery, ''), result);
    } catch (error) {
      // It was accounted for when it came first.
      delivery.signal.throwIfAborted();
      this.services.onNote(
        this.stream,
        `segment ${delivery.content.sequence} could not be had again: ${error}`,
      );
    }
  }

  async #beginRun(run: string): Promise<void> {
    this.#isBroken = true;
    const step = await this.#monitor.finish();
    const { clock, detections } = this.#monitor.state;
    const { open, closed, past } = detections;
    await this.#monitor.release();
    const known = { open, closed: [], past: [...past, ...closed] };
    this.#monitor = new StreamMonitor(
      this.stream,
      this.services,
      newRun(clock.position ?? clock.earlier, known),
    );
    this.#isWarm = true;
    await this.#count(step, this.#said.progress, null, this.#said.capture, run);
  }

  /** Segments that were neither sent nor reported lost. */
  async #miss(delivery: CaptureDelivery, count: number): Promise<void> {
    const { run } = delivery.content;
    const sequence = (delivery.content as { sequence: number }).sequence - count;
    const carries = isSegment(delivery) ? delivery.content.carries : 'both';
    const each = isSegment(delivery) ? delivery.content.media.duration : 0;
    const next = isSegment(delivery) ? segmentOf(delivery, '').firstByteAt : this.services.now();
    const at = utcMillis(next - 1000 * each);
    const reason = 'it never came from the probe';
    const step = this.#monitor.lose({ at, sequence, duration: count * each, carries, reason });
    const line = lineOf(delivery.position);
    const before = progressOf(this.#said.progress, line)!;
    const progress = withProgress(this.#said.progress, line, { ...before, next: sequence + count });
    await this.#count(step, progress, { run, sequence, count, carries });
  }

  /** Makes a step count, and tells it. */
  async #count(
    step: StreamStep,
    progress: Said['progress'],
    segments: Segments | null,
    capture: Said['capture'] = this.#said.capture,
    run: string | null = this.#said.run.id,
  ): Promise<void> {
    const now = this.services.now();
    const news = newsOf(this.stream, step, segments, this.#said.told, now, this.#sender);
    const state = this.#monitor.state;
    const said: Said = {
      stream: { ...this.stream },
      at: new Date(now).toISOString(),
      capture,
      progress,
      told: toldWith(this.#said.told, news),
      run: toldRun(run, state),
      detections: toldDetections(state.detections),
      news,
    };
    this.#sender = null;
    this.#untold = { said, step, counts: false };
    this.#isBroken = false;
    if (segments) this.#isWarm = true;
    await this.#settle();
  }

  async #settle(): Promise<void> {
    const untold = this.#untold;
    if (untold === null) return;
    const { bus, states, onNote } = this.services;
    try {
      if (!untold.counts && !(await states.save(this.hold, untold.said))) throw new TakenOver();
      untold.counts = true;
      this.#said = untold.said;
      await publishNews(bus, untold.said.news);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      // Trying again would find the same: the message that led to it is left behind in the end, and the stream goes on.
      this.#isBroken = true;
      this.#untold = null;
      throw new Error(`What was found cannot be told: ${error.message}`, { cause: error });
    }
    this.#untold = null;
    const notes = [...untold.step.notes];
    notes.push(
      ...(await this.#monitor.show(untold.step, (detection, side, still) =>
        publishStill(bus, detection, side, still),
      )),
    );
    for (const note of notes) onNote(this.stream, note);
  }
}
