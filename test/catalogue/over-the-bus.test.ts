import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { CatalogueFollower } from '../../src/catalogue/follow-catalogue.js';
import { CataloguePublisher } from '../../src/catalogue/publish-catalogue.js';
import { assetId } from '../../src/domain/ids.js';
import { openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import { Bus } from '../../src/transport/bus.js';
import { EmbeddedEngine } from '../../src/transport/embedded/embedded-engine.js';
import { describeWith } from '../engines/available.js';
import { kafka } from '../engines/kafka.js';
import { removeDirectory, temporaryDirectory } from '../reference-index/temporary.js';
import { TestBroker } from '../transport/kafka/broker.js';
import { until } from '../transport/support.js';
import { contentOf, work } from './over-the-bus.js';
import { describeCatalogueOver } from './over-the-bus-contract.js';

// Servers and programs start slowly where much else runs.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

describeCatalogueOver('embedded', async () => {
  const directory = temporaryDirectory();
  const engine = EmbeddedEngine.open({ directory });
  return {
    engine,
    bus: new Bus(engine, { blobs: null }),
    place: { embedded: directory },
    dispose: async () => removeDirectory(directory),
  };
});

await describeWith(kafka, 'with a real broker', () => {
  let broker: TestBroker;
  let count = 0;
  beforeAll(async () => {
    broker = await TestBroker.start();
  });
  afterAll(() => broker?.dispose());

  describeCatalogueOver('Kafka', async () => {
    const prefix = `catalogue-${count++}`;
    const { engine, bus } = await broker.bus(prefix, null);
    const place = { kafka: broker.engine.address, prefix };
    return { engine, bus, place, dispose: async () => undefined };
  });

  it('is the same after the topic was compacted, for whoever begins and whoever goes on', async () => {
    const { bus, engine } = await broker.bus('compacted', null);
    const directory = temporaryDirectory();
    const catalogue = await openEmbeddedIndexWriter(path.join(directory, 'data'));
    const publisher = new CataloguePublisher(catalogue, bus);
    const follow = async (name: string) => {
      const own = path.join(directory, name);
      const index = await openEmbeddedIndexWriter(own);
      const onTrouble = (message: string) => {
        throw new Error(message);
      };
      const follower = await CatalogueFollower.start({ bus, index, directory: own, onTrouble });
      const content = await contentOf(index);
      await follower.close();
      await index.close();
      return content;
    };
    const records = async () => {
      let count = 0;
      const reader = await engine.read('streamprint.catalogue', 0, async () => {
        count++;
      });
      await reader.caughtUp;
      await reader.close();
      return count;
    };
    try {
      await broker.configure('compacted.catalogue', {
        'cleanup.policy': 'compact',
        'segment.ms': '100',
        'min.cleanable.dirty.ratio': '0',
        'max.compaction.lag.ms': '100',
        // As it is created: that something was taken away stays known to who was away for less than a day.
        'delete.retention.ms': (await broker.settingsOf('compacted.catalogue'))['delete.retention.ms']!,
      });
      await catalogue.register([work(0), work(1), work(2), work(3)]);
      await publisher.publish();
      await follow('early');
      await catalogue.removeAsset('films', assetId('work-0'));
      await catalogue.removeAsset('films', assetId('work-3'));
      for (let n = 0; n < 10; n++) {
        await catalogue.setExcluded('films', assetId('work-1'), [{ start: n / 10, end: 1 + n / 10 }]);
        await publisher.publish();
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      const told = 4 + 2 + 10;
      // The last file of the log is not compacted; each of these begins a new one.
      await until(
        async () => {
          await catalogue.setExcluded('films', assetId('work-2'), [{ start: 0, end: Math.random() }]);
          await publisher.publish();
          return records();
        },
        (count) => count < told / 2,
        100_000,
      );
      expect(await follow('late')).toEqual(await contentOf(catalogue));
      expect(await follow('early')).toEqual(await contentOf(catalogue));
    } finally {
      await catalogue.close();
      await bus.close();
      removeDirectory(directory);
    }
  }, 200_000);
});
