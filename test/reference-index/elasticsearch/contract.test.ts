import { afterAll, beforeAll } from 'vitest';
import { describeWith } from '../../engines/available.js';
import { elasticsearch8, elasticsearch9 } from '../../engines/elasticsearch.js';
import { findJdk } from '../../engines/java.js';
import { describeReferenceIndex } from '../contract.js';
import { TestServer } from './server.js';

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
