import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, start, streamprint } from '../support/cli.js';
import { broadcast, cutIntoSegments, type LiveChannels } from '../support/live-channels.js';
import { makeChannel } from '../support/programme.js';
import { startService, type TestService } from '../support/service.js';
import { makeProgrammes } from '../survival/programmes.js';
import { until } from '../transport/support.js';

describe('a probe that the service tells what to capture', () => {
  let folder: string;
  let channels: LiveChannels;
  let service: TestService;
  let probe: ChildProcess;
  let ended: Promise<unknown>;
  const lines: Json[] = [];
  const file = (name: string) => path.join(folder, name);
  const channel = (id: string, url: string) => ({
    id,
    name: `Channel ${id}`,
    url,
    userAgent: null,
    referer: null,
  });
  const ask = (method: string, route: string, json?: unknown, headers = {}) =>
    service.request(method, route, { as: 'administrator', json, headers });
  const setChannels = async (items: unknown[]) => {
    const { headers } = await ask('GET', '/v1/probes/madrid/channels');
    return ask('PUT', '/v1/probes/madrid/channels', { items }, { 'if-match': headers.get('etag')! });
  };
  const said = (words: RegExp) =>
    until(
      () => lines.filter(({ stream, message }) => words.test(`${stream}: ${message}`)),
      (found) => found.length > 0,
      60_000,
    );
  const seen = async () => (await ask('GET', '/v1/probes/madrid')).json;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-probe-service-'));
    await makeProgrammes(file('programmes'), ['alpha'], 20);
    await makeChannel(file('channel.ts'), [{ file: file('programmes/alpha.mp4'), from: 0, seconds: 20 }]);
    await cutIntoSegments(file('channel.ts'), file('channels/one'));
    await cutIntoSegments(file('channel.ts'), file('channels/two'));
    channels = await broadcast(file('channels'), 1);
    service = await startService({ data: file('service') });
  }, 180_000);
  afterAll(async () => {
    probe?.kill('SIGKILL');
    await service?.close();
    await channels?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const addressOf = async (name: string) => {
    const list = await (await fetch(channels.url)).text();
    const address = list.split('\n').find((line) => line.includes(name) && !line.startsWith('#'))!;
    return new URL(address, channels.url).href;
  };

  it('is registered, has its own key, and captures what its list names', async () => {
    const { status, json } = await ask('POST', '/v1/probes', { name: 'madrid' });
    expect(status).toBe(201);
    await fs.writeFile(file('key'), `${json.key}\n`);
    expect(await seen()).toMatchObject({ registered: true, state: 'unknown', channels: 0 });
    const args = ['probe', '--service', service.url, '--key-file', file('key'), '--name', 'madrid'];
    probe = start([...args, '--data', file('probe'), '--json']);
    ended = once(probe, 'close');
    let rest = '';
    probe.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      lines.push(...parts.map((line) => JSON.parse(line) as Json));
    });
    await until(seen, ({ state }) => state === 'up', 60_000);
    expect((await setChannels([channel('one', await addressOf('one'))])).status).toBe(200);
    await said(/^Channel one: live/);
    const { heartbeat } = await until(seen, (one) => one.heartbeat.streams.live === 1, 60_000);
    expect(heartbeat).toMatchObject({ mode: 'central', errors: [] });
  }, 120_000);

  it('follows its list while it runs, also to no channel at all', async () => {
    await setChannels([channel('two', await addressOf('two'))]);
    await said(/^Channel one: gone/);
    await said(/^Channel two: live/);
    await setChannels([]);
    await said(/^Channel two: gone/);
  }, 120_000);

  it('may do nothing else, and nobody else with its list', async () => {
    const key = (await fs.readFile(file('key'), 'utf8')).trim();
    const headers = { authorization: `Bearer ${key}` };
    expect((await service.request('GET', '/v1/streams', { headers })).status).toBe(403);
    expect((await service.request('GET', '/v1/probes/madrid/channels', { headers })).status).toBe(200);
    const other = await service.request('GET', '/v1/probes/madrid/channels', { as: 'probe' });
    expect(other.status).toBe(404);
    for (const url of ['file:///etc/passwd', '/etc/passwd', 'http://a.example/x|y'])
      expect((await setChannels([channel('bad', url)])).json).toMatchObject({
        status: 400,
        pointer: '/items/0/url',
      });
    const twice = [channel('same', 'http://a.example/'), channel('same', 'http://b.example/')];
    expect((await setChannels(twice)).json).toMatchObject({ status: 422, pointer: '/items/1/id' });
    const stale = await ask('PUT', '/v1/probes/madrid/channels', { items: [] }, { 'if-match': '"0"' });
    expect(stale.status).toBe(412);
  });

  it('is removed with its keys', async () => {
    probe.kill('SIGTERM');
    await ended;
    const { headers } = await ask('GET', '/v1/probes/madrid');
    const removed = await ask('DELETE', '/v1/probes/madrid', undefined, { 'if-match': headers.get('etag')! });
    expect(removed.status).toBe(204);
    const refused = await streamprint([
      ...['probe', '--service', service.url, '--key-file', file('key'), '--name', 'madrid'],
      ...['--data', file('probe'), '--duration', '1'],
    ]);
    expect(refused.stderr).toMatch(/the service cannot be spoken to.*401/);
    const key = (await fs.readFile(file('key'), 'utf8')).trim();
    expect(refused.stderr + refused.stdout).not.toContain(key);
  }, 60_000);
});
