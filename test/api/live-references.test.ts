import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { broadcast, cutIntoSegments, type LiveChannels } from '../support/live-channels.js';
import { makeProgramme } from '../support/programme.js';
import { startService, type TestService } from '../support/service.js';
import { until } from '../transport/support.js';

const as = 'rights-holder';
const ROUTE = '/v1/live-references/ours/our-channel';

describe('live references over the API', () => {
  let folder: string;
  let service: TestService;
  let channels: LiveChannels;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-live-api-'));
    await makeProgramme(path.join(folder, 'own.mp4'), 943, 24);
    await cutIntoSegments(path.join(folder, 'own.mp4'), path.join(folder, 'channels/own'));
    channels = await broadcast(path.join(folder, 'channels'), 2);
    service = await startService({ env: { STREAMPRINT_FETCH_NETWORKS: '127.0.0.1' } });
    await service.request('POST', '/v1/catalogues', { as, json: { name: 'ours' } });
  });
  afterAll(async () => {
    await service?.close();
    await channels?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const add = (json: object, who = as) => service.request('POST', '/v1/live-references', { as: who, json });
  const now = async () => (await service.request('GET', ROUTE, { as })).json;

  it('are captured from when they are named, and become references of their asset', async () => {
    const url = channels.url.replace('list.m3u', 'own/index.m3u8');
    const made = await add({
      catalogue: 'ours',
      title: 'Our Channel',
      url: url.replace('//', '//user:secret@'),
      days: 3,
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(ROUTE);
    expect(made.json).toMatchObject({ assetId: 'our-channel', state: 'starting', days: 3, url });
    await until(now, ({ state }) => state === 'live', 60_000);
    channels.end();
    const captured = await until(now, ({ registeredUntil }) => registeredUntil !== null, 120_000);
    expect(Date.parse(captured.registeredUntil)).toBeGreaterThan(Date.now() - 3_600_000);
    const { items } = (await service.request('GET', '/v1/references?assetId=our-channel', { as })).json;
    expect(items.length).toBeGreaterThan(0);
    for (const { source } of items) expect(source).toMatch(/^live:\d{4}-/);
    expect((await add({ catalogue: 'ours', title: 'Our Channel', url })).status).toBe(409);
    const asset = '/v1/catalogues/ours/assets/our-channel';
    const tag = (await service.request('GET', asset, { as })).headers.get('etag')!;
    const removed = await service.request('DELETE', asset, { as, headers: { 'if-match': tag } });
    expect(removed.json.code).toBe('conflict');
    const list = await service.request('GET', '/v1/live-references?catalogue=ours', { as });
    expect(list.json.items).toHaveLength(1);
  }, 240_000);

  it('are paused and go on', async () => {
    const paused = await service.request('POST', `${ROUTE}/pause`, { as });
    expect(paused.json.state).toBe('paused');
    expect((await now()).state).toBe('paused');
    const resumed = await service.request('POST', `${ROUTE}/resume`, { as });
    expect(resumed.json.state).not.toBe('paused');
  });

  it('are not captured from inside, nor from files', async () => {
    for (const url of [
      'http://127.0.0.2/a.m3u8',
      'http://[::1]/a.m3u8',
      'udp://239.0.0.1:1',
      'file:///etc',
      '/etc',
    ])
      expect((await add({ catalogue: 'ours', title: 'Inside', url })).json, url).toMatchObject({
        status: 422,
        pointer: '/url',
      });
    const named = await add({ catalogue: 'ours', title: 'Named', url: 'http://localhost:1/a.m3u8' });
    expect(named.status).toBe(201);
    const route = '/v1/live-references/ours/named';
    const stopped = await until(
      async () => (await service.request('GET', route, { as })).json,
      ({ note }) => note !== null,
      60_000,
    );
    expect(stopped.registeredUntil).toBeNull();
    expect((await service.request('DELETE', route, { as })).status).toBe(204);
  });

  it('of another tenant are not there', async () => {
    const other = 'studio:rights-holder';
    for (const [method, route] of [
      ['GET', ROUTE],
      ['DELETE', ROUTE],
      ['POST', `${ROUTE}/pause`],
      ['POST', `${ROUTE}/resume`],
    ] as const)
      expect((await service.request(method, route, { as: other })).status, `${method} ${route}`).toBe(404);
    expect((await service.request('GET', '/v1/live-references', { as: other })).json.items).toEqual([]);
    const json = { catalogue: 'ours', title: 'Mine', url: 'http://a.example/b.m3u8' };
    expect((await add(json, other)).status).toBe(404);
  });

  it('are taken away with all that is kept of them', async () => {
    expect((await service.request('DELETE', ROUTE, { as })).status).toBe(204);
    expect((await service.request('GET', ROUTE, { as })).status).toBe(404);
    const { items } = (await service.request('GET', '/v1/references?assetId=our-channel', { as })).json;
    expect(items).toEqual([]);
    expect(service.troubles).toEqual([]);
  });
});
