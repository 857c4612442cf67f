import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWith } from '../engines/available.js';
import { elasticsearch8 } from '../engines/elasticsearch.js';
import { TestServer } from '../reference-index/elasticsearch/server.js';
import { type Json, streamprint } from '../support/cli.js';
import { makeChannel, makeProgramme } from '../support/programme.js';

/** Many commands, each of which starts a decoder: a busy machine needs its time. */
vi.setConfig({ testTimeout: 300_000 });

/** The main job with the catalogue on a real server, beside the same on the embedded index. */
await describeWith(elasticsearch8, 'streamprint with Elasticsearch', () => {
  let folder: string;
  let server: TestServer;
  let elastic: NodeJS.ProcessEnv;
  const file = (name: string) => path.join(folder, name);
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = elastic) =>
    streamprint([...args, '--data', file(env === elastic ? 'data' : 'embedded')], env);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-cli-'));
    server = await TestServer.start(elasticsearch8);
    elastic = { STREAMPRINT_ELASTICSEARCH: server.url };
    await fs.mkdir(file('catalogue'));
    for (const [i, name] of ['alpha', 'beta'].entries())
      await makeProgramme(file(`catalogue/${name}.mp4`), 31 + i, 40);
    await makeProgramme(file('other.mp4'), 33, 20);
    await makeChannel(file('channel.mp4'), [
      { file: file('catalogue/alpha.mp4'), from: 10, seconds: 16 },
      { file: file('other.mp4'), from: 0, seconds: 14 },
      { file: file('catalogue/beta.mp4'), from: 4, seconds: 20 },
    ]);
  }, 300_000);
  afterAll(async () => {
    await server?.dispose();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const matches = async (env: NodeJS.ProcessEnv): Promise<Json[]> => {
    const { code, json, stderr } = await run(['match', file('channel.mp4'), '--json'], env);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return json[0]!.matches;
  };

  it('registers there, and what was acknowledged survives kill -9 of the server', async () => {
    for (const env of [elastic, {}]) {
      const { code, json } = await run(['register', file('catalogue'), '--json'], env);
      expect(code).toBe(0);
      expect(json.map(({ assetId, outcome }) => [assetId, outcome]).sort()).toEqual([
        ['alpha', 'added'],
        ['beta', 'added'],
      ]);
    }
    await server.engine.kill();
    await server.engine.restart();
    const { json } = await run(['catalogue', 'stats', '--json']);
    expect(json[0]).toMatchObject({ assets: 2, references: 2 });
  });

  it('finds the same matches as the embedded index does', async () => {
    const rounded = (found: Json[]) =>
      found.map(({ assetId, modality, stream, reference, mirrored }) => ({
        assetId,
        modality,
        mirrored,
        times: [stream.start, stream.end, reference.start, reference.end].map((time) => Math.round(2 * time)),
      }));
    const found = rounded(await matches(elastic));
    expect(new Set(found.map(({ assetId }) => assetId))).toEqual(new Set(['alpha', 'beta']));
    expect(found).toEqual(rounded(await matches({})));
  });

  it('watches a stream with it', async () => {
    const { code, json } = await run(['monitor', file('channel.mp4'), '--json']);
    expect(code).toBe(0);
    const closed = json.filter(({ type }) => type === 'detection.closed');
    expect(closed.map(({ detection }) => detection.assetId).sort()).toEqual(['alpha', 'beta']);
  });

  it('removes an asset, which is not found from then on, and merges the rest', async () => {
    const removed = await run(['catalogue', 'remove', 'alpha', '--json']);
    expect(removed.json).toEqual([{ id: 'alpha', removed: 1 }]);
    const left = async () => new Set((await matches(elastic)).map(({ assetId }) => assetId));
    expect(await left()).toEqual(new Set(['beta']));
    expect((await run(['catalogue', 'compact'])).stdout).toMatch(/^1 segment, /);
    expect(await left()).toEqual(new Set(['beta']));
    const shards = { STREAMPRINT_ELASTICSEARCH_SHARDS: '2' };
    const anew = await streamprint(['catalogue', 'reindex', '--data', file('data')], {
      ...elastic,
      ...shards,
    });
    expect(anew.stdout).toMatch(/^[12] segments?, /);
    expect(await left()).toEqual(new Set(['beta']));
    const doctor = await run(['doctor', '--json']);
    const line = doctor.json.find(({ what }) => what === 'reference index (Elasticsearch)');
    expect(line).toMatchObject({ fine: true, found: expect.stringContaining('1 assets, 1 references') });
  });

  it('says in one sentence what is wrong with the server', async () => {
    const away = await streamprint(['match', file('channel.mp4'), '--json', '--data', file('data')], {
      STREAMPRINT_ELASTICSEARCH: 'http://127.0.0.1:9',
      STREAMPRINT_ELASTICSEARCH_WAIT: '0',
    });
    expect(away.code).not.toBe(0);
    expect(away.stderr).toMatch(/Elasticsearch at http:\/\/127\.0\.0\.1:9 does not answer/);
    expect(away.stderr.trim().split('\n')).toHaveLength(1);
  });
});
