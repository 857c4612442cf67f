import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { streamId, utcMillis } from '../../src/domain/ids.js';
import type { StreamPosition } from '../../src/domain/stream-position.js';
import { Database } from '../../src/storage/database.js';

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

  it('upgrades a store of version 1, after a copy, with all that is in it', () => {
    const store = DetectionStore.openWriter(data);
    store.saveStream({ id: stream, name: 'One', url: 'http://one.example/' });
    store.close();
    const file = path.join(data, 'detections', 'detections.db');
    const database = Database.open(file);
    database.exec(
      'DROP TABLE positions; DROP TABLE told; DROP TRIGGER detection_changes; DROP TABLE changes; ' +
        'DROP INDEX detections_by_end; PRAGMA user_version = 1',
    );
    database.close();

    const upgraded = DetectionStore.openWriter(data);
    expect(fs.existsSync(`${file}.v1.bak`)).toBe(true);
    expect(upgraded.streams()).toMatchObject([{ id: 'one', name: 'One' }]);
    upgraded.save(stream, { position });
    expect(upgraded.positionOf(stream)).toEqual(position);
    upgraded.close();
  });
});
