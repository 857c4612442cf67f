import { describe, expect, it } from 'vitest';
import { utcMillis } from '../../src/domain/ids.js';
import { type Part, PartCollector, type PlacedSegment } from '../../src/live-references/part-collector.js';

const segment = (start: number, facts: Partial<PlacedSegment> = {}): PlacedSegment => ({
  path: `${start}.ts`,
  start,
  end: start + 4,
  at: utcMillis(1000 * start),
  discontinuity: false,
  ...facts,
});
const names = (parts: readonly Part[]) => parts.map(({ segments }) => segments.map(({ start }) => start));

describe('parts of a live reference', () => {
  it('have the length that was asked for, and begin with the last segment of the one before', () => {
    const collector = new PartCollector(12);
    const parts = [0, 4, 8, 12, 16, 20, 24].flatMap((start) => collector.add(segment(start)));
    expect(names(parts)).toEqual([
      [0, 4, 8],
      [8, 12, 16, 20],
    ]);
    expect(parts.map(({ at, seconds }) => [at, seconds])).toEqual([
      [0, 12],
      [8000, 16],
    ]);
    expect(names(collector.finish())).toEqual([[20, 24]]);
  });

  it('end where segments are missing, or time stamps start anew', () => {
    const collector = new PartCollector(12);
    const parts = [segment(0), segment(4), segment(20), segment(24, { discontinuity: true })].flatMap((one) =>
      collector.add(one),
    );
    expect(names(parts)).toEqual([[0, 4], [20]]);
  });

  it('hold each segment once, or twice at a border', () => {
    const collector = new PartCollector(8);
    const parts = [0, 4].flatMap((start) => collector.add(segment(start)));
    expect(names(parts)).toEqual([[0, 4]]);
    expect(collector.held.map(({ start }) => start)).toEqual([4]);
    expect(collector.finish()).toEqual([]);
  });
});
