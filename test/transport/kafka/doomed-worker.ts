/** A worker in a process of its own, to be killed: says what it has begun and what it has done, a line each. */
import { openKafkaBus } from '../../../src/transport/index.js';

const [broker, prefix] = process.argv.slice(2) as [string, string];
const bus = await openKafkaBus({ brokers: [broker], prefix, partitions: 4 }, { blobs: null });
await bus.consume({
  group: 'workers',
  topics: ['streamprint.segments'],
  concurrency: 8,
  handle: async (delivery) => {
    if (delivery.type !== 'segment/1') return;
    const { stream, sequence } = delivery.content;
    process.stdout.write(`begun ${stream.id} ${sequence}\n`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.stdout.write(`done ${stream.id} ${sequence}\n`);
  },
});
