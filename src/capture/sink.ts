import { utcMillis } from '../domain/ids.js';
import type { StreamState } from '../domain/match.js';
import type { CaptureEvent, Segment } from '../domain/segment.js';
import type { EventQueue } from './event-queue.js';

type LostEvent = Extract<CaptureEvent, { type: 'lost' }>;
/** By the source, unless it says otherwise. */
type Lost = Omit<LostEvent, 'type' | 'at' | 'by'> & Partial<Pick<LostEvent, 'by'>>;

/** Where a capture puts what it has to tell; keeps the stream's state. */
export class Sink {
  private state: StreamState | null = null;
  private stallTimer: NodeJS.Timeout | null = null;
  private patience = 0;

  constructor(
    private readonly queue: EventQueue,
    readonly now: () => number,
  ) {}

  /** A segment has come: the stream is live. Waits while the reader is behind. */
  async segment(segment: Segment): Promise<void> {
    if (this.state !== 'live') this.setState('live', this.state === null ? 'captured' : 'captured again');
    await this.queue.add({ type: 'segment', segment });
    this.waitForMore();
  }

  async lost(lost: Lost): Promise<void> {
    await this.queue.add({ type: 'lost', at: this.at(), by: 'source', ...lost });
  }

  async note(message: string): Promise<void> {
    await this.queue.add({ type: 'note', at: this.at(), message });
  }

  /** From now on, no segment for so many milliseconds means that the stream has stalled. */
  expectWithin(milliseconds: number): void {
    const first = this.patience === 0;
    this.patience = milliseconds;
    if (first) this.waitForMore();
  }

  /** The last event. @param ended the source said that nothing follows, rather than being lost */
  gone(reason: string, ended: boolean): void {
    this.close();
    this.setState('gone', reason, ended);
  }

  /** No more changes of state. */
  close(): void {
    if (this.stallTimer !== null) clearTimeout(this.stallTimer);
    this.stallTimer = null;
    this.patience = 0;
  }

  private waitForMore(): void {
    if (this.patience === 0) return;
    if (this.stallTimer !== null) clearTimeout(this.stallTimer);
    this.stallTimer = setTimeout(() => this.noteStall(), this.patience);
  }

  private noteStall(): void {
    // A reader that is behind is no fault of the stream.
    if (this.queue.full) this.waitForMore();
    else if (this.state !== 'stalled')
      this.setState('stalled', `no new segment for ${Math.round(this.patience / 1000)} s`);
  }

  private setState(state: StreamState, reason: string, ended = false): void {
    this.state = state;
    this.queue.addNow({ type: 'state', at: this.at(), state, reason, ended });
  }

  private at() {
    return utcMillis(this.now());
  }
}
