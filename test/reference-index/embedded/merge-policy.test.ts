import { describe, expect, it } from 'vitest';
import { dueMerge, fullMerge, type SegmentSize } from '../../../src/reference-index/embedded/merge-policy.js';

const HOUR = 3600;
const sizes = (...seconds: number[]): SegmentSize[] =>
  seconds.map((s, i) => ({ number: i + 1, seconds: s, removedSeconds: 0 }));

describe('which segments are merged', () => {
  it('is ten of about the same size, in the ordinary course', () => {
    expect(dueMerge(sizes(...Array(9).fill(HOUR)))).toBeNull();
    expect(dueMerge(sizes(200 * HOUR, ...Array(10).fill(HOUR)))).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(dueMerge(sizes(...Array(10).fill(60), ...Array(10).fill(HOUR)))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect(dueMerge(sizes(...Array(12).fill(1000 * HOUR)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(dueMerge(sizes(...Array(30).fill(10_000 * HOUR)))).toBeNull();
  });

  it('writes each hour few times however many there are', () => {
    let segments: SegmentSize[] = [];
    let written = 0;
    for (let number = 1; number <= 3000; number++) {
      segments.push({ number, seconds: HOUR, removedSeconds: 0 });
      for (let due = dueMerge(segments); due; due = dueMerge(segments)) {
        const seconds = due.reduce((sum, n) => sum + segments.find((s) => s.number === n)!.seconds, 0);
        segments = segments.filter((s) => !due.includes(s.number));
        segments.push({ number: 10_000 + written, seconds, removedSeconds: 0 });
        written += seconds;
      }
      expect(segments.length).toBeLessThan(45);
    }
    expect(written / (3000 * HOUR)).toBeLessThan(4);
  });

  it('is a segment of which more than half was removed', () => {
    const segments = [...sizes(HOUR), { number: 7, seconds: 10, removedSeconds: 6 }];
    expect(dueMerge(segments)).toEqual([7]);
    expect(dueMerge([{ number: 7, seconds: 10, removedSeconds: 5 }])).toBeNull();
  });

  it('is all of them, up to a large size, when asked to compact', () => {
    expect(fullMerge(sizes(HOUR, 100 * HOUR, 60))).toEqual([3, 1, 2]);
    expect(fullMerge(sizes(HOUR, 9000 * HOUR))).toBeNull();
    expect(fullMerge(sizes(HOUR))).toBeNull();
    expect(fullMerge([{ number: 4, seconds: 900 * HOUR, removedSeconds: 1 }])).toEqual([4]);
  });
});
