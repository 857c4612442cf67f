import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { RecordedStreams } from '../../src/detections/recorded-streams.js';
import { EmbeddedSearch } from '../../src/detections/search/embedded-search.js';
import { streamId, utcMillis } from '../../src/domain/ids.js';
import type { StreamPosition } from '../../src/domain/stream-position.js';
import { Database } from '../../src/storage/database.js';
import { detection } from '../support/detection.js';

const stream = streamId('one');
const position: StreamPosition = {
  first: { uri: 'http://one.example/1.ts', digest: 'ab', start: utcMillis(1000) },
  last: { mediaEnd: 12.5, end: utcMillis(13_500), capturedAt: utcMillis(14_000) },
};

describe('DetectionStore', () => {
  let data: string;
  beforeEach(() => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-detections-'));
  });
  afterEach(() => fs.rmSync(data, { recursive: true, force: true }));

  it('remembers where a run stood', () => {
    let store = DetectionStore.openWriter(data);
    expect(store.positionOf(stream)).toBeNull();
    store.save(stream, { position });
    store.close();
    store = DetectionStore.openWriter(data);
    store.save(stream, {});
    expect(store.positionOf(stream)).toEqual(position);
    store.close();
  });

  it('writes down once what is told twice, and nothing that is older', () => {
    const store = DetectionStore.openWriter(data);
    const info = { id: stream, name: 'One', url: 'http://one.example/' };
    const lost = (start: number) => ({
      coverage: [
        {
          streamId: stream,
          time: { start: utcMillis(start), end: utcMillis(start + 4000) },
          state: 'lost' as const,
          reason: `lost at ${start}`,
        },
      ],
    });
    expect(store.saveOnce([{ stream: info, number: 5, ...lost(0) }])).toEqual([true]);
    expect(store.saveOnce([{ stream: info, number: 6, ...lost(4000) }])).toEqual([true]);
    expect(store.saveOnce([{ stream: info, number: 5, ...lost(0) }])).toEqual([false]);
    expect(store.saveOnce([{ stream: info, number: 6, ...lost(4000) }])).toEqual([false]);
    expect(store.coverage(stream).map(({ reason }) => reason)).toEqual(['lost at 0', 'lost at 4000']);
    store.close();
  });

  it('keeps the part of the picture that shows a detection', () => {
    const store = DetectionStore.openWriter(data);
    const box = { x0: 0.25, y0: 0, x1: 1, y1: 0.5 };
    const [shown, heard] = [detection({ box }), detection()];
    store.saveStream(shown!.stream);
    store.save(shown!.stream.id, { detections: [shown!, heard!] });
    expect(store.find({}).map((one) => one.box)).toEqual([box, null]);
    store.close();
  });

  it('upgrades a store of version 1, after a copy, with all that is in it, which is then found', () => {
    fs.mkdirSync(path.join(data, 'detections'));
    const file = path.join(data, 'detections', 'detections.db');
    const database = Database.open(file);
    database.exec(VERSION_1);
    database.exec(`
      INSERT INTO streams VALUES ('one', 'One', 'http://one.example/');
      INSERT INTO detections VALUES ('d1', 'closed', 'one', 'films', 'a1', 'The River', 'r1', 'both', 1000, 9000,
        0, 8, 1, 0, 0.5, 1e-6);`);
    database.close();

    const upgraded = DetectionStore.openWriter(data);
    expect(fs.existsSync(`${file}.v1.bak`)).toBe(true);
    expect(upgraded.streams()).toMatchObject([{ id: 'one', name: 'One' }]);
    const recorded = RecordedStreams.open(data);
    expect(recorded.after(0)).toMatchObject([{ stream: { id: 'one', url: 'http://one.example/' } }]);
    recorded.close();
    upgraded.save(stream, { position });
    expect(upgraded.positionOf(stream)).toEqual(position);
    const search = EmbeddedSearch.open(data);
    const query = { visible: ['films'], text: 'river one', hosts: ['one.example'] };
    expect(search.page(query, { sort: '-start', limit: 9, after: null }).items).toMatchObject([
      { detection: { id: 'd1' }, host: 'one.example', review: 'none' },
    ]);
    expect(search.total({ visible: ['films'] })).toEqual({ count: 1, isExact: true });
    search.close();
    upgraded.close();
  });
});

const VERSION_1 = `
  CREATE TABLE streams (id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE detections (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, stream_id TEXT NOT NULL REFERENCES streams (id),
    catalogue TEXT NOT NULL, asset_id TEXT NOT NULL, title TEXT NOT NULL, reference_id TEXT NOT NULL,
    modality TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    reference_start REAL NOT NULL, reference_end REAL NOT NULL, speed REAL NOT NULL,
    mirrored INTEGER NOT NULL, score REAL NOT NULL, expected_false_per_day REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX detections_by_time ON detections (start);
  CREATE INDEX detections_open ON detections (stream_id) WHERE state = 'open';
  CREATE TABLE coverage (
    stream_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL
  );
  CREATE INDEX coverage_by_stream ON coverage (stream_id, end);
  CREATE TABLE stills (
    detection_id TEXT NOT NULL, side TEXT NOT NULL, time REAL NOT NULL, jpeg BLOB NOT NULL,
    PRIMARY KEY (detection_id, side)
  ) WITHOUT ROWID;
  PRAGMA user_version = 1`;
