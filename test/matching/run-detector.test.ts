import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunDetector } from '../../src/matching/run-detector.js';

/** Pieces that stand by themselves, and ends that take nothing. */
const PLAIN = { between: false, share: 1 / 3, endCost: 0 };

/** One item a second, from second 0 on. */
function feed(detector: RunDetector, evidence: readonly number[]): RunDetector {
  evidence.forEach((value, i) => {
    detector.add(i, i + 1, value);
  });
  return detector;
}

describe('RunDetector', () => {
  it('finds the stretch in which evidence adds up, without what speaks against it at its ends', () => {
    const detector = feed(
      new RunDetector({ drop: 5, keep: 1, maxQuiet: 100, ...PLAIN }),
      [-1, -1, 3, 3, -1, 3, -1, -1],
    );
    expect(detector.current).toMatchObject({ start: 2, end: 6, score: 8 });
  });

  it('ends a run when the sum has fallen by the drop, and starts the next one afresh', () => {
    const detector = feed(
      new RunDetector({ drop: 4, keep: 1, maxQuiet: 100, ...PLAIN }),
      [5, 5, -2, -2, -2, 6, 6],
    );
    expect(detector.closed).toMatchObject([{ start: 0, end: 2, score: 10 }]);
    expect(detector.current).toMatchObject({ start: 5, end: 7, score: 12 });
  });

  it('is not ended by a stretch that says nothing, as long as that is short', () => {
    const quiet = feed(new RunDetector({ drop: 4, keep: 1, maxQuiet: 10, ...PLAIN }), [5, 0, 0, 0, 5]);
    expect(quiet.current).toMatchObject({ start: 0, end: 5, score: 10 });
    const long = feed(new RunDetector({ drop: 4, keep: 1, maxQuiet: 2, ...PLAIN }), [5, 0, 0, 0, 5]);
    expect(long.closed).toMatchObject([{ start: 0, end: 1, score: 5 }]);
    expect(long.current).toMatchObject({ start: 4, end: 5, score: 5 });
  });

  it('takes for each end that lies within what was compared', () => {
    const settings = { drop: 20, keep: 1, maxQuiet: 100, ...PLAIN, endCost: 4 };
    const scoreOf = (evidence: readonly number[]) => feed(new RunDetector(settings), evidence).current!.score;
    expect(scoreOf([5, 5])).toBe(10);
    expect(scoreOf([-3, 5, 5])).toBe(7);
    expect(scoreOf([-9, 5, 5])).toBe(6);
    expect(scoreOf([-9, 5, 5, -1])).toBe(5);
    expect(scoreOf([-9, 5, 5, -9])).toBe(2);
    const two = feed(new RunDetector({ ...settings, drop: 4 }), [5, -5, 5]);
    expect(two.closed).toMatchObject([{ score: 1 }]);
    expect(two.current).toMatchObject({ score: 1 });
  });

  it('may reach as far as was compared, if what lies between speaks against that by little', () => {
    const settings = { drop: 20, keep: 1, maxQuiet: 100, ...PLAIN };
    const currentOf = (evidence: readonly number[]) => feed(new RunDetector(settings), evidence).current;
    expect(currentOf([-1, 3, 3, 3, 3, -1, -0.5])).toMatchObject({ start: 1, end: 5, openFrom: 0, openTo: 7 });
    expect(currentOf([-3, 3, 3, 3, 3, -2, -2])).toMatchObject({
      start: 1,
      end: 5,
      openFrom: null,
      openTo: null,
    });
    expect(currentOf([0.1, -0.2, -0.1, 3, 3, 3, 3])).toMatchObject({ start: 3, openFrom: 0, openTo: 7 });
    expect(currentOf([-0.1, -0.1, -0.1, -0.1, -0.1, 3, 3, 3, 3])).toMatchObject({ openFrom: null });
    const two = feed(new RunDetector({ ...settings, drop: 4 }), [5, -5, 5, 5]);
    expect(two.closed).toMatchObject([{ openFrom: 0, openTo: null }]);
    expect(two.current).toMatchObject({ openFrom: null, openTo: 4 });
  });

  it('forgets runs with too little', () => {
    const detector = feed(new RunDetector({ drop: 2, keep: 4, maxQuiet: 100, ...PLAIN }), [3, -3, 3, -3]);
    expect(detector.closed).toEqual([]);
    expect(detector.current).toBeNull();
  });

  it('sets its ends by its own measure: stray evidence outside does not lengthen it', () => {
    const evidence = [0.5, -0.2, 6, 6, 6, 6, -0.3, 0.6];
    const detector = feed(new RunDetector({ drop: 30, keep: 1, maxQuiet: 100, ...PLAIN }), evidence);
    expect(detector.current).toMatchObject({ start: 2, end: 6 });
  });

  it('places an end between two pieces where the evidence fades', () => {
    const ends = [6, 4, 2, 0.1].map((fading) => {
      const detector = new RunDetector({
        drop: 30,
        keep: 1,
        maxQuiet: 100,
        ...PLAIN,
        between: true,
      });
      return feed(detector, [-2, 6, 6, 6, 6, fading, -2, -2]).current!.end;
    });
    expect(ends).toEqual([...ends].sort((a, b) => b - a));
    expect(ends[0]! - ends[3]!).toBeLessThan(1.2);
    expect(ends[0]! - ends[1]!).toBeLessThan(0.5);
  });

  it('reports the maximal sum of any stretch when nothing is dropped', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 }), (evidence) => {
        const detector = feed(
          new RunDetector({
            drop: Number.POSITIVE_INFINITY,
            keep: 1,
            maxQuiet: 1000,
            ...PLAIN,
          }),
          evidence,
        );
        const best = Math.max(0, ...detector.closed.map((run) => run.score), detector.current?.score ?? 0);
        expect(best).toBe(maximalSum(evidence));
      }),
    );
  });
});

function maximalSum(values: readonly number[]): number {
  let best = 0;
  for (let i = 0; i < values.length; i++)
    for (let j = i, sum = 0; j < values.length; j++) {
      sum += values[j]!;
      best = Math.max(best, sum);
    }
  return best;
}
