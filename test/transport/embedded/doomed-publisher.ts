/** Publishes without a stop until it is killed; says a line for each segment that was acknowledged. */
import { openEmbeddedBus } from '../../../src/transport/index.js';
import { segment } from '../support.js';

const [directory, streams] = process.argv.slice(2) as [string, string];
const bus = openEmbeddedBus({ directory }, { blobs: null });
await Promise.all(
  streams.split(',').map(async (stream) => {
    for (let n = 0; ; n++) {
      // Small ones lie in the database, large ones in files.
      const { draft, body } = segment(stream, n, n % 2 === 0 ? 3000 : 200_000);
      await bus.publish('streamprint.segments', draft, body);
      process.stdout.write(`${stream} ${n} ${draft.content.sha256}\n`);
    }
  }),
);
