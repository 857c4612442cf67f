import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { SearchFeed } from '../../../src/detections/search-feed.js';
import { utcMillis } from '../../../src/domain/ids.js';
import type { Detection } from '../../../src/domain/match.js';
import { describeWith } from '../../engines/available.js';
import { elasticsearch8 } from '../../engines/elasticsearch.js';
import { TestServer } from '../../reference-index/elasticsearch/server.js';
import { allOf, someDetection } from '../search-contract.js';
import { ElasticStore } from './store.js';

/** A busy machine needs its time. */
vi.setConfig({ testTimeout: 400_000, hookTimeout: 240_000 });

const CHILD = fileURLToPath(new URL('./feed-child.js', import.meta.url));
const everything = { visible: null };

await describeWith(elasticsearch8, 'Detections on Elasticsearch', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(elasticsearch8);
  });
  afterAll(() => server?.dispose());

  const some = (from: number, count: number): Detection[] =>
    Array.from({ length: count }, (_, n) => someDetection(from + n, () => ((from + n) % 97) / 97));
  const idsOf = (detections: readonly Detection[]) => detections.map(({ id }) => id as string).sort();
  const foundBy = async (store: ElasticStore) =>
    idsOf((await allOf(store.search, everything, '-start', 100)).map(({ detection }) => detection));

  /** Documents by their ids, with versions. */
  const copiesOf = async (prefix: string): Promise<Map<string, number>> => {
    await server.call('POST', `/${prefix}-detections-*/_refresh`);
    const { hits } = await server.call<{ hits: { hits: { _id: string; _version: number }[] } }>(
      'POST',
      `/${prefix}-detections-*/_search`,
      { size: 10_000, version: true, _source: false },
    );
    return new Map(hits.hits.map(({ _id, _version }) => [_id, _version]));
  };
  /** What the store says that the copies must be. */
  const numbersOf = (data: string): Map<string, number> => {
    const feed = SearchFeed.open(data);
    const numbers = new Map(feed.after(0, 100_000).map(({ detection, number }) => [detection.id, number]));
    feed.close();
    return numbers;
  };

  it('are searched in the store while the server is away, and copied when it is back', async () => {
    const { prefix } = server.options();
    const store = new ElasticStore(server.url, prefix);
    const before = some(0, 300);
    await store.save(before);
    const first = await store.search.page(everything, { sort: '-start', limit: 50, after: null });
    const second = await store.search.page(everything, { sort: '-start', limit: 50, after: first.next });
    expect(store.elastic.asked.store).toBe(0);

    await server.engine.kill();
    const rest = [...first.items, ...second.items];
    for (let after = second.next; after !== null; ) {
      const page = await store.search.page(everything, { sort: '-start', limit: 50, after });
      rest.push(...page.items);
      after = page.next;
    }
    expect(idsOf(rest.map(({ detection }) => detection))).toEqual(idsOf(before));
    const meanwhile = some(300, 700);
    store.write(meanwhile);
    const [renamed] = before;
    store.write([{ ...renamed!, title: 'Umbenannt', time: { ...renamed!.time, end: utcMillis(2e12) } }]);
    expect(await foundBy(store)).toEqual(idsOf([...before, ...meanwhile]));
    expect((await store.search.total({ ...everything, text: 'umbenannt' })).count).toBeGreaterThan(0);
    expect(store.elastic.asked.store).toBeGreaterThan(0);

    await server.engine.restart();
    await store.settled();
    const copies = await copiesOf(prefix);
    expect(copies).toEqual(numbersOf(store.data));
    await vi.waitFor(
      async () => {
        const { elasticsearch, store: others } = store.elastic.asked;
        expect(await foundBy(store)).toEqual(idsOf([...before, ...meanwhile]));
        expect(store.elastic.asked.store).toBe(others);
        expect(store.elastic.asked.elasticsearch).toBeGreaterThan(elasticsearch);
      },
      { timeout: 60_000, interval: 500 },
    );
    // What was sent and acknowledged before is not written again.
    expect(Math.min(...[...copies.values()])).toBeLessThanOrEqual(300);
    await store.close();
  });

  it('are all copied once, though who copies them is killed in the middle', async () => {
    const { prefix } = server.options();
    const away = new ElasticStore('http://127.0.0.1:9', prefix);
    away.write(some(0, 4000));
    await away.leave();
    for (const most of [500, 2000]) {
      const child = spawn(process.execPath, [CHILD, away.data, server.url, prefix], { stdio: 'ignore' });
      const gone = once(child, 'exit');
      try {
        await vi.waitFor(async () => expect((await copiesOf(prefix)).size).toBeGreaterThan(most), {
          timeout: 100_000,
          interval: 50,
        });
      } finally {
        child.kill('SIGKILL');
        await gone;
      }
    }
    const store = new ElasticStore(server.url, prefix, away.data);
    await store.settled();
    expect(await copiesOf(prefix)).toEqual(numbersOf(store.data));
    expect((await store.search.total(everything)).count).toBe(4000);
    await store.close();
  });

  it('are copied anew into an index that was deleted, or is newer than the store that was put back', async () => {
    const { prefix } = server.options();
    const store = new ElasticStore(server.url, prefix);
    await store.save(some(0, 400));
    await server.forget(prefix);
    // The first search finds out; the store answers it.
    expect((await store.search.total(everything)).count).toBe(400);
    expect(store.elastic.asked.store).toBe(1);
    await vi.waitFor(async () => expect((await copiesOf(prefix)).size).toBe(400), { timeout: 60_000 });
    await store.leave();

    const kept = `${store.data}-kept`;
    fs.cpSync(store.data, kept, { recursive: true });
    const later = new ElasticStore(server.url, prefix, store.data);
    await later.save(some(400, 100));
    expect((await copiesOf(prefix)).size).toBe(500);
    await later.close();

    const back = new ElasticStore(server.url, prefix, kept);
    await back.settled();
    expect(await copiesOf(prefix)).toEqual(numbersOf(kept));
    expect((await back.search.total(everything)).count).toBe(400);
    await back.close();
  });

  it('are copied anew where the index is of another layout, while the store answers', async () => {
    const { prefix } = server.options();
    const store = new ElasticStore(server.url, prefix);
    await store.save(some(0, 50));
    await store.leave();
    const indices = async () =>
      Object.keys(await server.call<object>('GET', `/_alias/${prefix}-detections-*`)).map((name) =>
        name.slice(-7),
      );
    expect(await indices()).toEqual(['-000001']);
    await server.call('PUT', `/${prefix}-detections-*/_mapping`, { _meta: { layout: 0 } });
    const other = new ElasticStore(server.url, prefix, store.data);
    expect((await other.search.total(everything)).count).toBe(50);
    expect(other.elastic.asked).toEqual({ elasticsearch: 0, store: 1 });
    await other.settled();
    expect(await indices()).toEqual(['-000002']);
    expect(await foundBy(other)).toEqual(idsOf(some(0, 50)));
    expect(await copiesOf(prefix)).toEqual(numbersOf(other.data));
    await other.close();
  });

  it('that the server refuses are passed over with a sentence, and the others are copied', async () => {
    const { prefix } = server.options();
    const store = new ElasticStore(server.url, prefix);
    const [bad, ...good] = some(0, 20);
    await store.save([{ ...bad!, score: -1e9 }, ...good]);
    expect(idsOf(good)).toEqual([...(await copiesOf(prefix)).keys()].sort());
    expect(store.troubles.join('\n')).toContain(`Detection ${bad!.id} cannot be copied for search`);
    await store.close();
  });

  it('of two stores on one server are kept apart', async () => {
    const { prefix } = server.options();
    const [one, other] = [new ElasticStore(server.url, prefix), new ElasticStore(server.url, prefix)];
    await one.save(some(0, 10));
    await other.save(some(5, 10));
    expect(await foundBy(one)).toEqual(idsOf(some(0, 10)));
    expect(await foundBy(other)).toEqual(idsOf(some(5, 10)));
    await one.close();
    await other.close();
  });
});
