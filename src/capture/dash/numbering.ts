import type { DashSegment } from './segments.js';

/** Numbers that jump by so many are another numbering. */
const ANOTHER = 10_000;

/**
 * Numbers the segments of one rendition through all versions of a manifest: the same segment has the same number,
 * and what left the manifest unseen is counted, whether manifests number their segments or not.
 */
export class Numbering {
  private known = new Map<string, number>();
  private end: { readonly number: number; readonly time: number } | null = null;

  /** The number of the first of some segments, which follow each other. */
  first(segments: readonly DashSegment[]): number {
    const first = this.numberOf(segments);
    this.known = new Map(segments.map((segment, i) => [keyOf(segment), first + i]));
    const last = segments.at(-1);
    if (last) this.end = { number: first + segments.length, time: last.start + last.duration };
    return first;
  }

  private numberOf(segments: readonly DashSegment[]): number {
    for (const [i, segment] of segments.entries()) {
      const number = this.known.get(keyOf(segment));
      if (number !== undefined) return number - i;
    }
    const [first] = segments;
    if (this.end === null || first === undefined) return this.end?.number ?? 0;
    const gap = (first.start - this.end.time) / (first.duration || 1);
    return gap < -0.5 ? this.end.number + ANOTHER : this.end.number + Math.round(gap);
  }
}

const keyOf = ({ reference, range, start }: DashSegment): string =>
  `${reference} ${range?.offset ?? ''} ${start.toFixed(3)}`;
