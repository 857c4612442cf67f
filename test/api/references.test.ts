import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type TestServer } from '../capture/support.js';
import { type Json, streamprint } from '../support/cli.js';
import { makeProgramme } from '../support/programme.js';
import { startService, type TestService } from '../support/service.js';
import { until } from '../transport/support.js';

const OCTETS = { 'content-type': 'application/octet-stream' };
const TUS = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' };

/** Jobs let all others go first: on a busy machine they take their time. */
const PATIENCE = { timeout: 600_000 };

describe('references over the API', PATIENCE, () => {
  let folder: string;
  let service: TestService;
  let media: TestServer;
  let inside: TestServer;
  let film: Buffer;
  let spf: Buffer;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-references-'));
    const file = path.join(folder, 'film.mp4');
    await makeProgramme(file, 41, 12);
    film = await fs.readFile(file);
    await streamprint(['fingerprint', file]);
    spf = await fs.readFile(path.join(folder, 'film.spf'));
    inside = await serve((_, response) => response.end(film), '127.0.0.2');
    media = await serve((_, response, route) => {
      if (route === '/inside') response.writeHead(302, { location: `${inside.url}/film.mp4` }).end();
      else if (route === '/page') response.end('<!DOCTYPE html><html></html>');
      else response.end(film);
    });
    service = await startService({ env: { STREAMPRINT_FETCH_NETWORKS: '127.0.0.1' } });
    for (const [as, name] of [
      ['rights-holder', 'films'],
      ['studio:rights-holder', 'studio-films'],
    ] as const)
      expect((await service.request('POST', '/v1/catalogues', { as, json: { name } })).status).toBe(201);
  });
  afterAll(async () => {
    await service?.close();
    await media?.close();
    await inside?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const as = 'rights-holder';
  const byUrl = (assetId: string, url: string, headers = {}) =>
    service.request('POST', '/v1/references', { as, json: { catalogue: 'films', assetId, url }, headers });
  const ended = (id: string): Promise<Json> =>
    until(
      async () => (await service.request('GET', `/v1/reference-jobs/${id}`, { as })).json,
      ({ state }) => state === 'done' || state === 'failed',
      600_000,
    );
  const referencesOf = async (assetId: string) =>
    (await service.request('GET', `/v1/references?assetId=${assetId}`, { as })).json.items as Json[];
  const metadata = (values: Record<string, string>) =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
      .join(',');
  const upload = (values: Record<string, string>, body: Uint8Array, who: string = as) =>
    service.request('POST', '/v1/uploads', {
      as: who,
      headers: { ...TUS, 'upload-length': String(body.length), 'upload-metadata': metadata(values) },
      body,
    });

  it('by an address become references, once, and are taken away at once', async () => {
    const asked = await byUrl('by-url', `${media.url}/film.mp4?token=secret`);
    expect(asked.status).toBe(202);
    expect(asked.headers.get('location')).toBe(`/v1/reference-jobs/${asked.json.id}`);
    const job = await ended(asked.json.id);
    expect(job).toMatchObject({ state: 'done', progress: 1, error: null, source: `${media.url}/film.mp4` });
    expect(await referencesOf('by-url')).toMatchObject([{ id: job.referenceId, sourceBytes: film.length }]);

    const again = await ended((await byUrl('by-url', `${media.url}/again.mp4`)).json.id);
    expect(again).toMatchObject({ state: 'done', referenceId: job.referenceId });
    expect(await referencesOf('by-url')).toHaveLength(1);

    expect((await service.request('DELETE', `/v1/references/${job.referenceId}`, { as })).status).toBe(204);
    expect(await referencesOf('by-url')).toEqual([]);
    expect((await service.request('DELETE', `/v1/references/${job.referenceId}`, { as })).status).toBe(404);
  });

  it('are not fetched from inside', async () => {
    for (const url of [
      `${inside.url}/film.mp4`,
      'http://169.254.169.254/',
      'http://[::1]/',
      'file:///etc/passwd',
      'x',
    ])
      expect((await byUrl('inside', url)).json).toMatchObject({ status: 422, pointer: '/url' });
    const job = await ended((await byUrl('inside', `${media.url}/inside`)).json.id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'SP_FETCH_REFUSED' } });
    const name = await ended((await byUrl('inside', 'http://localhost:1/film.mp4')).json.id);
    expect(name).toMatchObject({ state: 'failed', error: { code: expect.stringMatching(/REFUSED|HTTP/) } });
    expect(inside.requests).toEqual([]);
  });

  it('that are none are told as failed jobs, with the reason', async () => {
    const page = await ended((await byUrl('page', `${media.url}/page`)).json.id);
    expect(page).toMatchObject({ state: 'failed', error: { code: 'SP_PLAYLIST' } });
    const garbage = await upload(
      { catalogue: 'films', filename: 'C:\\films\\garbage.mp4' },
      Buffer.from('no film'),
    );
    expect(garbage.status).toBe(201);
    const job = await ended(garbage.headers.get('streamprint-job')!);
    expect(job).toMatchObject({ state: 'failed', assetId: 'garbage', source: 'garbage.mp4' });
    expect(job.error).toMatchObject({
      code: 'SP_INPUT_NOT_MEDIA',
      message: expect.stringContaining('garbage.mp4'),
    });
    expect(job.error.message).not.toContain(service.data);
    expect(await referencesOf('garbage')).toEqual([]);
  });

  it('are made of fingerprint files, by body or by upload', async () => {
    const send = (body: Uint8Array, query = 'catalogue=films&assetId=spf') =>
      service.request('POST', `/v1/references/fingerprint?${query}`, { as, headers: OCTETS, body });
    const first = await ended((await send(spf)).json.id);
    expect(first).toMatchObject({ state: 'done', source: 'film.mp4' });
    const uploaded = await upload({ catalogue: 'films', assetId: 'spf', filename: 'film.spf' }, spf);
    const second = await ended(uploaded.headers.get('streamprint-job')!);
    expect(second).toMatchObject({ state: 'done', referenceId: first.referenceId });
    expect(await referencesOf('spf')).toHaveLength(1);

    const changed = Buffer.from(spf);
    changed[changed.length - 10]! ^= 1;
    for (const bad of [film, spf.subarray(0, 1000), changed, Buffer.from('x')])
      expect((await send(bad)).json).toMatchObject({ status: 422, code: 'unprocessable' });
    expect((await send(spf, 'catalogue=films')).json).toMatchObject({ status: 400, pointer: '/assetId' });
    expect((await send(spf, 'catalogue=nothing&assetId=a')).status).toBe(404);
  });

  it('by upload ask for what must be known of them', async () => {
    const begin = (headers: Record<string, string>) =>
      service.request('POST', '/v1/uploads', { as, headers: { 'tus-resumable': '1.0.0', ...headers } });
    const said = metadata({ catalogue: 'films', filename: 'a.mp4' });
    expect((await begin({ 'upload-length': '5' })).json.pointer).toBe('/upload-metadata');
    expect((await begin({ 'upload-length': '5', 'upload-metadata': '%%%' })).status).toBe(422);
    const unnamed = metadata({ catalogue: 'films' });
    expect((await begin({ 'upload-length': '5', 'upload-metadata': unnamed })).json.pointer).toBe(
      '/upload-metadata/filename',
    );
    expect((await begin({ 'upload-length': '0', 'upload-metadata': said })).status).toBe(422);
    expect((await begin({ 'upload-length': '-1', 'upload-metadata': said })).status).toBe(400);
    expect((await begin({ 'upload-metadata': said })).status).toBe(400);
    expect((await begin({ 'upload-length': String(2 ** 45), 'upload-metadata': said })).status).toBe(413);
    expect(
      (await begin({ 'tus-resumable': '0.1', 'upload-length': '5', 'upload-metadata': said })).status,
    ).toBe(400);
  });

  it('by upload go on where they were, and nowhere else', async () => {
    const begun = await service.request('POST', '/v1/uploads', {
      as,
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': '10',
        'upload-metadata': metadata({ catalogue: 'films', filename: 'a.mp4' }),
      },
    });
    const route = begun.headers.get('location')!;
    expect(route).toMatch(/^\/v1\/uploads\/[0-9a-f-]{36}$/);
    const patch = (offset: number, body: string, who: string = as) =>
      service.request('PATCH', route, {
        as: who,
        headers: { ...TUS, 'upload-offset': String(offset) },
        body,
      });
    expect((await patch(0, 'hello')).headers.get('upload-offset')).toBe('5');
    expect((await patch(0, 'hello')).status).toBe(409);
    expect((await patch(5, 'too long for it')).status).toBe(413);
    const head = await service.request('HEAD', route, { as, headers: { 'tus-resumable': '1.0.0' } });
    expect([head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual(['5', '10']);
    const state = await service.request('GET', route, { as });
    expect(state.json).toMatchObject({ offset: 5, size: 10, fileName: 'a.mp4', jobId: null });

    const other = 'studio:rights-holder';
    for (const method of ['HEAD', 'GET', 'DELETE'])
      expect(
        (await service.request(method, route, { as: other, headers: { 'tus-resumable': '1.0.0' } })).status,
      ).toBe(404);
    expect((await patch(5, 'world', other)).status).toBe(404);
    expect(
      (await service.request('DELETE', route, { as, headers: { 'tus-resumable': '1.0.0' } })).status,
    ).toBe(204);
    expect((await patch(5, 'world')).status).toBe(404);
  });

  it('of another tenant are not there, nor are its jobs and licences, nor can things be put into its catalogue', async () => {
    const other = 'studio:rights-holder';
    const mine = await ended((await byUrl('mine', `${media.url}/film.mp4`)).json.id);
    const licence = await service.request('POST', '/v1/licences', {
      as,
      json: { catalogue: 'films', host: 'a.example' },
    });
    expect(licence.status).toBe(201);
    for (const route of [
      `/v1/references/${mine.referenceId}`,
      `/v1/reference-jobs/${mine.id}`,
      `/v1/licences/${licence.json.id}`,
    ]) {
      expect((await service.request('GET', route, { as })).status).toBe(200);
      expect((await service.request('GET', route, { as: other })).status, route).toBe(404);
      if (!route.includes('jobs'))
        expect((await service.request('DELETE', route, { as: other })).status, route).toBe(404);
    }
    for (const list of ['references', 'reference-jobs', 'licences'])
      expect((await service.request('GET', `/v1/${list}?catalogue=films`, { as: other })).json.items).toEqual(
        [],
      );
    const json = { catalogue: 'films', assetId: 'x', url: `${media.url}/film.mp4`, host: 'a.example' };
    const { assetId: _, url: __, ...allowed } = json;
    const { host: ___, ...reference } = json;
    expect((await service.request('POST', '/v1/references', { as: other, json: reference })).status).toBe(
      404,
    );
    expect((await service.request('POST', '/v1/licences', { as: other, json: allowed })).status).toBe(404);
    expect((await upload({ catalogue: 'films', filename: 'a.mp4' }, film, other)).status).toBe(404);
    expect((await service.request('POST', '/v1/references', { as: 'analyst', json: reference })).status).toBe(
      403,
    );
  });

  it('are licensed to streams and hosts, for a time', async () => {
    const add = (json: object) =>
      service.request('POST', '/v1/licences', { as, json: { catalogue: 'films', ...json } });
    const made = await add({
      host: '*.Example.ORG',
      assetId: 'film',
      from: '2026-01-01T00:00:00Z',
      note: 'by letter',
    });
    expect(made.json).toMatchObject({ host: '*.example.org', from: '2026-01-01T00:00:00.000Z', to: null });
    expect((await add({ host: 'http://x/' })).json).toMatchObject({ status: 422, pointer: '/host' });
    expect((await add({})).json).toMatchObject({ status: 422 });
    const window = { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    expect((await add({ streamId: 's', ...window })).json).toMatchObject({ status: 422, pointer: '/to' });
    const list = await service.request('GET', '/v1/licences?catalogue=films&assetId=film', { as });
    expect(list.json.items).toEqual([made.json]);
    expect((await service.request('DELETE', `/v1/licences/${made.json.id}`, { as })).status).toBe(204);
    expect((await service.request('GET', '/v1/licences?assetId=film', { as })).json.items).toEqual([]);
  });

  it('were no trouble', () => {
    expect(service.troubles).toEqual([]);
  });
});
