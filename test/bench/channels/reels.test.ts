import { expect, test } from 'vitest';
import { ATTACK_NAMES, planReels } from '../../../bench/channels/reels.js';
import { RATE, type Work } from '../../../bench/channels/types.js';

const work = (id: string, duration: number, planted: boolean): Work => ({
  id,
  title: id,
  file: `${id}.mp4`,
  duration,
  planted,
});
const WORKS = [
  ...Array.from({ length: 5 }, (_, n) => work(`film-${n}`, 40 + n, true)),
  ...Array.from({ length: 4 }, (_, n) => work(`advert-${n}`, 9.3 + n, false)),
];
const reels = planReels(WORKS, { reels: 7, segments: 30, seed: 3 });

test('Reels are filled without a gap, picture by picture, with what their works hold', () => {
  for (const { seconds, items } of reels) {
    expect(seconds).toBe(120);
    expect(items[0]!.start).toBe(0);
    expect(items.at(-1)!.end).toBe(120);
    for (const [n, item] of items.entries()) {
      if (n > 0) expect(item.start).toBe(items[n - 1]!.end);
      expect(item.start * RATE).toBeCloseTo(Math.round(item.start * RATE), 6);
      const { duration } = WORKS.find(({ id }) => id === item.work)!;
      expect(item.from + item.speed * (item.end - item.start)).toBeLessThanOrEqual(duration);
    }
  }
});

test('Every attack is there, planted works never meet, and the last reel has none of them', () => {
  const attacks = new Set(reels.flatMap(({ items }) => items.map(({ attack }) => attack)));
  expect([...ATTACK_NAMES].filter((name) => !attacks.has(name))).toEqual([]);
  for (const { items } of reels) {
    const planted = items.map(({ attack }) => attack !== null);
    expect(planted[0]).toBe(false);
    expect(planted.at(-1)).toBe(false);
    expect(planted.some((one, n) => one && planted[n + 1])).toBe(false);
  }
  expect(reels.at(-1)!.items.every(({ attack }) => attack === null)).toBe(true);
});
