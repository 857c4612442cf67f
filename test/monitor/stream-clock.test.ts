import { describe, expect, it } from 'vitest';
import { StreamClock } from '../../src/monitor/stream-clock.js';
import { segment, T0 } from '../support/segment.js';

describe('StreamClock', () => {
  it('starts at the capture of the first byte less the duration', () => {
    const clock = new StreamClock();
    const placed = clock.place(segment(0), 1000, 1006);
    expect(placed).toMatchObject({ start: 0, end: 6, shift: -1000 });
    expect(clock.utc(0)).toBe(T0 - 6000);
  });

  it('goes on by the time stamps, whatever the jitter of arrival', () => {
    const clock = new StreamClock();
    clock.place(segment(0), 1000, 1006);
    expect(clock.place(segment(3), 1006, 1012).start).toBe(6);
    expect(clock.place(segment(17), 1012, 1018).start).toBe(12);
  });

  it('goes on without a gap where the time stamps start anew', () => {
    const clock = new StreamClock();
    clock.place(segment(0), 1000, 1006);
    expect(clock.place(segment(6, { discontinuity: true }), 50, 56)).toMatchObject({
      start: 6,
      end: 12,
      gap: 0,
    });
    expect(clock.place(segment(12), 56, 62).start).toBe(12);
  });

  it('leaves out the time of segments that were lost', () => {
    const clock = new StreamClock();
    clock.place(segment(0), 1000, 1006);
    clock.skip(6);
    expect(clock.place(segment(12), 1012, 1018)).toMatchObject({ start: 12, gap: 6, silence: 0 });
    clock.skip(6);
    expect(clock.place(segment(24, { discontinuity: true }), 0, 6)).toMatchObject({ start: 24, gap: 6 });
  });

  it.each([2, 4, 10])('goes on where a segment of %i s that was put in between is lost', (length) => {
    const clock = new StreamClock();
    clock.place(segment(0), 1000, 1006);
    clock.skip(length);
    const placed = clock.place(segment(6 + length), 1006.0004, 1012);
    expect(placed).toMatchObject({ shift: -1000, silence: 0 });
    expect(placed.gap).toBeLessThan(0.01);
  });

  it('goes on where what was lost took longer, or less long, than announced', () => {
    for (const took of [3, 8]) {
      const clock = new StreamClock();
      clock.place(segment(0), 1000, 1006);
      clock.skip(6);
      expect(clock.place(segment(12), 1006 + took, 1012 + took)).toMatchObject({ shift: -1000, gap: took });
    }
  });

  it('takes a new anchor where the wall clock says that the source stood still', () => {
    const clock = new StreamClock();
    clock.place(segment(0), 1000, 1006);
    const placed = clock.place(segment(106), 1006, 1012);
    expect(placed.start).toBe(106);
    expect(placed).toMatchObject({ gap: 100, silence: 100 });
    expect(clock.utc(placed.start)).toBe(T0 + 100_000);
  });

  it('gives media that is fetched faster than it plays its own time', () => {
    const clock = new StreamClock();
    for (let i = 0; i < 100; i++) clock.place(segment(i / 10), 6 * i, 6 * i + 6);
    expect(clock.place(segment(10), 600, 606).start).toBe(600);
  });

  it('places a sound rendition of its own on the same time line', () => {
    const clock = new StreamClock();
    clock.place(segment(0), 1000, 1006);
    expect(clock.place(segment(1, { carries: 'audio' }), 1000.02, 1006.04).start).toBeCloseTo(0.02, 6);
    clock.place(segment(6), 1006, 1012);
    expect(clock.place(segment(7, { carries: 'audio' }), 1006.04, 1012.06).start).toBeCloseTo(6.04, 6);
  });
});
