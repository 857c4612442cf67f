import { afterAll, beforeAll } from 'vitest';
import { describeWith } from '../../engines/available.js';
import { kafka } from '../../engines/kafka.js';
import { describeBus } from '../contract.js';
import { TestBroker } from './broker.js';

await describeWith(kafka, 'with a real broker', () => {
  let broker: TestBroker;
  let count = 0;
  beforeAll(async () => {
    broker = await TestBroker.start();
  });
  afterAll(() => broker?.dispose());

  describeBus('Kafka', async () => {
    const prefix = `test-${count++}`;
    return { open: (blobs) => broker.bus(prefix, blobs), dispose: async () => undefined };
  });
});
