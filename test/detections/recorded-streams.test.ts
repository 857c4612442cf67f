import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { RecordedStreams } from '../../src/detections/recorded-streams.js';
import { streamId } from '../../src/domain/ids.js';

describe('RecordedStreams', () => {
  let data: string;
  let store: DetectionStore;
  let recorded: RecordedStreams;
  beforeEach(() => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-recorded-'));
    store = DetectionStore.openWriter(data);
    recorded = RecordedStreams.open(data);
  });
  afterEach(() => {
    recorded.close();
    store.close();
    fs.rmSync(data, { recursive: true, force: true });
  });

  const save = (by: DetectionStore, id: string, name: string, url = `http://${id}.example/`) =>
    by.saveStream({ id: streamId(id), name, url });
  const since = (number: number) => recorded.after(number).map(({ stream: { id, name } }) => `${id} ${name}`);
  const last = () => recorded.after(0).at(-1)?.number ?? 0;

  it('tells what is new and what was changed since, whoever wrote it, and nothing else', () => {
    expect(since(0)).toEqual([]);
    save(store, 'one', 'One');
    save(store, 'two', 'Two');
    expect(since(0)).toEqual(['one One', 'two Two']);
    const before = last();
    save(store, 'one', 'One');
    expect(since(before)).toEqual([]);
    const beside = DetectionStore.openBeside(data);
    save(beside, 'one', 'Eins');
    save(beside, 'three', 'Three');
    beside.close();
    expect(since(before)).toEqual(['one Eins', 'three Three']);
    const then = last();
    save(store, 'two', 'Two', 'http://elsewhere.example/');
    expect(recorded.after(then)).toMatchObject([{ stream: { url: 'http://elsewhere.example/' } }]);
    expect(since(0)).toEqual(['one Eins', 'three Three', 'two Two']);
  });
});
