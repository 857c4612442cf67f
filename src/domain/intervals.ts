import type { Interval } from './match.js';

/** The same time in as few intervals as can be: ascending, and apart from each other. */
export function unionOf(intervals: readonly Interval[]): Interval[] {
  const union: Interval[] = [];
  for (const { start, end } of [...intervals].sort((a, b) => a.start - b.start)) {
    const last = union.at(-1);
    if (last && start <= last.end)
      union[union.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else union.push({ start, end });
  }
  return union;
}

/** What lies between intervals that are ascending and apart from each other, from −∞ to ∞. */
export function between(intervals: readonly Interval[]): Interval[] {
  const starts = [Number.NEGATIVE_INFINITY, ...intervals.map(({ end }) => end)];
  const ends = [...intervals.map(({ start }) => start), Number.POSITIVE_INFINITY];
  return starts.map((start, i) => ({ start, end: ends[i]! }));
}

/** What two intervals have in common; where that is nothing, its end lies before its start. */
export function common(a: Interval, b: Interval): Interval {
  return { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
}

export function lengthOf({ start, end }: Interval): number {
  return end - start;
}

export function sameIntervals(a: readonly Interval[], b: readonly Interval[]): boolean {
  return a.length === b.length && a.every(({ start, end }, i) => start === b[i]!.start && end === b[i]!.end);
}
