import type { SegmentSet } from './segment-set.js';

/**
 * Reads what may be kept in memory of the open segments before it is asked for, one piece between one turn of the event
 * loop and the next: a process that looks up for weeks would read it all anyway, and its first look-ups would wait for
 * the disk while its memory grew for minutes.
 */
export class ReadAhead {
  private isUnderWay = false;

  constructor(private readonly segments: SegmentSet) {}

  /** To be called when segments were opened. */
  begin(): void {
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    setImmediate(() => this.readOn());
  }

  private readOn(): void {
    this.isUnderWay = false;
    try {
      if (this.segments.segments.some((segment) => segment.readAhead())) this.begin();
    } catch {
      // What cannot be read fails, and is told, in the look-up that needs it.
    }
  }
}
