import { describe, expect, test } from 'vitest';
import { isServed, livePlaylist, publishedAt } from '../../../bench/channels/playlist.js';
import { planChannels } from '../../../bench/channels/timeline.js';
import { truthOf } from '../../../bench/channels/truth.js';
import type { ChannelPlan, Emission, Reel } from '../../../bench/channels/types.js';

const options = { channels: 60, seconds: 900, reels: [30, 30], hevc: [0], faults: true, seed: 1 };

describe('What channels send', () => {
  const channels = planChannels(options);

  test('comes evenly, from different places of the reels, and is there when the broadcast starts', () => {
    for (const { emissions } of channels) {
      expect(publishedAt(emissions, 0)).toBeGreaterThanOrEqual(4);
      expect(emissions.map(({ sequence }) => sequence)).toEqual(emissions.map((_, n) => n));
      for (const [n, { at }] of emissions.entries())
        if (n > 0) expect(at - emissions[n - 1]!.at).toBeGreaterThanOrEqual(4000);
    }
    const phases = channels.map(({ emissions }) => emissions[0]!.at).sort((a, b) => a - b);
    const gaps = phases.slice(1).map((at, n) => at - phases[n]!);
    expect(Math.max(...gaps)).toBeLessThan(200);
    expect(
      new Set(channels.map(({ emissions: [first] }) => `${first!.reel} ${first!.segment}`)).size,
    ).toBeGreaterThan(25);
  });

  test('has every fault, each marked as it must be', () => {
    const all = channels.flatMap(({ emissions }) =>
      emissions.slice(1).map((one, n) => [emissions[n]!, one] as const),
    );
    expect(all.some(([before, { at }]) => at - before.at > 14_000)).toBe(true);
    expect(all.some(([, { damage }]) => damage === 'corrupt')).toBe(true);
    expect(all.some(([, { damage }]) => damage === 'missing')).toBe(true);
    expect(all.some(([before, one]) => before.variant !== one.variant)).toBe(true);
    for (const [before, one] of all) {
      const goesOn = (one.mediaStart - before.mediaStart + 2 ** 33 / 90_000) % (2 ** 33 / 90_000);
      const isSame = Math.abs(goesOn - 4) < 0.001 && one.variant === before.variant;
      expect(one.discontinuity).toBe(!isSame);
    }
    expect(all.some(([before, one]) => one.mediaStart < before.mediaStart && !one.discontinuity)).toBe(true);
  });

  test('is the same for the same seed, and without faults where none are wanted', () => {
    expect(planChannels(options)).toEqual(channels);
    for (const { emissions } of planChannels({ ...options, faults: false }))
      expect(emissions.every(({ damage, discontinuity }) => damage === null && !discontinuity)).toBe(true);
  });
});

test('A playlist names the newest five segments, tells of discontinuities, and the server keeps three more', () => {
  const emissions = planChannels({ ...options, channels: 1, faults: false })[0]!.emissions.map(
    (emission): Emission => ({
      ...emission,
      discontinuity: emission.sequence === 2 || emission.sequence === 9,
      damage: emission.sequence === 8 ? 'missing' : null,
    }),
  );
  const text = livePlaylist(emissions, 11);
  expect(text).toContain('#EXT-X-MEDIA-SEQUENCE:6\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n#EXTINF:4.000,\n6.ts');
  expect(text).toContain('8.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:4.000,\n9.ts');
  expect(text.trimEnd().endsWith('10.ts')).toBe(true);
  const served = Array.from({ length: 14 }, (_, n) => n).filter((n) => isServed(emissions, n, 11));
  expect(served).toEqual([3, 4, 5, 6, 7, 9, 10]);
});

describe('The truth', () => {
  const reel: Reel = {
    seconds: 20,
    items: [
      { work: 'advert', attack: null, from: 0, speed: 1, start: 0, end: 5 },
      { work: 'film', attack: 'speed', from: 10, speed: 1.04, start: 5, end: 15 },
      { work: 'advert', attack: null, from: 0, speed: 1, start: 15, end: 20 },
    ],
  };
  const channel = (segments: readonly (readonly [at: number, segment: number])[]): ChannelPlan => ({
    id: 'one',
    name: 'One',
    emissions: segments.map(([at, segment], sequence) => ({
      ...{
        sequence,
        at,
        reel: 0,
        variant: 'h264',
        segment,
        mediaStart: 0,
        discontinuity: false,
        damage: null,
      },
    })),
  });

  test('says when a work was shown, from its first picture to its last, in each round of a loop', () => {
    const rounds = [0, 1, 2, 3, 4, 0, 1].map((segment, n) => [4000 * (n + 1), segment] as const);
    const shown = truthOf([channel(rounds)], [reel], 1_000_000);
    expect(shown).toEqual([
      {
        channel: 'one',
        work: 'film',
        attack: 'speed',
        speed: 1.04,
        start: 1_005_000,
        end: 1_015_000,
        from: 10,
      },
      {
        channel: 'one',
        work: 'film',
        attack: 'speed',
        speed: 1.04,
        start: 1_025_000,
        end: 1_028_000,
        from: 10,
      },
    ]);
  });

  test('is cut where the source stood still, and where it jumped', () => {
    const still = truthOf(
      [
        channel([
          [4000, 1],
          [28_000, 2],
          [32_000, 3],
        ]),
      ],
      [reel],
      0,
    );
    expect(still.map(({ start, end }) => [start, end])).toEqual([
      [1000, 4000],
      [24_000, 31_000],
    ]);
    expect(still[1]!.from).toBeCloseTo(10 + 1.04 * 3, 6);
    const jumped = truthOf(
      [
        channel([
          [4000, 1],
          [8000, 3],
        ]),
      ],
      [reel],
      0,
    );
    expect(jumped.map(({ start, end, from }) => [start, end, from])).toEqual([
      [1000, 4000, 10],
      [4000, 7000, expect.closeTo(10 + 1.04 * 7, 6)],
    ]);
  });
});
