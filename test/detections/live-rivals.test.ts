import { describe, expect, it } from 'vitest';
import { withoutRivals } from '../../src/detections/live-rivals.js';
import type { SeenMatch } from '../../src/detections/tracker.js';
import { assetId, detectionId, referenceId, streamId, utcMillis } from '../../src/domain/ids.js';
import type { Detection } from '../../src/domain/match.js';

const NOON = Date.UTC(2026, 0, 1, 12);
const EVER = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

const time = (start: number, end: number) => ({
  start: utcMillis(NOON + 1000 * start),
  end: utcMillis(NOON + 1000 * end),
});

/** Of an asset, in seconds after noon; the stream is `delay` s behind, or the reference is no live one. */
function facts(asset: string, start: number, end: number, delay: number | null) {
  const from = delay === null ? 0 : NOON / 1000 + start - delay;
  return {
    catalogue: 'c',
    assetId: assetId(asset),
    title: asset,
    referenceId: referenceId(`${asset} ${start}`),
    modality: 'both',
    reference: { start: from, end: from + end - start },
    speed: 1,
    mirrored: false,
    box: null,
    score: 1,
    expectedFalsePerDay: 1e-12,
  } as const;
}

function seen(asset: string, start: number, end: number, delay: number | null = 20): SeenMatch {
  const match = { ...facts(asset, start, end, delay), stream: { start, end } };
  return { match, time: time(start, end), claimable: EVER };
}

function known(asset: string, start: number, end: number): Detection {
  const stream = { id: streamId('s'), name: 'S', url: '' };
  return {
    ...facts(asset, start, end, 20),
    id: detectionId(asset),
    state: 'open',
    stream,
    time: time(start, end),
  };
}

const kept = (matches: readonly SeenMatch[], detections: readonly Detection[] = []) =>
  withoutRivals(matches, detections).map(({ match, time: { start } }) => [
    match.assetId,
    (start - NOON) / 1000,
  ]);

describe('what live references may claim of a stream', () => {
  it('is what the one that goes on carries, adverts that another carries too', () => {
    const parts = [seen('a', 0, 60), seen('a', 58, 118)];
    const advert = seen('b', 70, 90, 400);
    expect(kept([...parts, advert])).toEqual([
      ['a', 0],
      ['a', 58],
    ]);
  });

  it('is nothing while nothing but an advert of both was seen, and the one that goes on then', () => {
    expect(kept([seen('a', 0, 22), seen('b', 0, 22, 400)])).toEqual([]);
    expect(kept([seen('a', 0, 30), seen('b', 0, 20, 400)])).toEqual([['a', 0]]);
  });

  it('is nothing of a few seconds', () => {
    expect(kept([seen('a', 0, 14)])).toEqual([]);
    expect(kept([seen('a', 100, 114)], [known('a', 0, 99)])).toEqual([['a', 100]]);
  });

  it('is told by what the stream has followed before', () => {
    expect(kept([seen('a', 200, 300), seen('b', 200, 300, 400)], [known('a', 0, 199)])).toEqual([['a', 200]]);
  });

  it('is both where a stream changes from one to the other in an advert', () => {
    expect(kept([seen('a', 0, 100), seen('b', 80, 200, 400)])).toEqual([
      ['a', 0],
      ['b', 80],
    ]);
  });

  it('does not touch other references', () => {
    expect(kept([seen('a', 0, 60), seen('film', 10, 50, null)])).toEqual([
      ['a', 0],
      ['film', 10],
    ]);
  });
});
