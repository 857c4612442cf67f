import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWith } from '../../engines/available.js';
import { elasticsearch8, elasticsearch9 } from '../../engines/elasticsearch.js';
import { findJdk } from '../../engines/java.js';
import { TestServer } from '../../reference-index/elasticsearch/server.js';
import { assetSearchContract } from '../asset-search-contract.js';
import { ElasticAssetStore } from './store.js';

/** A busy machine needs its time. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const kinds = [elasticsearch8];
if ((await findJdk(21)) !== null) kinds.push(elasticsearch9);

for (const kind of kinds) {
  await describeWith(kind, `with a real ${kind.name}`, () => {
    let server: TestServer;
    let store: ElasticAssetStore;
    beforeAll(async () => {
      server = await TestServer.start(kind);
    });
    afterAll(() => server?.dispose());

    assetSearchContract(kind.name, async () => {
      store = new ElasticAssetStore(server.url, server.options().prefix);
      return store;
    });

    it('was asked, and not the store', () => {
      expect(store.elastic.asked.elasticsearch).toBeGreaterThan(100);
      expect(store.elastic.asked.store).toBe(0);
      expect(store.troubles).toEqual([]);
    });
  });
}
