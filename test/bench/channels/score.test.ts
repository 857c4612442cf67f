import { describe, expect, test } from 'vitest';
import { Observations } from '../../../bench/channels/observations.js';
import { percentile, score, type Watched } from '../../../bench/channels/score.js';
import type { Request } from '../../../bench/channels/simulator-messages.js';
import type { ChannelPlan, Shown } from '../../../bench/channels/types.js';

/** A broadcast that began at 0, watched from 40 s to 160 s: segment n is published at 4 (n + 1) s. */
const channel = (id: string, missing: readonly number[] = []): ChannelPlan => ({
  id,
  name: id,
  emissions: Array.from({ length: 45 }, (_, sequence) => ({
    ...{
      sequence,
      at: 4000 * (sequence + 1),
      reel: 0,
      variant: 'h264',
      segment: sequence % 30,
      mediaStart: 0,
    },
    ...{ discontinuity: false, damage: missing.includes(sequence) ? 'missing' : null },
  })),
});
const shown = (work: string, start: number, end: number, more: Partial<Shown> = {}): Shown => ({
  ...{ channel: 'a', work, attack: 're-encode', speed: 1, start: 1000 * start, end: 1000 * end, from: 10 },
  ...more,
});

interface Seen {
  readonly channels?: readonly ChannelPlan[];
  readonly shown?: readonly Shown[];
  /** Channel and sequence numbers matched, 1 s after their capture. */
  readonly matched?: readonly (readonly [string, readonly number[]])[];
  /** work, when said, from, to, place in the reference; s */
  readonly opened?: readonly (readonly [string, number, number, number, number])[];
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

function watched({ channels = [channel('a')], shown: truth = [], matched, opened = [] }: Seen): Watched {
  const observations = new Observations();
  const requests: Request[] = [];
  for (const [id, sequences] of matched ?? [['a', range(8, 40)] as const])
    for (const sequence of sequences) {
      const at = 4000 * (sequence + 1) + 500;
      requests.push({ channel: id, sequence, at });
      observations.matched.push({ channel: id, sequence, at: at + 1000 });
    }
  for (const [n, [work, at, start, end, from]] of opened.entries())
    observations.detections.push({
      ...{
        change: 'opened',
        at: 1000 * at,
        id: String(n),
        channel: 'a',
        work,
        start: 1000 * start,
        end: 1000 * end,
        from,
      },
    });
  return {
    channels,
    shown: truth,
    broadcastFrom: 0,
    from: 40_000,
    to: 160_000,
    requests,
    matched: observations.matched,
    detections: observations.detections,
  };
}

describe('Segments', () => {
  test('that were matched, that the server had not, and that were dropped are told apart', () => {
    const sequences = range(8, 40).filter((n) => n !== 20 && n !== 25 && n !== 26);
    const { segments, realtime } = score(
      watched({ channels: [channel('a', [20])], matched: [['a', sequences]] }),
    );
    expect(segments).toEqual({ announced: 32, matched: 29, missing: 1, dropped: 2 });
    expect(realtime).toBe(false);
  });

  test('that were published just before the end need not be matched yet, earlier ones must', () => {
    expect(score(watched({ matched: [['a', range(8, 37)]] }))).toMatchObject({
      realtime: true,
      segments: { dropped: 0 },
    });
    expect(score(watched({ matched: [['a', range(8, 36)]] }))).toMatchObject({
      realtime: false,
      segments: { dropped: 1 },
    });
  });

  test('of a channel that was never seen are all dropped', () => {
    const result = score(watched({ channels: [channel('a'), channel('b')] }));
    expect(result.segments.dropped).toBeGreaterThan(30);
    expect(result.realtime).toBe(false);
  });

  test('are matched so long after their capture', () => {
    expect(score(watched({}))).toMatchObject({ lagP50: 1, lagP95: 1 });
  });
});

describe('Detections', () => {
  test('are right where work, channel, time and place agree, and tell how long it took', () => {
    const result = score(watched({ shown: [shown('film', 50, 70)], opened: [['film', 61, 53, 60, 10]] }));
    expect(result).toMatchObject({
      due: 1,
      found: 1,
      recall: 1,
      precision: 1,
      openP50: 11,
      openP95: 11,
      doubled: 0,
    });
  });

  test.each([
    ['another work', ['other', 61, 53, 60, 10]],
    ['another time', ['film', 130, 120, 128, 10]],
    ['another place in the reference', ['film', 61, 53, 60, 40]],
  ] as const)('are wrong with %s', (_, opened) => {
    const result = score(watched({ shown: [shown('film', 50, 70)], opened: [opened] }));
    expect(result).toMatchObject({ recall: 0, precision: 0, wrong: 1 });
    expect(result.missed).toHaveLength(1);
  });

  test('follow a work that is sped up to its place', () => {
    const sped = shown('film', 50, 90, { attack: 'speed', speed: 1.25 });
    const result = score(watched({ shown: [sped], opened: [['film', 80, 72, 79, 35]] }));
    expect(result).toMatchObject({ found: 1, wrong: 0, byAttack: { speed: { due: 1, found: 1 } } });
  });

  test('beyond the first of a showing are counted as doubled', () => {
    const opened = [
      ['film', 61, 52, 60, 10],
      ['film', 75, 64, 70, 22],
    ] as const;
    expect(score(watched({ shown: [shown('film', 50, 75)], opened }))).toMatchObject({
      doubled: 1,
      opened: 2,
      found: 1,
    });
  });

  test('of two showings between which the source jumped by a little are one of each, and nothing is doubled', () => {
    // The viewer is 3 s behind; either detection lies where the other showing may be seen, too.
    const jumped = [shown('film', 50, 57), shown('film', 57, 75, { from: 21 })];
    const opened = [
      ['film', 62, 53, 60, 10],
      ['film', 70, 60, 69, 21],
    ] as const;
    expect(score(watched({ shown: jumped, opened }))).toMatchObject({ doubled: 0, opened: 2, wrong: 0 });
    const again = [...opened, ['film', 77, 70, 76, 31] as const];
    expect(score(watched({ shown: jumped, opened: again }))).toMatchObject({
      doubled: 1,
      opened: 3,
      wrong: 0,
    });
  });

  test('of one showing do not count as found for another one before which the source jumped by a little', () => {
    const jumped = [shown('film', 50, 66), shown('film', 66, 80, { from: 30 })];
    const result = score(watched({ shown: jumped, opened: [['film', 62, 53, 68, 10]] }));
    expect(result).toMatchObject({ due: 2, found: 1, doubled: 0, wrong: 0 });
    expect(result.missed).toEqual([jumped[1]]);
  });

  test('are doubled, too, where the first of a showing opened before what is measured', () => {
    const opened = [
      ['film', 39, 31, 38, 10],
      ['film', 61, 52, 60, 31],
    ] as const;
    expect(score(watched({ shown: [shown('film', 30, 65)], opened }))).toMatchObject({
      doubled: 1,
      opened: 1,
    });
  });

  test('need not be there for what shows too short, too late, or on a part that was not watched', () => {
    const few = [shown('film', 50, 57), shown('film', 140, 160), shown('film', 10, 34)];
    expect(score(watched({ shown: few }))).toMatchObject({ due: 0, recall: null });
  });

  test('of what had begun before the channel was watched count as found, and not for the time it took', () => {
    const result = score(watched({ shown: [shown('film', 20, 70)], opened: [['film', 45, 36, 44, 26]] }));
    expect(result).toMatchObject({ due: 1, found: 1, openP95: null });
  });
});

test('A percentile is a value that the share reaches', () => {
  expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(percentile(range(1, 101), 0.95)).toBe(95);
  expect(percentile([], 0.95)).toBeNull();
});
