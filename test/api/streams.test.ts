import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamprint } from '../support/cli.js';
import { broadcast, cutIntoSegments, type LiveChannels } from '../support/live-channels.js';
import { makeChannel } from '../support/programme.js';
import { startService, type TestService } from '../support/service.js';
import { makeProgrammes } from '../survival/programmes.js';
import { until } from '../transport/support.js';

describe('streams and the time line', () => {
  let folder: string;
  let channels: LiveChannels;
  let service: TestService;
  let id: string;
  const file = (name: string) => path.join(folder, name);
  const stream = async (as = 'analyst') =>
    (await service.request('GET', '/v1/streams', { as })).json.items[0];

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-streams-'));
    await makeProgrammes(file('programmes'), ['alpha'], 40);
    await makeChannel(file('channel.ts'), [{ file: file('programmes/alpha.mp4'), from: 2, seconds: 36 }]);
    await cutIntoSegments(file('channel.ts'), file('channels/one'));
    await streamprint(['register', file('programmes'), '--data', file('data'), '--json']);
    channels = await broadcast(file('channels'), 1);
    service = await startService({ data: file('data'), targets: [channels.url] });
    const shown = await until(stream, (one) => one?.carries.length > 0 && one.hasFrame, 120_000);
    id = shown.id;
  }, 240_000);
  afterAll(async () => {
    await service?.close();
    await channels?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('tells how a stream stands and what it carries', async () => {
    const one = (await service.request('GET', `/v1/streams/${id}`, { as: 'analyst' })).json;
    expect(one).toMatchObject({ id, state: 'live', probe: 'test', host: '127.0.0.1', lastError: null });
    expect(one.bitRate).toBeGreaterThan(10_000);
    expect(Date.now() - Date.parse(one.lastSegmentAt)).toBeLessThan(120_000);
    expect(one.carries).toMatchObject([{ assetId: 'alpha', catalogue: 'default' }]);
    const foreign = (await service.request('GET', `/v1/streams/${id}`, { as: 'studio:analyst' })).json;
    expect(foreign).toMatchObject({ state: 'live', carries: [] });
    const list = (await service.request('GET', '/v1/streams?state=gone', { as: 'analyst' })).json;
    expect(list).toMatchObject({ items: [], total: 0, states: { live: 1, gone: 0 } });
    const none = await service.request('GET', '/v1/streams/none', { as: 'analyst' });
    expect(none.json).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('shows its last key frame, once', async () => {
    const headers = { authorization: `Bearer ${service.key('analyst')}` };
    const answer = await fetch(`${service.url}/v1/streams/${id}/frame`, { headers });
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    const { format, width } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect(format).toBe('jpeg');
    expect(width).toBeGreaterThan(100);
    const known = { ...headers, 'if-none-match': answer.headers.get('etag')! };
    expect([200, 304]).toContain(
      (await fetch(`${service.url}/v1/streams/${id}/frame`, { headers: known })).status,
    );
  });

  it('tells what was captured of it', async () => {
    const { items, seconds, more } = (
      await service.request('GET', `/v1/streams/${id}/coverage`, { as: 'analyst' })
    ).json;
    expect(items[0]).toMatchObject({ state: 'captured', reason: '' });
    expect(seconds.captured).toBeGreaterThan(3);
    expect(more).toBe(false);
    const wrong = await service.request(
      'GET',
      `/v1/streams/${id}/coverage?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z`,
      { as: 'analyst' },
    );
    expect(wrong.json).toMatchObject({ status: 422, pointer: '/until' });
  });

  it('puts detections on a time line, as bars', async () => {
    const { streams, assets, bars, more } = (await service.request('GET', '/v1/timeline', { as: 'analyst' }))
      .json;
    expect(streams).toMatchObject([{ id }]);
    expect(assets).toEqual([{ catalogue: 'default', id: 'alpha', title: expect.any(String) }]);
    expect(bars[0].slice(0, 4)).toEqual([0, expect.any(Number), expect.any(Number), 0]);
    expect(bars[0][2] - bars[0][1]).toBeGreaterThan(2_000);
    expect(more).toBe(false);
    const foreign = await service.request('GET', '/v1/timeline', { as: 'studio:rights-holder' });
    expect(foreign.json).toMatchObject({ streams: [], assets: [], bars: [] });
  });

  it('knows of its streams again at once when it starts anew', async () => {
    const before = await stream();
    await service.close();
    service = await startService({ data: file('data') });
    const after = await stream();
    expect(after).toMatchObject({ id, state: before.state, bitRate: before.bitRate, hasFrame: true });
  });
});
