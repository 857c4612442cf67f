import { rm } from 'node:fs/promises';
import type { CaptureEvent } from '../domain/segment.js';

/**
 * Events on their way from a capture to its reader. Bounded: whoever adds waits while the reader is behind, so
 * that a slow reader slows the fetching down instead of filling the disk.
 */
export class EventQueue implements AsyncIterable<CaptureEvent> {
  private readonly events: CaptureEvent[] = [];
  private readonly writers: (() => void)[] = [];
  private reader: (() => void) | null = null;
  private done = false;
  private failure: unknown = null;

  constructor(
    private readonly capacity: number,
    /** Called when somebody begins to read, and when he stops before the end. */
    private readonly hooks: { readonly start: () => void; readonly stop: () => void },
  ) {}

  /** Whether adding would have to wait. */
  get full(): boolean {
    return this.events.length >= this.capacity;
  }

  /** Resolves once there is room, or nobody reads any more. */
  async add(event: CaptureEvent): Promise<void> {
    while (this.full && !this.done) await new Promise<void>((resolve) => this.writers.push(resolve));
    this.addNow(event);
  }

  /** For the few events that must not wait. */
  addNow(event: CaptureEvent): void {
    if (this.done) discard(event);
    else this.events.push(event);
    this.wakeReader();
  }

  /** Nothing follows. What is in the queue is still delivered. */
  end(failure: unknown = null): void {
    this.done = true;
    this.failure = failure;
    this.wakeReader();
    this.wakeWriters();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CaptureEvent> {
    this.hooks.start();
    try {
      for (;;) {
        const event = this.events.shift();
        if (event !== undefined) {
          this.wakeWriters();
          yield event;
        } else if (this.done) {
          if (this.failure !== null) throw this.failure;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.reader = resolve;
          });
        }
      }
    } finally {
      this.end();
      for (const event of this.events.splice(0)) discard(event);
      this.hooks.stop();
    }
  }

  private wakeReader(): void {
    this.reader?.();
    this.reader = null;
  }

  private wakeWriters(): void {
    for (const wake of this.writers.splice(0)) wake();
  }
}

/** The file of a segment that nobody will receive. */
function discard(event: CaptureEvent): void {
  if (event.type === 'segment' && event.segment.owned !== false)
    rm(event.segment.path, { force: true }).catch(() => undefined);
}
