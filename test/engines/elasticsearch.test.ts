import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from './available.js';
import { elasticsearch8, elasticsearch9 } from './elasticsearch.js';
import { findJdk } from './java.js';

const kinds = [elasticsearch8];
if ((await findJdk(21)) !== null) kinds.push(elasticsearch9);

for (const kind of kinds) {
  await describeWith(kind, `${kind.name} for tests`, () => {
    it('starts, is killed and comes back with what it was told', { timeout: 240_000 }, async () => {
      const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-elasticsearch-'));
      const node = await kind.start(directory);
      const call = async (method: string, at: string, body?: object) => {
        const response = await fetch(`http://${node.address}${at}`, {
          method,
          ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        });
        return response.json() as Promise<Record<string, unknown>>;
      };
      try {
        expect(await call('PUT', '/kept/_doc/1', { title: 'Night Train' })).toMatchObject({
          result: 'created',
        });
        const first = node.pid;
        await node.kill();
        expect(() => node.pid).toThrow('not running');
        await node.restart();
        expect(node.pid).not.toBe(first);
        expect(await call('GET', '/kept/_doc/1')).toMatchObject({ _source: { title: 'Night Train' } });
        expect(await call('GET', '/_nodes/http')).toMatchObject({ _nodes: { successful: 1 } });
      } finally {
        await node.stop();
        fs.rmSync(directory, { recursive: true, force: true });
      }
    });
  });
}
