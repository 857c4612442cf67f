import { describe, expect, it } from 'vitest';
import { type GenreName, mannerOf } from '../../samples/genres.js';
import { soundtrack } from '../../samples/sound/soundtrack.js';
import { SOUND_RATE } from '../../samples/sound/track.js';

const SECONDS = 12;
const play = (seed: string, genre: GenreName) => soundtrack(seed, SECONDS, mannerOf(seed, genre).sound);

/** Loudness of each tenth of a second. */
function levels(samples: Int16Array): number[] {
  const step = SOUND_RATE / 10;
  return Array.from({ length: Math.floor(samples.length / step) }, (_, n) => {
    const part = samples.subarray(n * step, (n + 1) * step);
    return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / step);
  });
}

function likeness(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, n) => {
    const other = b[n]! - mb;
    ab += (value - ma) * other;
    aa += (value - ma) ** 2;
    bb += other ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

describe('sound of the sample titles', () => {
  it('is the same every time', () => {
    expect(play('a', 'drama')).toEqual(play('a', 'drama'));
  });

  it('lasts as long as it should and is never clipped', () => {
    const samples = play('b', 'action');
    expect(samples.length).toBe(SECONDS * SOUND_RATE);
    expect(samples.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0)).toBeLessThan(32_000);
  });

  it.each(['drama', 'action', 'nature', 'music', 'talk', 'advert'] as const)(
    'changes all the time: %s',
    (genre) => {
      const found = levels(play(`c-${genre}`, genre));
      const loud = found.filter((level) => level > 100);
      expect(loud.length).toBeGreaterThan(found.length / 2);
      expect(Math.max(...loud)).toBeGreaterThan(1.3 * Math.min(...loud));
    },
  );

  it('differs from title to title, within a genre too', () => {
    expect(likeness(levels(play('d', 'music')), levels(play('e', 'music')))).toBeLessThan(0.6);
  });
});
