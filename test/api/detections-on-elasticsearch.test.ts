import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { assetId, streamId, utcMillis } from '../../src/domain/ids.js';
import type { Detection } from '../../src/domain/match.js';
import { describeWith } from '../engines/available.js';
import { elasticsearch8 } from '../engines/elasticsearch.js';
import { TestServer } from '../reference-index/elasticsearch/server.js';
import type { Json } from '../support/cli.js';
import { detection } from '../support/detection.js';
import { startService, type TestService } from '../support/service.js';

/** A busy machine needs its time. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const T = Date.UTC(2026, 10, 20);
const SOON = { timeout: 60_000, interval: 200 };

await describeWith(elasticsearch8, 'detections over HTTP, with Elasticsearch', () => {
  let data: string;
  let server: TestServer;
  let service: TestService;
  let known: Detection[];

  beforeAll(async () => {
    server = await TestServer.start(elasticsearch8);
    data = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-detections-'));
    known = Array.from({ length: 30 }, (_, n) =>
      detection({
        stream: { id: streamId(`s${n % 3}`), name: `Canal ${n % 3}`, url: `http://h${n % 3}.example/live` },
        assetId: assetId(`a${n % 5}`),
        title: `Título ${n % 5}`,
        catalogue: 'default',
        time: { start: utcMillis(T + n * 60_000), end: utcMillis(T + n * 60_000 + 45_500) },
      }),
    );
    const store = DetectionStore.openWriter(data);
    for (const one of known) {
      store.saveStream(one.stream);
      store.save(one.stream.id, { detections: [one] });
    }
    store.close();
    const { prefix } = server.options();
    service = await startService({
      data,
      env: { STREAMPRINT_ELASTICSEARCH: server.url, STREAMPRINT_ELASTICSEARCH_PREFIX: prefix },
    });
    await service.request('POST', '/v1/catalogues', { as: 'rights-holder', json: { name: 'default' } });
  });
  afterAll(async () => {
    await service?.close();
    await server?.dispose();
    await fs.rm(data, { recursive: true, force: true });
  });

  const find = async (query: string, as = 'analyst'): Promise<Json> => {
    const answer = await service.request('GET', `/v1/detections${query}`, { as });
    expect(answer.status, answer.text).toBe(200);
    return answer.json;
  };
  const idsOf = (items: readonly Json[]) => items.map(({ id }) => id as string);
  const figure = async (name: string): Promise<number> => {
    const { text } = await service.request('GET', '/metrics', { as: 'administrator' });
    const line = text.split('\n').find((one) => one.startsWith(`${name} `));
    expect(line, name).toBeDefined();
    return Number(line!.split(' ')[1]);
  };
  const SERVER = 'streamprint_detection_searches_total{engine="elasticsearch"}';
  const STORE = 'streamprint_detection_searches_total{engine="store"}';
  /** Resolves when the server answers searches. */
  const isAsked = () =>
    vi.waitFor(async () => {
      const before = await figure(SERVER);
      await find(`?limit=1&minScore=${Math.random() / 1e6}`);
      expect(await figure(SERVER)).toBeGreaterThan(before);
      expect(await figure('streamprint_detections_behind')).toBe(0);
    }, SOON);

  it('are found there, by the same requests', async () => {
    await isAsked();
    const store = await figure(STORE);
    const newest = known.map(({ id }) => id).reverse();
    await vi.waitFor(async () => expect((await find('')).total).toBe(30), SOON);
    const first = await find('?limit=20&facets=stream,asset');
    const second = await find(`?limit=20&facets=stream,asset&cursor=${first.next}`);
    expect([...idsOf(first.items), ...idsOf(second.items)]).toEqual(newest);
    expect(second.next).toBeNull();
    expect(first.facets.stream[0]).toEqual({ value: 's0', label: 'Canal 0', count: 10 });
    const some = await find('?q=titulo%20canal&host=h1.example&asset=a1&sort=start');
    expect(idsOf(some.items)).toEqual(known.filter((_, n) => n % 5 === 1 && n % 3 === 1).map(({ id }) => id));
    expect((await find('?limit=5', 'studio:rights-holder')).items).toEqual([]);
    const wrong = await service.request('GET', '/v1/detections?cursor=abc.def', { as: 'analyst' });
    expect(wrong.json).toMatchObject({ status: 422, pointer: '/cursor' });
    expect(await figure(STORE)).toBe(store);
  });

  it('stand beside assets that are found at once, and there', async () => {
    const asked = 'streamprint_asset_searches_total{engine="elasticsearch"}';
    const films = async (q: string) => {
      const answer = await service.request('GET', `/v1/assets?q=${q}`, { as: 'rights-holder' });
      return idsOf(answer.json.items as Json[]);
    };
    for (const id of ['one', 'two', 'three']) {
      const json = { catalogue: 'default', id, title: `Neu ${id}` };
      await service.request('POST', '/v1/assets', { as: 'rights-holder', json });
      expect(await films(`neu%20${id}`)).toEqual([id]);
    }
    await vi.waitFor(async () => {
      const before = await figure(asked);
      expect(await films('neu')).toEqual(['one', 'three', 'two']);
      expect(await figure(asked)).toBeGreaterThan(before);
      expect(await figure('streamprint_assets_behind')).toBe(0);
    }, SOON);
  });

  it('are found, read on and reviewed while the server is away, and it shows the review when it is back', async () => {
    const first = await find('?limit=10');
    await server.engine.kill();
    const second = await find(`?limit=10&cursor=${first.next}`);
    const third = await find(`?limit=10&cursor=${second.next}`);
    expect([first, second, third].flatMap(({ items }) => idsOf(items))).toEqual(
      known.map(({ id }) => id).reverse(),
    );
    const route = `/v1/detections/${known[3]!.id}`;
    const tag = (await service.request('GET', route, { as: 'analyst' })).headers.get('etag')!;
    const made = await service.request('POST', `${route}/reviews`, {
      as: 'analyst',
      json: { verdict: 'confirmed' },
      headers: { 'if-match': tag },
    });
    expect(made.status).toBe(201);
    expect(idsOf((await find('?review=confirmed')).items)).toEqual([known[3]!.id]);
    expect(await figure('streamprint_detections_behind')).toBe(1);

    await server.engine.restart();
    await isAsked();
    await vi.waitFor(async () => {
      const before = await figure(SERVER);
      expect(idsOf((await find('?review=confirmed&limit=7')).items)).toEqual([known[3]!.id]);
      expect(await figure(SERVER)).toBeGreaterThan(before);
    }, SOON);
  });
});
