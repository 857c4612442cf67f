import fs from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { assetId } from '../../../src/domain/ids.js';
import { openRightsDatabase } from '../../../src/rights/rights-store.js';
import { AssetFeed } from '../../../src/rights/search/asset-feed.js';
import type { AssetSearch } from '../../../src/rights/search/asset-search.js';
import { describeWith } from '../../engines/available.js';
import { elasticsearch8 } from '../../engines/elasticsearch.js';
import { TestServer } from '../../reference-index/elasticsearch/server.js';
import { everyAsset, fill } from '../asset-search-contract.js';
import { ElasticAssetStore } from './store.js';

/** A busy machine needs its time. */
vi.setConfig({ testTimeout: 400_000, hookTimeout: 240_000 });

await describeWith(elasticsearch8, 'Assets on Elasticsearch', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(elasticsearch8);
  });
  afterAll(() => server?.dispose());

  /** Documents by the ids of their assets, with versions. */
  const copiesOf = async (prefix: string): Promise<Map<string, number>> => {
    await server.call('POST', `/${prefix}-assets-*/_refresh`);
    const { hits } = await server.call<{
      hits: { hits: { _source: { id: string; number: number }; _version: number }[] };
    }>('POST', `/${prefix}-assets-*/_search`, { size: 10_000, version: true });
    for (const { _source, _version } of hits.hits) expect(_version).toBe(_source.number);
    return new Map(hits.hits.map(({ _source, _version }) => [_source.id, _version]));
  };
  /** What the store says that the copies must be. */
  const numbersOf = (data: string): Map<string, number> => {
    const feed = AssetFeed.of(openRightsDatabase(data));
    const there = feed.after(0, 100_000).flatMap(({ number, found }) => (found ? [[found.id, number]] : []));
    feed.close();
    return new Map(there as [string, number][]);
  };
  const titled = async (search: AssetSearch, text: string) =>
    (await everyAsset(search, { visible: null, text }, 'title', 50)).map(({ id }) => id as string);

  it('are searched in the store while the server is away, and are the same there when it is back', async () => {
    const { prefix } = server.options();
    const store = new ElasticAssetStore(server.url, prefix);
    const { search } = store.elastic;
    fill(store, 120);
    const wanted = { sort: '-title', limit: 50 } as const;
    const first = await store.search.page({ visible: null }, { ...wanted, after: null });
    const second = await store.search.page({ visible: null }, { ...wanted, after: first.next });
    expect(store.elastic.asked.store).toBe(0);

    await server.engine.kill();
    const third = await search.page({ visible: null }, { ...wanted, after: second.next });
    expect(new Set([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(120);
    expect(third.next).toBeNull();
    fill(store, 700, 120);
    for (let n = 0; n < 600; n++) store.assets.remove(n % 4 === 0 ? 'studio' : 'films', assetId(`work-${n}`));
    const known = store.assets.get('films', 'work-701')!;
    store.assets.update('films', known.id, known.version, { title: 'Umbenannt' });
    expect(await titled(search, 'umbenannt')).toEqual(['work-701']);
    expect(store.elastic.asked.store).toBeGreaterThan(1);
    expect(store.troubles.join('\n')).toContain('Assets are searched in the store meanwhile');

    await server.engine.restart();
    await store.settled();
    expect(await copiesOf(prefix)).toEqual(numbersOf(store.data));
    expect((await copiesOf(prefix)).size).toBe(220);
    await vi.waitFor(
      async () => {
        const { elasticsearch } = store.elastic.asked;
        expect(await titled(search, 'umbenannt')).toEqual(['work-701']);
        expect(store.elastic.asked.elasticsearch).toBeGreaterThan(elasticsearch);
      },
      { timeout: 60_000, interval: 500 },
    );
    // What was removed last is sent again, and that changes nothing.
    await store.leave();
    const again = new ElasticAssetStore(server.url, prefix, store.data);
    await again.settled();
    expect(await copiesOf(prefix)).toEqual(numbersOf(store.data));
    expect(again.troubles).toEqual([]);
    await again.close();
  });

  it('are copied anew into an index that was deleted, of another layout, or newer than the store', async () => {
    const { prefix } = server.options();
    const store = new ElasticAssetStore(server.url, prefix);
    fill(store, 40);
    await store.settled();
    await server.forget(prefix);
    expect(await titled(store.elastic.search, 'work')).toHaveLength(40);
    expect(store.elastic.asked.store).toBe(1);
    await vi.waitFor(async () => expect((await copiesOf(prefix)).size).toBe(40), { timeout: 60_000 });
    await store.leave();

    const kept = `${store.data}-kept`;
    fs.cpSync(store.data, kept, { recursive: true });
    const later = new ElasticAssetStore(server.url, prefix, store.data);
    fill(later, 20, 40);
    await later.settled();
    expect((await copiesOf(prefix)).size).toBe(60);
    await later.close();
    await server.call('PUT', `/${prefix}-assets-*/_mapping`, { _meta: { layout: 0 } });

    const back = new ElasticAssetStore(server.url, prefix, kept);
    await back.settled();
    expect(await copiesOf(prefix)).toEqual(numbersOf(kept));
    expect(await titled(back.elastic.search, 'work')).toHaveLength(40);
    await back.close();
  });
});
