import { describe, expect, it } from 'vitest';
import { type Found, falseMatches, judge, shownInterval, type Truth } from '../../bench/accuracy/judge.js';
import { assetId } from '../../src/domain/ids.js';

/** A clip of 10 s that begins 30 s into the title and plays 4 % faster. */
const TRUTH: Truth = {
  titleId: 'film',
  offset: 30,
  speed: 1.04,
  stream: { start: 0, end: 10 },
  repeats: [],
};

function found(
  change: Partial<{ id: string; start: number; end: number; offset: number; speed: number }>,
): Found {
  const { id = 'film', start = 0, end = 10, offset = 30, speed = 1.04 } = change;
  return {
    assetId: assetId(id),
    stream: { start, end },
    reference: { start: speed * start + offset, end: speed * end + offset },
    speed,
    expectedFalsePerDay: 1e-6,
  };
}

describe('a match', () => {
  it('of the right title in its place is a hit, with the errors of its ends', () => {
    const verdict = judge([found({ start: 0.25, end: 9.5 })], TRUTH, 'both');
    expect(verdict).toEqual({ hit: true, startError: 0.25, endError: 0.5 });
  });

  it('of another title is none', () => {
    expect(judge([found({ id: 'other' })], TRUTH, 'both').hit).toBe(false);
  });

  it('is judged at the middle of the clip: half a second for sound, one for pictures alone', () => {
    expect(judge([found({ offset: 30.45 })], TRUTH, 'audio').hit).toBe(true);
    expect(judge([found({ offset: 30.55 })], TRUTH, 'audio').hit).toBe(false);
    expect(judge([found({ offset: 30.95 })], TRUTH, 'video').hit).toBe(true);
    expect(judge([found({ offset: 31.05 })], TRUTH, 'video').hit).toBe(false);
    // Without the speed it is right where it begins, and 0.2 s off in the middle: near enough.
    expect(judge([found({ speed: 1 })], TRUTH, 'both').hit).toBe(true);
  });

  it('is as right where the title has the same once more', () => {
    const again = { ...TRUTH, repeats: [-8, 16] };
    expect(judge([found({ offset: 46.4 })], again, 'audio').hit).toBe(true);
    expect(judge([found({ offset: 22 })], again, 'audio')).toEqual({ hit: true, startError: 0, endError: 0 });
    expect(judge([found({ offset: 46.6 })], again, 'audio').hit).toBe(false);
    expect(judge([found({ offset: 38 })], again, 'audio').hit).toBe(false);
  });

  it('in two pieces counts as one', () => {
    const verdict = judge([found({ start: 6 }), found({ start: 1, end: 4 })], TRUTH, 'both');
    expect(verdict).toEqual({ hit: true, startError: 1, endError: 0 });
  });

  it('outside of the stretch that shows the title is no hit of it', () => {
    expect(judge([found({ start: 12, end: 15 })], TRUTH, 'both').hit).toBe(false);
  });
});

describe('a false match', () => {
  it('is one with a title that is not related to what is shown at that time', () => {
    const matches = [found({}), found({ id: 'cousin' }), found({ id: 'stranger' })];
    const related = new Set(['film', 'cousin']);
    expect(falseMatches(matches, (id) => related.has(id)).map((match) => match.assetId)).toEqual([
      'stranger',
    ]);
  });
});

describe('the interval shown', () => {
  it('ends where the title ends', () => {
    expect(shownInterval(30, 60, 1, 10)).toEqual({ start: 0, end: 10 });
    expect(shownInterval(52, 60, 1, 10)).toEqual({ start: 0, end: 8 });
    expect(shownInterval(52, 60, 2, 10)).toEqual({ start: 0, end: 4 });
    expect(shownInterval(-2, 60, 1, 10)).toEqual({ start: 2, end: 10 });
  });
});
