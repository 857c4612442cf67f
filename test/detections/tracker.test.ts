import { describe, expect, it } from 'vitest';
import { DetectionTracker, type SeenMatch } from '../../src/detections/tracker.js';
import { assetId, referenceId, streamId, utcMillis } from '../../src/domain/ids.js';
import type { StreamInfo } from '../../src/domain/match.js';

const T0 = Date.UTC(2026, 0, 1, 12);
const stream: StreamInfo = { id: streamId('one'), name: 'One', url: 'http://one.example/live.m3u8' };
const at = (seconds: number) => utcMillis(T0 + 1000 * seconds);

function seen(start: number, end: number, referenceStart: number, asset = 'film'): SeenMatch {
  const length = end - start;
  return {
    time: { start: at(start), end: at(end) },
    claimable: { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY },
    match: {
      catalogue: 'default',
      assetId: assetId(asset),
      title: 'Film',
      referenceId: referenceId('r'),
      modality: 'audio',
      stream: { start, end },
      reference: { start: referenceStart, end: referenceStart + length },
      speed: 1,
      mirrored: false,
      box: null,
      score: 0.8,
      expectedFalsePerDay: 1e-8,
    },
  };
}

describe('DetectionTracker', () => {
  it('opens, extends and closes a detection', () => {
    const tracker = new DetectionTracker(stream);
    const [opened] = tracker.update([seen(0, 8, 100)], at(8));
    expect(opened).toMatchObject({ type: 'opened', detection: { state: 'open', assetId: 'film' } });
    const [extended] = tracker.update([seen(0, 12, 100)], at(12));
    expect(extended).toMatchObject({ type: 'extended', detection: { id: opened!.detection.id } });
    expect(extended!.detection.reference).toEqual({ start: 100, end: 112 });
    expect(tracker.update([seen(0, 12, 100)], at(42))).toEqual([]);
    const [closed] = tracker.update([seen(0, 12, 100)], at(43));
    expect(closed).toMatchObject({
      type: 'closed',
      detection: { state: 'closed', id: opened!.detection.id },
    });
  });

  it('keeps the part of the picture that the match with the least doubt names', () => {
    const tracker = new DetectionTracker(stream);
    const box = { x0: 0.5, y0: 0, x1: 1, y1: 0.5 };
    const told = (to: number, more: Partial<SeenMatch['match']>): SeenMatch => {
      const one = seen(0, to, 100);
      return { ...one, match: { ...one.match, ...more } };
    };
    const [heard] = tracker.update([told(8, {})], at(8));
    expect(heard!.detection.box).toBeNull();
    const [shown] = tracker.update([told(12, { box })], at(12));
    expect(shown!.detection.box).toEqual(box);
    const [better] = tracker.update([told(16, { box: null, expectedFalsePerDay: 1e-30 })], at(16));
    expect(better!.detection.box).toEqual(box);
  });

  it('says nothing when it is told the same again, before and after it has closed', () => {
    const tracker = new DetectionTracker(stream);
    tracker.update([seen(0, 8, 100)], at(8));
    expect(tracker.update([seen(0, 8, 100)], at(10))).toEqual([]);
    tracker.update([], at(60));
    expect(tracker.update([seen(0, 8, 100)], at(64))).toEqual([]);
  });

  it('continues across a gap of at most 30 s on the same line', () => {
    const tracker = new DetectionTracker(stream);
    tracker.update([seen(0, 8, 100)], at(8));
    const [change] = tracker.update([seen(36, 44, 136.9)], at(38));
    expect(change).toMatchObject({ type: 'extended', detection: { time: { start: at(0), end: at(44) } } });
  });

  it('does not continue across what an asset may not claim', () => {
    const tracker = new DetectionTracker(stream);
    const before = { ...seen(0, 8, 100), claimable: { start: 90, end: 108 } };
    const after = { ...seen(16, 24, 116), claimable: { start: 116, end: Number.POSITIVE_INFINITY } };
    const changes = tracker.update([before, after], at(24));
    expect(changes.map((change) => change.type)).toEqual(['opened', 'opened']);
    expect(tracker.update([before, after], at(25))).toEqual([]);
    expect(tracker.known.open.map((detection) => detection.time)).toEqual([before.time, after.time]);
  });

  it('opens another detection after a longer gap, and on another line', () => {
    const late = new DetectionTracker(stream);
    late.update([seen(0, 8, 100)], at(8));
    expect(late.update([seen(39, 47, 139)], at(47)).map((change) => change.type)).toEqual([
      'opened',
      'closed',
    ]);
    const elsewhere = new DetectionTracker(stream);
    elsewhere.update([seen(0, 8, 100)], at(8));
    expect(elsewhere.update([seen(10, 18, 200)], at(18)).map((change) => change.type)).toEqual(['opened']);
    expect(elsewhere.known.open).toHaveLength(2);
  });

  it('does not open another one when more evidence moves the line', () => {
    const tracker = new DetectionTracker(stream);
    const [opened] = tracker.update([seen(0, 8, 100)], at(8));
    const better = seen(0, 16, 130);
    const [moved, ...rest] = tracker.update(
      [{ ...better, match: { ...better.match, expectedFalsePerDay: 1e-12 } }],
      at(16),
    );
    expect(rest).toEqual([]);
    expect(moved).toMatchObject({ type: 'extended', detection: { id: opened!.detection.id } });
    expect(moved!.detection.reference).toEqual({ start: 130, end: 146 });
    expect(tracker.update([seen(8, 16, 300)], at(16))).toEqual([]);
  });

  it('keeps assets apart', () => {
    const tracker = new DetectionTracker(stream);
    const changes = tracker.update([seen(0, 8, 100), seen(0, 8, 100, 'other')], at(8));
    expect(new Set(changes.map((change) => change.detection.id)).size).toBe(2);
  });

  it('gives a detection the same id when the stream is replayed', () => {
    const replay = () => new DetectionTracker(stream).update([seen(0, 8, 100)], at(8))[0]!.detection.id;
    expect(replay()).toBe(replay());
    const later = new DetectionTracker(stream).update([seen(1, 8, 101)], at(8))[0]!.detection.id;
    expect(later).not.toBe(replay());
  });

  it('opens again what an earlier run closed, where it goes on or is shown again', () => {
    const before = new DetectionTracker(stream);
    before.update([seen(0, 20, 100)], at(20));
    const past = before.closeAll().map((change) => change.detection);
    const { id } = past[0]!;
    const [again] = new DetectionTracker(stream, { open: [], closed: [], past }).update(
      [seen(2, 6, 102)],
      at(6),
    );
    expect(again).toMatchObject({ type: 'opened', detection: { id, time: { start: at(0), end: at(20) } } });
    const [on] = new DetectionTracker(stream, { open: [], closed: [], past }).update(
      [seen(26, 34, 126)],
      at(34),
    );
    expect(on).toMatchObject({ type: 'opened', detection: { id, state: 'open', time: { end: at(34) } } });
    const [other] = new DetectionTracker(stream, { open: [], closed: [], past }).update(
      [seen(60, 68, 160)],
      at(68),
    );
    expect(other!.detection.id).not.toBe(id);
  });

  it('goes on with what an earlier run left open', () => {
    const before = new DetectionTracker(stream);
    before.update([seen(0, 8, 100)], at(8));
    const after = new DetectionTracker(stream, before.known);
    const [change] = after.update([seen(20, 28, 120)], at(28));
    expect(change).toMatchObject({ type: 'extended', detection: { id: before.known.open[0]!.id } });
    expect(new DetectionTracker(stream, before.known).update([], at(100))[0]?.type).toBe('closed');
  });
});
