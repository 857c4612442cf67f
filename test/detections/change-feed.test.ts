import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChangeFeed } from '../../src/detections/change-feed.js';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { MAX_CHANGES } from '../../src/detections/schema.js';
import { Database } from '../../src/storage/database.js';
import { detection } from '../support/detection.js';

describe('ChangeFeed', () => {
  let data: string;
  let store: DetectionStore;
  let feed: ChangeFeed;
  beforeEach(() => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-changes-'));
    store = DetectionStore.openWriter(data);
    feed = ChangeFeed.open(data);
  });
  afterEach(() => {
    feed.close();
    store.close();
    fs.rmSync(data, { recursive: true, force: true });
  });
  const told = () => feed.after(0, 100).map(({ number, change }) => [number, change]);

  it('tells what happened to a detection, whoever wrote it', () => {
    const open = detection({ state: 'open' });
    store.saveOnce([{ stream: open.stream, number: 1, detections: [open] }]);
    store.saveOnce([{ stream: open.stream, number: 1, detections: [open] }]);
    store.revise(open.stream, open, () => [{ ...open, score: 0.9 }]);
    store.saveStream(open.stream);
    store.save(open.stream.id, { detections: [{ ...open, state: 'closed' }] });
    expect(told()).toEqual([
      [1, 'opened'],
      [2, 'extended'],
      [3, 'closed'],
    ]);
    expect(feed.after(1, 1)).toMatchObject([{ number: 2, detection: { id: open.id, state: 'closed' } }]);
    expect(feed.last).toBe(3);
  });

  it('tells of one that was over when it was found that it opened and closed', () => {
    const closed = detection({ state: 'closed' });
    store.saveStream(closed.stream);
    store.save(closed.stream.id, { detections: [closed] });
    expect(told().map(([, change]) => change)).toEqual(['opened', 'closed']);
  });

  it('sees what another connection has written, and is bounded', () => {
    expect(feed.hasChanged).toBe(true);
    expect(feed.hasChanged).toBe(false);
    const open = detection({ state: 'open' });
    const beside = Database.open(path.join(data, 'detections', 'detections.db'));
    beside.run(`INSERT INTO changes VALUES (${MAX_CHANGES + 7}, 'gone', 'opened', 0)`);
    beside.close();
    expect(feed.hasChanged).toBe(true);
    store.saveOnce([{ stream: open.stream, number: 1, detections: [open] }]);
    expect(told()).toEqual([[MAX_CHANGES + 8, 'opened']]);
  });
});
