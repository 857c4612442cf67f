import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel, makeProgramme } from '../support/programme.js';
import { startService, type TestService } from '../support/service.js';
import { until } from '../transport/support.js';

describe('look-up of a clip over HTTP', () => {
  let folder: string;
  let service: TestService;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-lookups-'));
    for (const [i, name] of ['alpha', 'beta'].entries())
      await makeProgramme(file(`${name}.mp4`), 611 + i, 40);
    await makeChannel(file('one.ts'), [
      { file: file('beta.mp4'), from: 0, seconds: 8 },
      { file: file('alpha.mp4'), from: 5, seconds: 24 },
    ]);
    await cutIntoSegments(file('one.ts'), file('one'));
    await makeChannel(file('clip.mp4'), [{ file: file('alpha.mp4'), from: 9, seconds: 14 }]);
    const data = ['--data', file('data')];
    await streamprint(['register', file('alpha.mp4'), '--catalogue', 'films', '--json', ...data]);
    await streamprint(['monitor', file('one'), '--json', ...data]);
    service = await startService({ data: file('data') });
  }, 300_000);
  afterAll(async () => {
    await service?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const ask = (body: Uint8Array, headers: Record<string, string> = {}, as = 'analyst') =>
    service.request('POST', '/v1/lookups?name=from%20a%20tip', {
      as,
      body,
      headers: { 'content-type': 'video/mp4', ...headers },
    });
  const ended = (id: string, as = 'analyst') =>
    until(
      async () => (await service.request('GET', `/v1/lookups/${id}`, { as })).json,
      ({ state }: Json) => state === 'done' || state === 'failed',
      180_000,
    );

  it('finds a clip in the catalogue and on the streams, and shows it to its tenant', {
    timeout: 240_000,
  }, async () => {
    const asked = await ask(new Uint8Array(await fs.readFile(file('clip.mp4'))), { 'idempotency-key': 'k1' });
    expect(asked.status, asked.text).toBe(202);
    expect(asked.headers.get('location')).toBe(`/v1/lookups/${asked.json.id}`);
    expect(asked.json).toMatchObject({ name: 'from a tip', matches: [] });
    const again = await ask(new Uint8Array(await fs.readFile(file('clip.mp4'))), { 'idempotency-key': 'k1' });
    expect(again.json.id).toBe(asked.json.id);
    const other = await ask(new Uint8Array([1, 2, 3]), { 'idempotency-key': 'k1' });
    expect(other.json).toMatchObject({ status: 422, code: 'idempotency-mismatch' });
    const found = (await ended(asked.json.id)) as Json;
    expect(found.error).toBeNull();
    expect(found.matches).toHaveLength(1);
    expect(found.matches[0]).toMatchObject({ catalogue: 'films', assetId: 'alpha' });
    expect(Math.abs(found.matches[0].reference.start - 9)).toBeLessThan(1.5);
    expect(found.streams).toHaveLength(1);
    expect(found.streams[0].stream.name).toContain('one');
    expect(Date.parse(found.streams[0].end) - Date.parse(found.streams[0].start)).toBeGreaterThan(9000);
    const foreign = await service.request('GET', `/v1/lookups/${asked.json.id}`, { as: 'studio:analyst' });
    expect(foreign.status).toBe(404);
    const theirs = await ask(new Uint8Array(await fs.readFile(file('clip.mp4'))), {}, 'studio:analyst');
    const seen = (await ended(theirs.json.id, 'studio:analyst')) as Json;
    expect(seen).toMatchObject({ state: 'done', matches: [] });
    const clips = () => fs.readdir(path.join(service.data, 'lookups', 'clips'));
    await until(clips, (names) => names.length === 0, 20_000);
  });

  it('says of what is no media why nothing was found', { timeout: 120_000 }, async () => {
    const asked = await ask(new TextEncoder().encode('no media at all'));
    expect(asked.status).toBe(202);
    const failed = (await ended(asked.json.id)) as Json;
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'SP_INPUT_NOT_MEDIA' } });
    expect(failed.error.detail).not.toContain(service.data);
  });

  /** A form as browsers write it. */
  const form = async (parts: readonly (readonly [field: string, value: string | Blob, file?: string])[]) => {
    const data = new FormData();
    for (const [field, value, name] of parts)
      if (value instanceof Blob) data.append(field, value, name);
      else data.append(field, value);
    const response = new Response(data);
    const body = new Uint8Array(await response.arrayBuffer());
    return { body, headers: { 'content-type': response.headers.get('content-type')! } };
  };
  const post = (given: { readonly body: Uint8Array; readonly headers: Record<string, string> }) =>
    service.request('POST', '/v1/lookups', { as: 'analyst', ...given });

  it('takes a clip in a form, and calls it by the last part of its file name', {
    timeout: 240_000,
  }, async () => {
    const clip = new Blob([new Uint8Array(await fs.readFile(file('clip.mp4')))]);
    const asked = await post(await form([['file', clip, '../../../etc/<b>clip</b>\u202e.mp4']]));
    expect([asked.status, asked.json.name], asked.text).toEqual([202, 'b>\u202e.mp4']);
    const found = (await ended(asked.json.id)) as Json;
    expect(found.matches).toMatchObject([{ catalogue: 'films', assetId: 'alpha' }]);
    const named = await form([
      ['name', 'A tip, 👀'],
      ['file', clip, 'clip.mp4'],
    ]);
    expect((await post(named)).json.name).toBe('A tip, 👀');
    expect(service.troubles).toEqual([]);
  });

  it('refuses forms that are none of ours, and keeps nothing of them', { timeout: 120_000 }, async () => {
    const media = new Blob([new Uint8Array(100_000)]);
    const whole = await form([['file', media, 'clip.mp4']]);
    const refused = async (given: Parameters<typeof post>[0]) => {
      const { status, json } = await post(given);
      return [status, json.code, json.pointer];
    };
    const invalid = [400, 'invalid-request', ''];
    expect(await refused({ ...whole, body: whole.body.slice(0, 50_000) })).toEqual(invalid);
    expect(await refused({ ...whole, body: new Uint8Array(1000) })).toEqual(invalid);
    expect(await refused({ ...whole, headers: { 'content-type': 'multipart/form-data' } })).toEqual(invalid);
    const other = await form([['other', media, 'clip.mp4']]);
    expect(await refused(other)).toEqual(invalid);
    expect(await refused({ ...other, body: other.body.slice(0, 50_000) })).toEqual(invalid);
    expect(
      await refused(
        await form([
          ['file', media, 'a.mp4'],
          ['file', media, 'b.mp4'],
        ]),
      ),
    ).toEqual(invalid);
    expect(
      await refused(
        await form([
          ['file', media, 'a.mp4'],
          ['url', 'http://127.0.0.1/'],
        ]),
      ),
    ).toEqual(invalid);
    expect(await refused(await form([['name', 'nothing']]))).toEqual([422, 'unprocessable', '/file']);
    expect(
      await refused(
        await form([
          ['name', 'a\u0000b'],
          ['file', media, 'a.mp4'],
        ]),
      ),
    ).toEqual([422, 'unprocessable', '/name']);
    expect(await refused(await form([['file', new Blob([]), 'empty.mp4']]))).toEqual([
      422,
      'unprocessable',
      '',
    ]);
    const clips = () => fs.readdir(path.join(service.data, 'lookups', 'clips'));
    await until(clips, (names) => names.length === 0, 60_000);
    expect(service.troubles).toEqual([]);
  });

  it('takes no address inside, no empty body, and nothing that is neither media nor an address', async () => {
    const post = async (json: unknown) => {
      const answer = await service.request('POST', '/v1/lookups', { as: 'analyst', json });
      return [answer.json.status, answer.json.pointer];
    };
    for (const url of [
      'http://127.0.0.1/x.mp4',
      'http://169.254.169.254/a',
      'file:///etc/passwd',
      'http://[::1]/',
    ])
      expect(await post({ url }), url).toEqual([422, '/url']);
    expect(await post({ file: 'x' })).toEqual([400, '/url']);
    expect(await post({ url: 7 })).toEqual([400, '/url']);
    expect(await post({ bytes: 1, sha256: 'x' })).toEqual([400, '/url']);
    expect((await ask(new Uint8Array(0))).status).toBeGreaterThanOrEqual(400);
    expect((await ask(new Uint8Array([1]), { 'content-type': 'text/html' })).status).toBe(415);
    expect((await ask(new Uint8Array([1]), {}, 'probe')).status).toBe(403);
    expect((await service.request('GET', '/v1/lookups/none', { as: 'analyst' })).status).toBe(400);
    expect(service.troubles).toEqual([]);
  });
});
