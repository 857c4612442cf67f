import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../bench/accuracy/report-rows.js';
import { shown } from '../../bench/accuracy/report-targets.js';
import type { Outcome } from '../../bench/accuracy/run-outcomes.js';

function outcome(change: Partial<Outcome>): Outcome {
  return {
    system: 'streamprint',
    modality: 'both',
    attack: 'identity',
    length: 10,
    titleId: 'film',
    file: 'clip.ts',
    hit: true,
    startError: 0.1,
    endError: 0.2,
    falseTitles: [],
    failure: null,
    ...change,
  };
}

const MISS = { hit: false, startError: null, endError: null };

describe('a row', () => {
  it('counts what was found, and what failed as not found', () => {
    const [row, ...rest] = rowsOf([
      outcome({}),
      outcome({ titleId: 'other', startError: 0.3 }),
      outcome({ ...MISS, falseTitles: ['stranger'] }),
      outcome({ ...MISS, failure: 'damaged' }),
    ]);
    expect(rest).toEqual([]);
    expect(row).toMatchObject({ n: 4, recall: 0.5, lower95: 0.15, titles: 2, failed: 1 });
    expect(row).toMatchObject({ startMedian: 0.2, endMedian: 0.2 });
    // One in 40 s of stream.
    expect(row!.falsePerHour).toBe(90);
  });

  it('stands for one attack, modality, length and system', () => {
    const rows = rowsOf([
      outcome({}),
      outcome({ modality: 'video' }),
      outcome({ length: 5 }),
      outcome({ attack: 'crop' }),
      outcome({ system: 'peer' }),
    ]);
    expect(rows.length).toBe(5);
  });
});

describe('what must be shown', () => {
  const results = (outcomes: Outcome[]) => ({
    outcomes,
    rows: rowsOf(outcomes),
    negatives: null,
    cost: null,
  });
  const verdict = (outcomes: Outcome[], what: string) =>
    shown(results(outcomes)).find((one) => one.what.startsWith(what));

  it('is met only when each attack by itself is', () => {
    const most = Array.from({ length: 200 }, () => outcome({ attack: 'logo' }));
    expect(verdict(most, 'both, every')?.met).toBe(true);
    const one = [outcome({ attack: 'crop-5' }), outcome({ attack: 'crop-5', ...MISS })];
    expect(verdict([...most, ...one], 'both, every')).toMatchObject({ met: false });
  });

  it('does not ask sound and pictures together for what is muted or black', () => {
    expect(verdict([outcome({ attack: 'muted', ...MISS })], 'both, every')).toBeUndefined();
  });

  it('names peers that find more', () => {
    const video = [outcome({ modality: 'video', ...MISS }), outcome({ modality: 'video' })];
    const peer = [outcome({ modality: 'video', system: 'peer' })];
    expect(verdict([...video, ...peer], 'no peer')).toMatchObject({ met: false });
    expect(verdict([outcome({ modality: 'video' }), ...peer], 'no peer')).toMatchObject({ met: true });
  });
});
