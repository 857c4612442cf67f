import { expect, it, vi } from 'vitest';
import { withEachServer } from '../reference-index/elasticsearch/each-server.js';
import { until } from '../transport/support.js';
import { streamsContract } from './streams-contract.js';

/** A busy machine needs its time. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

await withEachServer((kind, server) => {
  streamsContract(
    kind.name,
    () => ({
      STREAMPRINT_ELASTICSEARCH: server().url,
      STREAMPRINT_ELASTICSEARCH_PREFIX: server().options().prefix,
      STREAMPRINT_ELASTICSEARCH_WAIT: '2',
    }),
    (service, everything) => {
      it('are the same while the server is away', async () => {
        const index = async () => {
          const { engines } = (await service().request('GET', '/readyz')).json;
          return engines.find(({ name }: { name: string }) => name === 'index');
        };
        expect(await until(index, ({ state }) => state === 'up', 120_000)).toMatchObject({
          kind: 'Elasticsearch',
        });
        const before = await everything();
        await server().engine.kill();
        await until(index, ({ state }) => state === 'away', 120_000);
        expect(await everything()).toEqual(before);
      });
    },
  );
});
