import { describe, expect, it } from 'vitest';
import { figuresOf, type NegativePart, sourceKey, withParts } from '../../bench/accuracy/negative-figures.js';
import type { Row } from '../../bench/accuracy/report-rows.js';
import { added, type Figures } from '../../bench/accuracy/run-added.js';

const film = sourceKey(['film.mp4']);
const song = sourceKey(['song.ogg']);

function part(name: string, seconds: number, sources: Record<string, number>, efforts: string[] = []) {
  const found = efforts.map((effort) => ({
    ...{ effort: effort as 'thorough' | 'live', negative: 'n', kind: 'k', assetId: 'a', modality: 'both' },
    ...{ stream: { start: 0, end: 10 }, expectedFalsePerDay: 0.01 },
  }));
  return { part: name, seconds, failed: 1, found, sources } satisfies NegativePart;
}

describe('negatives that are run in parts', () => {
  const first = part('1/2', 3600, { [film]: 1800, [song]: 600 }, ['live']);
  const second = part('2/2', 7200, { [film]: 3600 }, ['live', 'thorough']);

  it('are added up, each source once with its longest stream', () => {
    const both = withParts(figuresOf([first]), figuresOf([second]));
    expect(both).toMatchObject({ hours: 3, falseDetections: 1, liveFalseDetections: 2, failed: 2 });
    expect(both.sourceHours).toBeCloseTo(4200 / 3600, 9);
    expect(both.parts.map(({ part }) => part)).toEqual(['1/2', '2/2']);
    expect(sourceKey(['a', 'b'])).not.toBe(sourceKey(['ab']));
  });

  it('take the place of the same part before, and of parts that were cut otherwise', () => {
    const both = withParts(figuresOf([first]), figuresOf([second]));
    const again = withParts(both, figuresOf([part('1/2', 1800, {})]));
    expect(again).toMatchObject({ hours: 2.5, falseDetections: 1, liveFalseDetections: 1 });
    expect(withParts(both, figuresOf([part('2/3', 1800, {})]))).toMatchObject({ hours: 0.5, failed: 1 });
    expect(withParts(null, figuresOf([first]))).toEqual(figuresOf([first]));
  });

  it('stand in the order of their numbers', () => {
    const tenth = withParts(figuresOf([part('10/12', 60, {})]), figuresOf([part('2/12', 60, {})]));
    expect(withParts(tenth, figuresOf([part('1/12', 60, {})])).parts.map(({ part }) => part)).toEqual([
      '1/12',
      '2/12',
      '10/12',
    ]);
  });
});

describe('results that are added to', () => {
  const row = (attack: string, recall: number) =>
    ({ system: 'streamprint', modality: 'both', attack, length: 10, recall }) as unknown as Row;
  const before: Figures = {
    rows: [row('crop', 0.5), row('logo', 1)],
    negatives: figuresOf([part('1/2', 3600, {})]),
    ...{ cost: { wholeWayOverDecode: 0.9 }, programme: null, sharedContent: { found: 3 } },
  };

  it('keep what was not measured, and have the new rows in place of the old ones', () => {
    const now: Figures = {
      rows: [row('crop', 0.75), row('mirrored', 1)],
      ...{ negatives: null, cost: null, programme: { recall: 1 }, sharedContent: null },
    };
    expect(added(before, now)).toEqual({
      ...before,
      rows: [row('crop', 0.75), row('logo', 1), row('mirrored', 1)],
      programme: { recall: 1 },
    });
  });

  it('have parts of negatives added up', () => {
    const negatives = figuresOf([part('2/2', 3600, {})]);
    expect(added(before, { ...before, negatives }).negatives).toMatchObject({ hours: 2, failed: 2 });
  });
});
