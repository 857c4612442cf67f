import { afterAll, beforeAll } from 'vitest';
import { describeWith } from '../../engines/available.js';
import { type ElasticsearchKind, elasticsearch8, elasticsearch9 } from '../../engines/elasticsearch.js';
import { findJdk } from '../../engines/java.js';
import { TestServer } from './server.js';

/**
 * Tests with each version of the server that this machine can run.
 * @param define the tests; the server is there when they run
 */
export async function withEachServer(
  define: (kind: ElasticsearchKind, server: () => TestServer) => void,
): Promise<void> {
  const kinds = [elasticsearch8];
  if ((await findJdk(21)) !== null) kinds.push(elasticsearch9);
  for (const kind of kinds) {
    await describeWith(kind, `with a real ${kind.name}`, () => {
      let server: TestServer;
      beforeAll(async () => {
        server = await TestServer.start(kind);
      });
      afterAll(() => server?.dispose());
      define(kind, () => server);
    });
  }
}
