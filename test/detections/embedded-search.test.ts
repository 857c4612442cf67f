import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { Reviews } from '../../src/detections/reviews.js';
import type { DetectionSearch } from '../../src/detections/search/detection-search.js';
import { EmbeddedSearch } from '../../src/detections/search/embedded-search.js';
import { EXAMINED } from '../../src/detections/search/rows.js';
import { ThreadedSearch } from '../../src/detections/search/threaded-search.js';
import { streamId, utcMillis } from '../../src/domain/ids.js';
import type { Detection } from '../../src/domain/match.js';
import { allOf, type SearchedStore, saveTold, searchContract, someDetection } from './search-contract.js';

searchContract('the embedded store', async (): Promise<SearchedStore> => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-search-'));
  const store = DetectionStore.openWriter(data);
  const reviews = Reviews.open(data);
  const search = ThreadedSearch.open(data);
  return {
    search,
    save: async (detections) => {
      saveTold(store, detections);
    },
    review: async (id, verdict) => {
      const reviewer = { id: 'u1', name: 'One' };
      reviews.add(id, reviews.countOf(id), { verdict, reason: 'so', note: null, reviewer });
    },
    close: async () => {
      await search.close();
      reviews.close();
      store.close();
      fs.rmSync(data, { recursive: true, force: true });
    },
  };
});

it('counts among many rows of several streams as they lie, and bounded by the time that is asked for', async () => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-search-'));
  const store = DetectionStore.openWriter(data);
  const detections = Array.from({ length: 3000 }, (_, n): Detection => {
    const start = utcMillis(1_790_000_000_000 + 1000 * n);
    const time = { start, end: utcMillis(start + 5000) };
    const stream = { id: streamId(`s-${n % 3}`), name: `S ${n % 3}`, url: `http://one.example/${n % 3}` };
    return { ...someDetection(n, () => 0.5), stream, time, modality: n % 5 === 0 ? 'video' : 'both' };
  });
  for (const { stream } of detections.slice(0, 3)) store.saveStream(stream);
  store.save(detections[0]!.stream.id, { detections });
  const search = EmbeddedSearch.open(data);
  const query = { visible: null, hosts: ['one.example'], modalities: ['video'] as const };
  expect(search.total(query)).toEqual({ count: 600, isExact: true });
  const until = 1_790_000_000_000 + 1000 * 1000;
  expect(search.total({ ...query, until })).toEqual({ count: 200, isExact: true });
  const { counted, isComplete, values } = search.facets(query, '-start', ['stream', 'host', 'day']);
  expect({ counted, isComplete }).toEqual({ counted: 600, isComplete: true });
  expect(values.stream?.map(({ value, count }) => [value, count])).toEqual([
    ['s-0', 200],
    ['s-1', 200],
    ['s-2', 200],
  ]);
  expect(values.host).toEqual([{ value: 'one.example', label: 'one.example', count: 600 }]);
  expect(values.day).toEqual([{ value: '2026-09-21', label: '2026-09-21', count: 600 }]);
  search.close();
  store.close();
  fs.rmSync(data, { recursive: true, force: true });
});

it('looks at a bounded number of rows at once, says how far it came, and goes on from there', {
  timeout: 120_000,
}, async () => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-search-'));
  const store = DetectionStore.openWriter(data);
  const rows = EXAMINED + 5000;
  const detections = Array.from({ length: rows }, (_, n): Detection => {
    const start = utcMillis(1_790_000_000_000 + 1000 * n);
    const time = { start, end: utcMillis(start + 5000) };
    return { ...someDetection(n, () => 0.5), time, state: 'closed', score: n < 5 ? 0.9 : 0.1 };
  });
  store.saveStream(detections[0]!.stream);
  store.save(detections[0]!.stream.id, { detections });
  const search = EmbeddedSearch.open(data);
  const query = { visible: null, minScore: 0.5 };
  const first = search.page(query, { sort: '-start', limit: 10, after: null });
  expect(first.items).toEqual([]);
  expect(first.next).not.toBeNull();
  expect(search.total(query)).toEqual({ count: 0, isExact: false });
  expect(search.facets(query, '-start', ['asset'])).toMatchObject({ counted: 0, isComplete: false });
  const found = await allOf(promised(search), query, '-start', 10);
  expect(found.map(({ detection: { id } }) => id)).toEqual(
    detections
      .slice(0, 5)
      .map(({ id }) => id)
      .reverse(),
  );
  expect(await allOf(promised(search), query, '-score', 2)).toHaveLength(5);
  expect(search.total({ visible: null })).toEqual({ count: rows, isExact: true });
  search.close();
  store.close();
  fs.rmSync(data, { recursive: true, force: true });
});

const promised = (search: EmbeddedSearch): DetectionSearch => ({
  page: async (...given) => search.page(...given),
  total: async (...given) => search.total(...given),
  facets: async (...given) => search.facets(...given),
  get: async (...given) => search.get(...given),
  close: async () => search.close(),
});
