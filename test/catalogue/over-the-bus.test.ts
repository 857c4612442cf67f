import { afterAll, beforeAll } from 'vitest';
import { Bus } from '../../src/transport/bus.js';
import { EmbeddedEngine } from '../../src/transport/embedded/embedded-engine.js';
import { describeWith } from '../engines/available.js';
import { kafka } from '../engines/kafka.js';
import { removeDirectory, temporaryDirectory } from '../reference-index/temporary.js';
import { TestBroker } from '../transport/kafka/broker.js';
import { describeCatalogueOver } from './over-the-bus-contract.js';

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
});
