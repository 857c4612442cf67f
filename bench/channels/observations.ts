/** A segment that a system took through its matcher. Times in ms since 1970. */
export interface Matched {
  readonly channel: string;
  /** Media sequence number. */
  readonly sequence: number;
  readonly at: number;
}

/** What a system said of a detection. Times in ms since 1970. */
export interface DetectionSaid {
  readonly change: 'opened' | 'extended' | 'closed';
  readonly at: number;
  readonly id: string;
  readonly channel: string;
  readonly work: string;
  readonly start: number;
  readonly end: number;
  /** Place in the reference at `start`, s. */
  readonly from: number;
}

/** All that a system said while it was watched, in the order in which it did. */
export class Observations {
  readonly matched: Matched[] = [];
  readonly detections: DetectionSaid[] = [];
  /** How often it said that it lost a segment or set one aside, by reason. */
  readonly losses = new Map<string, number>();

  lost(reason: string, count = 1): void {
    this.losses.set(reason, (this.losses.get(reason) ?? 0) + count);
  }
}
