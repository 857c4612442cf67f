import { describe, expect, it } from 'vitest';
import type { Segment } from '../../src/domain/segment.js';
import { StreamClock } from '../../src/monitor/stream-clock.js';
import { segment, T0 } from '../support/segment.js';

/** A run that ended after its segment of media time 1054–1060, which came a minute after T0. */
function endedRun(first: Partial<Segment> = {}): StreamClock {
  const clock = new StreamClock();
  clock.place(segment(6, first), 1000, 1006);
  for (let i = 1; i < 10; i++) clock.place(segment(6 + 6 * i), 1000 + 6 * i, 1006 + 6 * i);
  return clock;
}

/** UTC at which a later run puts its first segment, s after T0. */
function startOfNext(before: StreamClock, next: Segment, start: number): number {
  const clock = new StreamClock(before.position);
  return (clock.utc(clock.place(next, start, start + 6).start) - T0) / 1000;
}

describe('the clock of a stream that is watched again', () => {
  it('goes on where the time stamps do, however late or early the first segment was fetched', () => {
    expect(startOfNext(endedRun(), segment(66), 1060)).toBe(60);
    expect(startOfNext(endedRun(), segment(71), 1060)).toBe(60);
    expect(startOfNext(endedRun(), segment(76), 1072)).toBe(72);
    expect(startOfNext(endedRun(), segment(606), 1595)).toBe(595);
  });

  it('knows a segment again that the run before has seen', () => {
    expect(startOfNext(endedRun(), segment(62), 1054)).toBe(54);
  });

  it('begins anew where the time stamps do', () => {
    expect(startOfNext(endedRun(), segment(70), 20)).toBe(64);
    expect(startOfNext(endedRun(), segment(606), 1060)).toBe(600);
    expect(startOfNext(endedRun(), segment(3606), 4596)).toBe(3600);
  });

  it('puts a recording that is read from its start again where it was', () => {
    const file = { uri: 'file:///streams/one/000.ts', digest: 'first' };
    expect(startOfNext(endedRun(file), segment(500, file), 1000)).toBe(0);
    expect(startOfNext(endedRun(file), segment(90_000, file), 1000)).toBe(0);
    expect(startOfNext(endedRun(file), segment(500, { ...file, digest: 'other' }), 1000)).toBe(494);
    const channel = { digest: 'first' };
    expect(startOfNext(endedRun(channel), segment(500, channel), 1000)).toBe(0);
    expect(startOfNext(endedRun(channel), segment(7200, channel), 1000)).toBe(7194);
  });

  it('keeps the times of one run apart from the wall clock by the same amount', () => {
    const clock = new StreamClock(endedRun().position);
    clock.place(segment(71), 1060, 1066);
    const next = clock.place(segment(77), 1066, 1072);
    expect(next).toMatchObject({ start: 6, gap: 0 });
    expect(clock.utc(next.end)).toBe(T0 + 72_000);
    expect(clock.utcAt(T0 + 100_000)).toBe(T0 + 95_000);
  });
});
