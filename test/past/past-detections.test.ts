import { describe, expect, it } from 'vitest';
import type { SeenMatch } from '../../src/detections/tracker.js';
import { assetId, detectionId, referenceId, utcMillis } from '../../src/domain/ids.js';
import type { Detection } from '../../src/domain/match.js';
import { pastDetections } from '../../src/past/past-detections.js';
import { STREAM } from './carried.js';

const NOON = Date.UTC(2026, 0, 1, 12);
const EVER = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const FACTS = {
  catalogue: 'studio',
  assetId: assetId('a'),
  title: 'A',
  referenceId: referenceId('r'),
  modality: 'both',
  speed: 1,
  mirrored: false,
  box: null,
  score: 1,
  expectedFalsePerDay: 1e-12,
} as const;
const time = (start: number, end: number) => ({
  start: utcMillis(NOON + 1000 * start),
  end: utcMillis(NOON + 1000 * end),
});

/** Seconds after noon; the reference begins `offset` s before. */
function seen(start: number, end: number, offset = 100): SeenMatch {
  const reference = { start: start + offset, end: end + offset };
  return { match: { ...FACTS, stream: { start, end }, reference }, time: time(start, end), claimable: EVER };
}

function known(id: string, start: number, end: number, facts: Partial<Detection> = {}): Detection {
  const reference = { start: start + 100, end: end + 100 };
  return {
    ...FACTS,
    id: detectionId(id),
    state: 'closed',
    stream: STREAM,
    time: time(start, end),
    reference,
    ...facts,
  };
}

const told = ({ detections, waiting }: ReturnType<typeof pastDetections>) => ({
  waiting,
  detections: detections.map(({ id, time: { start, end } }) => [
    id,
    (start - NOON) / 1000,
    (end - NOON) / 1000,
  ]),
});

describe('what a match in the past adds', () => {
  it('is a detection where there was none, with the same id every time', () => {
    const first = pastDetections(STREAM, seen(0, 60), []);
    expect(first.detections).toMatchObject([{ state: 'closed', time: time(0, 60) }]);
    expect(pastDetections(STREAM, seen(0, 60), []).detections[0]!.id).toBe(first.detections[0]!.id);
    expect(pastDetections(STREAM, seen(0, 60), first.detections).detections).toEqual([]);
  });

  it('lengthens what was found live, to both sides', () => {
    const outcome = pastDetections(STREAM, seen(0, 600), [known('live', 200, 300)]);
    expect(told(outcome)).toEqual({ waiting: false, detections: [['live', 0, 600]] });
    expect(outcome.detections[0]!.reference).toEqual({ start: 100, end: 700 });
  });

  it('is joined to what is nearest where much was found live', () => {
    const live = [known('x', 50, 100), known('y', 400, 500)];
    const { waiting, detections } = told(pastDetections(STREAM, seen(0, 600), live));
    expect(waiting).toBe(false);
    expect(detections).toEqual([
      ['x', 0, 400],
      ['y', 400, 600],
    ]);
  });

  it('adds nothing to a detection of the same time on another line', () => {
    expect(told(pastDetections(STREAM, seen(101, 199), [known('x', 100, 200)]))).toEqual({
      waiting: false,
      detections: [],
    });
  });

  it('waits for a detection that is open', () => {
    const live = [known('x', 300, 400, { state: 'open' })];
    expect(told(pastDetections(STREAM, seen(0, 360), live))).toEqual({ waiting: true, detections: [] });
    expect(told(pastDetections(STREAM, seen(310, 390), live))).toEqual({ waiting: false, detections: [] });
  });
});
