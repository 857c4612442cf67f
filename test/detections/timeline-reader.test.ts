import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { TimelineReader } from '../../src/detections/timeline-reader.js';
import { assetId, streamId, utcMillis } from '../../src/domain/ids.js';
import { detection } from '../support/detection.js';

const HOUR = 3_600_000;

describe('TimelineReader', () => {
  let data: string;
  let store: DetectionStore;
  let reader: TimelineReader;
  beforeEach(() => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-timeline-'));
    store = DetectionStore.openWriter(data);
    reader = TimelineReader.open(data);
  });
  afterEach(() => {
    reader.close();
    store.close();
    fs.rmSync(data, { recursive: true, force: true });
  });

  const put = (asset: string, start: number, end: number, given = {}) => {
    const one = detection({
      assetId: assetId(asset),
      time: { start: utcMillis(start), end: utcMillis(end) },
      ...given,
    });
    store.saveStream(one.stream);
    store.save(one.stream.id, { detections: [one] });
  };
  const assetsOf = (since: number, until: number, given = {}) => {
    const { assets, bars } = reader.bars({ since, until, catalogues: null, limit: 100, ...given });
    return bars.map((bar) => assets[bar[3]]!.id);
  };

  it('finds what lies in some time in part, however long it is', () => {
    put('before', 0, HOUR);
    put('reaches in', 90 * HOUR, 101 * HOUR);
    put('goes on for days', 10 * HOUR, 500 * HOUR);
    put('within', 102 * HOUR, 103 * HOUR);
    put('after', 110 * HOUR, 111 * HOUR);
    expect(assetsOf(100 * HOUR, 110 * HOUR)).toEqual(['goes on for days', 'reaches in', 'within']);
    expect(assetsOf(0, 1000 * HOUR)).toHaveLength(5);
    expect(assetsOf(0, 1000 * HOUR, { limit: 2 })).toEqual(['before', 'goes on for days']);
  });

  it('keeps to streams, assets and catalogues', () => {
    const two = { id: streamId('two'), name: 'Two', url: 'http://two.example/' };
    put('a', 0, HOUR);
    put('b', 0, HOUR, { stream: two, catalogue: 'films' });
    expect(assetsOf(0, HOUR, { streams: ['two'] })).toEqual(['b']);
    expect(assetsOf(0, HOUR, { asset: 'a' })).toEqual(['a']);
    expect(assetsOf(0, HOUR, { catalogues: ['films'] })).toEqual(['b']);
    expect(assetsOf(0, HOUR, { catalogues: [] })).toEqual([]);
  });
});
