import { afterAll, beforeAll, vi } from 'vitest';
import { describeWith } from '../../engines/available.js';
import { elasticsearch8, elasticsearch9 } from '../../engines/elasticsearch.js';
import { findJdk } from '../../engines/java.js';
import { describeReferenceIndex } from '../contract.js';
import { TestServer } from './server.js';

/** Each test makes indices and syncs every change: a busy machine needs its time. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const kinds = [elasticsearch8];
if ((await findJdk(21)) !== null) kinds.push(elasticsearch9);

for (const kind of kinds) {
  await describeWith(kind, `with a real ${kind.name}`, () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await TestServer.start(kind);
    }, 240_000);
    afterAll(() => server?.dispose());

    describeReferenceIndex(kind.name, () => server.index());
  });
}
