import type { FingerprintId } from '../../domain/ids.js';
import type { LiveSegments } from './catalogue-reader.js';
import type { Layout } from './layout.js';
import { Segment } from './segment.js';

/** Where a live fingerprint is. */
export interface Found {
  readonly segment: Segment;
  readonly ordinal: number;
}

/** The open segments, and where in them each fingerprint is. */
export class SegmentSet {
  private readonly open = new Map<number, Segment>();
  private readonly places = new Map<FingerprintId, Found>();

  constructor(private readonly layout: Layout) {}

  get segments(): readonly Segment[] {
    return [...this.open.values()];
  }

  get(number: number): Segment | undefined {
    return this.open.get(number);
  }

  /** Null when it was never there, or was removed. */
  find(id: FingerprintId): Found | null {
    const found = this.places.get(id);
    return found && !found.segment.removed.has(found.ordinal) ? found : null;
  }

  /** Opens what is new and closes what is gone. When a file cannot be opened all stays as it was. */
  update({ numbers, removed }: LiveSegments): void {
    const added: Segment[] = [];
    try {
      for (const number of numbers) {
        if (!this.open.has(number)) added.push(Segment.open(this.layout.segment(number), number));
      }
    } catch (error) {
      for (const segment of added) segment.close();
      throw error;
    }
    for (const segment of added) this.add(segment);
    const live = new Set(numbers);
    for (const segment of this.segments) {
      if (!live.has(segment.number)) this.drop(segment);
      else segment.removed = removed.get(segment.number) ?? new Set();
    }
  }

  close(): void {
    for (const segment of this.segments) this.drop(segment);
  }

  private add(segment: Segment): void {
    this.open.set(segment.number, segment);
    segment.fingerprints.forEach(({ id }, ordinal) => {
      this.places.set(id, { segment, ordinal });
    });
  }

  private drop(segment: Segment): void {
    this.open.delete(segment.number);
    for (const { id } of segment.fingerprints) {
      if (this.places.get(id)?.segment === segment) this.places.delete(id);
    }
    segment.close();
  }
}
