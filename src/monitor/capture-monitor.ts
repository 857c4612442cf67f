import type { DetectionStore } from '../detections/detection-store.js';
import { REMEMBER_CLOSED } from '../detections/tracker.js';
import type { Capture, CaptureEvent, Segment } from '../domain/segment.js';
import { detectionEvent, type MonitorEvent } from './events.js';
import { newRun } from './new-run.js';
import { discardSegment } from './segment-ring.js';
import { type Analysed, type MatchingServices, StreamMonitor } from './stream-monitor.js';
import type { StreamStep } from './stream-step.js';

const TICK_MS = 5000;

export interface MonitorServices extends MatchingServices {
  readonly store: DetectionStore;
  readonly now: () => number;
  readonly emit: (event: MonitorEvent) => void;
}

/** Follows one stream that is captured in this process, and writes down what it finds before it says it. */
export class CaptureMonitor {
  readonly #monitor: StreamMonitor;
  #isLooking = false;

  constructor(
    private readonly capture: Capture,
    private readonly services: MonitorServices,
  ) {
    const { store } = services;
    const { stream } = capture;
    store.saveStream(stream);
    const earlier = store.positionOf(stream.id);
    const since = earlier && earlier.first.start - 1000 * REMEMBER_CLOSED;
    const past = since === null ? [] : store.find({ stream: stream.id, state: 'closed', since });
    const detections = { open: store.openOf(stream.id), closed: [], past };
    this.#monitor = new StreamMonitor(stream, services, newRun(earlier, detections));
  }

  /** Segments that could be matched so far. */
  get captured(): number {
    return this.#monitor.captured;
  }

  /** Runs until the capture ends. What is open then stays open: see `close`. */
  async run(): Promise<void> {
    const ticking = setInterval(() => this.#closeOverdue(), TICK_MS);
    try {
      for await (const event of this.capture.events) await this.#take(event);
      const last = await this.#monitor.finish();
      this.#write(last);
      await this.#show(last);
    } finally {
      clearInterval(ticking);
      await this.#monitor.release();
    }
  }

  /** Closes the detections that are open. */
  close(): void {
    this.#write(this.#monitor.close());
  }

  /** One that is looked at may go on with its detections. */
  #closeOverdue(): void {
    if (!this.#isLooking) this.#write(this.#monitor.closeOverdue(this.services.now()));
  }

  async #take(event: CaptureEvent): Promise<void> {
    switch (event.type) {
      case 'segment':
        this.#isLooking = true;
        await this.#segment(event.segment);
        this.#isLooking = false;
        return;
      case 'lost':
        return this.#write(this.#monitor.lose(event));
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
    let result: Analysed;
    try {
      result = await this.#monitor.analyse(segment);
    } catch (error) {
      await discardSegment(segment);
      this.#write(this.#monitor.setAside(segment, error));
      return this.#dealtWith(segment, false);
    }
    const step = await this.#monitor.match(segment, result, segment);
    this.#write(step);
    this.#dealtWith(segment, true);
    await this.#show(step);
  }

  async #show(step: StreamStep): Promise<void> {
    const { store } = this.services;
    const notes = await this.#monitor.show(step, async ({ id }, side, still) =>
      store.saveStill(id, side, still),
    );
    for (const note of notes) this.#note(note);
  }

  /** Writes down what changed, and then says so. */
  #write({ notes, changes, coverage, position }: StreamStep): void {
    const { store, emit, now } = this.services;
    for (const note of notes) this.#note(note);
    const detections = changes.map(({ detection }) => detection);
    store.save(this.capture.stream.id, { detections, coverage, position });
    for (const change of changes) emit(detectionEvent(change, now()));
  }

  #dealtWith({ uri, firstByteAt }: Segment, matched: boolean): void {
    this.services.emit({
      type: 'stream.segment',
      time: new Date(this.services.now()).toISOString(),
      stream: this.capture.stream,
      url: uri,
      captured: new Date(firstByteAt).toISOString(),
      matched,
    });
  }

  #note(message: string): void {
    const time = new Date(this.services.now()).toISOString();
    this.services.emit({ type: 'stream.note', time, stream: this.capture.stream, message });
  }
}
