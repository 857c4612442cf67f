import { describe, expect, it } from 'vitest';
import type { Found } from '../../bench/accuracy/judge.js';
import { ahead } from '../../bench/accuracy/run-ahead.js';
import { judgeProgramme } from '../../bench/accuracy/run-programme.js';
import type { Appearance, Attack, Title } from '../../bench/accuracy/types.js';
import { assetId } from '../../src/domain/ids.js';

const ATTACK: Attack = { name: 'speed', judged: ['both'], group: '', speed: 1.04, mirrored: false };

function appearance(id: string, start: number, end: number, titleStart: number): Appearance {
  const title: Title = {
    id,
    file: id,
    duration: 75,
    hasVideo: true,
    hasAudio: true,
    sources: [id],
    split: 'judge',
  };
  return { title, attack: ATTACK, start, end, titleStart };
}

function found(id: string, start: number, end: number, referenceStart: number): Found {
  const reference = { start: referenceStart, end: referenceStart + 1.04 * (end - start) };
  return { assetId: assetId(id), stream: { start, end }, reference, speed: 1.04, expectedFalsePerDay: 1e-6 };
}

describe('a programme', () => {
  const programme = {
    file: 'programme.ts',
    duration: 600,
    appearances: [
      appearance('film', 100, 120, 5),
      appearance('film', 300, 310, 40),
      appearance('song', 400, 430, 0),
    ],
  };
  const catalogue = { shares: (id: string, sources: readonly string[]) => sources.includes(id) };

  it('is judged by each appearance in its place', () => {
    const matches = [found('film', 100.2, 120, 5.208), found('film', 300, 309, 40)];
    expect(judgeProgramme('live', catalogue, programme, matches)).toMatchObject({
      appearances: 3,
      found: 2,
      falseDetections: 0,
      startMedian: 0.1,
      endMedian: 0.5,
    });
  });

  it('counts a title where it does not show as false', () => {
    const matches = [found('song', 100, 120, 0), found('film', 500, 510, 20)];
    expect(judgeProgramme('live', catalogue, programme, matches)).toMatchObject({
      found: 0,
      falseDetections: 2,
    });
  });
});

describe('work ahead', () => {
  it('gives results in the order of the items, with failures in their places, and no more at once than allowed', async () => {
    let running = 0;
    let most = 0;
    const work = async (n: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 10 * (5 - n)));
      running--;
      if (n === 3) throw new Error('three');
      return 10 * n;
    };
    const seen: (number | string)[] = [];
    for await (const { value, error } of ahead([1, 2, 3, 4], 2, work))
      seen.push(error?.message ?? value ?? '');
    expect(seen).toEqual([10, 20, 'three', 40]);
    expect(most).toBe(2);
  });
});
