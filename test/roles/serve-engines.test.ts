import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWith } from '../engines/available.js';
import { elasticsearch8 } from '../engines/elasticsearch.js';
import { kafka } from '../engines/kafka.js';
import { TestServer } from '../reference-index/elasticsearch/server.js';
import { type Json, streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel, makeProgramme } from '../support/programme.js';
import { startService, type TestService } from '../support/service.js';
import { TestBroker } from '../transport/kafka/broker.js';
import { until } from '../transport/support.js';

// Servers and programs start slowly where much else runs.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
const PATIENCE_MS = 300_000;

const withBoth = async (name: string, tests: () => void) => {
  if ((await elasticsearch8.missing()) === null) return describeWith(kafka, name, tests);
  return describeWith(elasticsearch8, name, tests);
};

/** All that a service does, with the bus on a real broker and the index on a real server. */
await withBoth('serve with Kafka and Elasticsearch', () => {
  let folder: string;
  let broker: TestBroker;
  let server: TestServer;
  let service: TestService;
  const as = 'rights-holder';
  const file = (name: string) => path.join(folder, name);
  const ended = (route: string) =>
    until(
      async () => (await service.request('GET', route, { as: 'administrator' })).json,
      ({ state }: Json) => state === 'done' || state === 'failed',
      PATIENCE_MS,
    );
  const ready = async () => (await service.request('GET', '/readyz')).json;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-serve-engines-'));
    [broker, server] = await Promise.all([TestBroker.start(), TestServer.start(elasticsearch8)]);
    await makeProgramme(file('alpha.mp4'), 81, 26);
    await makeProgramme(file('other.mp4'), 82, 6);
    await makeChannel(file('channel.ts'), [
      { file: file('other.mp4'), from: 0, seconds: 6 },
      { file: file('alpha.mp4'), from: 4, seconds: 20 },
    ]);
    await cutIntoSegments(file('channel.ts'), file('channel'));
    service = await startService({
      data: file('data'),
      env: {
        STREAMPRINT_KAFKA: broker.engine.address,
        STREAMPRINT_ELASTICSEARCH: server.url,
        STREAMPRINT_ELASTICSEARCH_WAIT: '5',
      },
    });
  });
  afterAll(async () => {
    await service?.close();
    await broker?.dispose();
    await server?.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('is ready, engine by engine', async () => {
    const state = await until(ready, ({ status }: Json) => status === 'ready', PATIENCE_MS);
    expect(state).toMatchObject({
      engines: [
        { name: 'bus', kind: 'Kafka', state: 'up' },
        { name: 'index', kind: 'Elasticsearch', state: 'up' },
        { name: 'decoder', state: 'up' },
        { name: 'detections', kind: 'embedded', state: 'up' },
      ],
    });
  });

  it('takes a catalogue, an asset and a reference', async () => {
    const make = (route: string, json: unknown) => service.request('POST', route, { as, json });
    expect((await make('/v1/catalogues', { name: 'films' })).status).toBe(201);
    const asset = { catalogue: 'films', id: 'alpha', title: 'Alpha, the film', territories: ['CH'] };
    expect((await make('/v1/assets', asset)).status).toBe(201);
    const metadata = { catalogue: 'films', assetId: 'alpha', filename: 'alpha.mp4' };
    const media = fs.readFileSync(file('alpha.mp4'));
    const upload = await service.request('POST', '/v1/uploads', {
      as,
      headers: {
        'tus-resumable': '1.0.0',
        'content-type': 'application/offset+octet-stream',
        'upload-length': String(media.length),
        'upload-metadata': Object.entries(metadata)
          .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
          .join(','),
      },
      body: new Uint8Array(media),
    });
    expect(upload.status).toBe(201);
    const job = await ended(`/v1/reference-jobs/${upload.headers.get('streamprint-job')}`);
    expect(job).toMatchObject({ state: 'done', assetId: 'alpha', error: null });
    const { items } = (await service.request('GET', '/v1/references?assetId=alpha', { as })).json;
    expect(items).toMatchObject([{ catalogue: 'films', assetId: 'alpha' }]);
  });

  it('finds it on a stream that a probe sends over the broker, and in the search', async () => {
    const probe = ['probe', file('channel'), '--data', file('probe'), '--name', 'elsewhere'];
    const sent = await streamprint(probe, { STREAMPRINT_KAFKA: broker.engine.address });
    expect(sent, sent.stderr).toMatchObject({ code: 0 });
    const { items } = await until(
      async () => (await service.request('GET', '/v1/detections?state=closed', { as })).json,
      (found: Json) => found.items?.length > 0,
      PATIENCE_MS,
    );
    expect(items).toMatchObject([
      { catalogue: 'films', assetId: 'alpha', title: 'Alpha, the film', classified: 'alert' },
    ]);
    expect(items[0].reference.start).toBeCloseTo(4, 0);
    const found = await service.request('GET', '/v1/detections?q=film', { as });
    expect(found.json.items.map(({ id }: Json) => id)).toEqual([items[0].id]);
    expect((await service.request('GET', '/v1/detections', { as: 'studio:analyst' })).json.items).toEqual([]);
    const detail = await service.request('GET', `/v1/detections/${items[0].id}`, { as });
    expect(detail.json).toMatchObject({ id: items[0].id, assetId: 'alpha' });
  });

  it('looks a clip up there', async () => {
    await makeChannel(file('clip.mp4'), [{ file: file('alpha.mp4'), from: 8, seconds: 12 }]);
    const asked = await service.request('POST', '/v1/lookups', {
      as: 'analyst',
      body: new Uint8Array(fs.readFileSync(file('clip.mp4'))),
      headers: { 'content-type': 'video/mp4' },
    });
    expect(asked.status, asked.text).toBe(202);
    const found = await ended(`/v1/lookups/${asked.json.id}`);
    expect(found).toMatchObject({ error: null, matches: [{ catalogue: 'films', assetId: 'alpha' }] });
    expect(found.streams).toHaveLength(1);
    // A broker that was started just now is not there for everybody at once.
    expect(service.troubles.filter((trouble) => !trouble.startsWith('Kafka'))).toEqual([]);
  });

  it('says which of them is away, and goes on when it is back', async () => {
    const stateOf = async (name: string) =>
      ((await ready()) as { engines: Json[] }).engines.find((engine) => engine.name === name)!.state;
    await server.engine.kill();
    await until(
      () => stateOf('index'),
      (state) => state === 'away',
      PATIENCE_MS,
    );
    const away = await service.request('GET', '/readyz');
    expect(away).toMatchObject({ status: 503, json: { status: 'not ready' } });
    expect(away.json.reasons).toEqual([expect.stringContaining('The reference index is away')]);
    await server.engine.restart();
    await until(
      () => stateOf('index'),
      (state) => state === 'up',
      PATIENCE_MS,
    );
    expect((await ready()).status).toBe('ready');
  });
});
