import { expect, it, vi } from 'vitest';
import { withEachServer } from '../../reference-index/elasticsearch/each-server.js';
import { searchContract } from '../search-contract.js';
import { ElasticStore } from './store.js';

/** A busy machine needs its time. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

await withEachServer((kind, server) => {
  let store: ElasticStore;

  searchContract(kind.name, async () => {
    store = new ElasticStore(server().url, server().options().prefix);
    return store;
  });

  it('was asked, and not the store', () => {
    expect(store.elastic.asked.elasticsearch).toBeGreaterThan(100);
    expect(store.elastic.asked.store).toBe(0);
    expect(store.troubles).toEqual([]);
  });
});
