import { describe, expect, it } from 'vitest';
import { Publishing } from '../../../src/capture/hls/publishing.js';

/** Looks at a playlist that gets a segment of `each` s every `each` s from `first` on, as it is told, for `count` segments. */
function looks(first: number, count: number, each = 4, jitter = (_n: number) => 0) {
  const publishing = new Publishing();
  const cameAt = (n: number) => first + 1000 * each * n + jitter(n);
  const looked: { at: number; delays: number[] }[] = [];
  let known = -1;
  for (let at = 0; known < count; ) {
    let newest = known;
    while (cameAt(newest + 1) <= at) newest++;
    const delays = Array.from({ length: newest - known }, (_, i) => at - cameAt(known + 1 + i));
    looked.push({ at, delays });
    // Of what was there before the first look nothing is known.
    const next = publishing.next(at, looked.length === 1 ? 1 : newest - known, each);
    expect(next).toBeGreaterThan(at);
    known = newest;
    at = next;
  }
  return looked;
}

describe('when a live playlist is looked at', () => {
  it('finds out when segments come, wherever the first look falls', () => {
    for (let first = -3900; first <= 0; first += 100) {
      const later = looks(first, 60).slice(16);
      const delays = later.flatMap((look) => look.delays);
      expect(Math.max(...delays)).toBeLessThanOrEqual(550);
      expect(delays.reduce((a, b) => a + b) / delays.length).toBeLessThan(250);
    }
  });

  it('then looks once a segment', () => {
    for (let first = -3900; first <= 0; first += 100) {
      const all = looks(first, 60);
      expect(all.length).toBeLessThanOrEqual(60 + 20);
    }
  });

  it('follows a source whose segments last a little longer or less than it says', () => {
    for (const drift of [15, -15]) {
      const later = looks(-1000, 100, 4, (n) => drift * n).slice(10);
      const delays = later.flatMap((look) => look.delays);
      expect(Math.max(...delays)).toBeLessThan(1500);
      expect(delays.reduce((a, b) => a + b) / delays.length).toBeLessThan(600);
    }
  });

  it('bears with a source that is now early, now late', () => {
    const later = looks(-1000, 200, 4, (n) => (n * 7919) % 800).slice(10);
    const delays = later.flatMap((look) => look.delays);
    expect(Math.max(...delays)).toBeLessThan(2500);
    expect(later.length).toBeLessThan(2 * delays.length);
  });

  it('asks a source that stands still less often', () => {
    const publishing = new Publishing();
    let at = publishing.next(0, 1, 4);
    const waits = Array.from({ length: 12 }, () => {
      const next = publishing.next(at, 0, 4);
      const wait = next - at;
      at = next;
      return wait;
    });
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
    expect(waits.slice(-4)).toEqual([2000, 2000, 2000, 2000]);
  });
});
