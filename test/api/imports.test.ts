import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type TestServer } from '../capture/support.js';
import type { Json } from '../support/cli.js';
import { makeProgramme } from '../support/programme.js';
import { startService, type TestService } from '../support/service.js';
import { makeKey, startServiceProcess } from '../support/service-process.js';
import { until } from '../transport/support.js';

const as = 'rights-holder';

/** Media are fetched and registered when nobody else needs the machine. */
const PATIENCE = { timeout: 600_000 };

describe('imports', PATIENCE, () => {
  let folder: string;
  let service: TestService;
  let media: TestServer;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-imports-'));
    await makeProgramme(path.join(folder, 'film.mp4'), 51, 10);
    const film = await fs.readFile(path.join(folder, 'film.mp4'));
    media = await serve((_, response, route) =>
      route.startsWith('/film') ? response.end(film) : response.writeHead(404).end(),
    );
    service = await startService({ env: { STREAMPRINT_FETCH_NETWORKS: '127.0.0.1' } });
    for (const name of ['films', 'lines'])
      await service.request('POST', '/v1/catalogues', { as, json: { name } });
  });
  afterAll(async () => {
    await service?.close();
    await media?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const send = (body: string | Uint8Array, catalogue = 'films', type = 'text/csv') =>
    service.request('POST', `/v1/imports?catalogue=${catalogue}`, {
      as,
      body,
      headers: { 'content-type': type },
    });
  const ended = (id: string): Promise<Json> =>
    until(
      async () => (await service.request('GET', `/v1/imports/${id}`, { as })).json,
      ({ state }) => state === 'done' || state === 'failed',
      600_000,
    );
  const rowsOf = async (id: string, query = ''): Promise<Json[]> =>
    (await service.request('GET', `/v1/imports/${id}/rows${query}`, { as })).json.items;
  const asset = async (id: string, catalogue = 'films') =>
    (await service.request('GET', `/v1/catalogues/${catalogue}/assets/${id}`, { as })).json;

  it('of a CSV table take in the good rows, and say of the bad ones which field is wrong and why', async () => {
    const table = [
      'asset_id,title,eidr,isrc,rights_holder,territories,valid_from,valid_to,excluded,policy,url',
      `alpha,Alpha,,,Studio,CH DE,2026-01-01,2027-01-01,1-2;0.5-1.5,record,${media.url}/film.mp4`,
      'beta,"Beta, the ""second""",10.5240/7791-8534-2C23-9030-8610-5,,,,,,,,',
      'gamma,Gamma,10.5240/7791-8534-2C23-9030-8610-6,,,,,,,,',
      'delta,Delta,,,,XX,,,,,',
      ',No id,,,,,,,,,',
      'alpha,Again,,,,,,,,,',
      'epsilon,Epsilon,,,,,soon,,,,',
      'zeta,Zeta,,,,,,,9-3,,',
      'eta,Eta,,,,,,,,shout,',
      'theta,Theta,,,,,,,,,http://127.0.0.2/film.mp4',
      `iota,Iota,,,,,,,,,${media.url}/missing.mp4`,
    ].join('\r\n');
    const sent = await send(`\uFEFF${table}`);
    expect(sent.status).toBe(202);
    expect(sent.json).toMatchObject({ rows: 11, format: 'csv', catalogue: 'films' });
    const done = await ended(sent.json.id);
    expect(done).toMatchObject({ state: 'done', rows: 11, done: 2, failed: 9, error: null });
    const failed = await rowsOf(sent.json.id, '?state=failed');
    expect(failed.map(({ row, assetId, error }) => [row, assetId, error.pointer])).toEqual([
      [4, 'gamma', '/eidr'],
      [5, 'delta', '/territories'],
      [6, null, '/asset_id'],
      [7, 'alpha', '/asset_id'],
      [8, 'epsilon', '/valid_from'],
      [9, 'zeta', '/excluded'],
      [10, 'eta', '/policy'],
      [11, 'theta', '/url'],
      [12, 'iota', '/url'],
    ]);
    for (const { error } of failed) expect(error.detail.length).toBeGreaterThan(10);
    expect(await asset('alpha')).toMatchObject({
      title: 'Alpha',
      state: 'ready',
      rightsHolder: 'Studio',
      territories: ['CH', 'DE'],
      licenceWindows: [{ from: '2026-01-01', to: '2027-01-01' }],
      excluded: [{ start: 0.5, end: 2 }],
      policy: 'record',
    });
    expect(await asset('beta')).toMatchObject({ title: 'Beta, the "second"', state: 'no-reference' });
    expect((await asset('gamma')).status).toBe(404);
  });

  it('change what is there by what a row says, and leave the rest', async () => {
    const { json } = await send('asset_id,title,policy\nalpha,,ignore\n');
    expect(await ended(json.id)).toMatchObject({ state: 'done', done: 1 });
    expect(await asset('alpha')).toMatchObject({ title: 'Alpha', policy: 'ignore', rightsHolder: 'Studio' });
  });

  it('of JSON lines take in what the API takes', async () => {
    const lines = [
      { assetId: 'one', title: 'One', titles: { de: 'Eins' }, territories: ['CH'], policy: 'alert' },
      { assetId: 'two', title: 7 },
      { assetId: 'three', title: 'Three', more: true },
      'no JSON',
      { assetId: 'four', title: 'Four <b>&\u202e 🎬', excluded: [{ start: 1, end: 2 }] },
    ].map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    const { json } = await send(`${lines.join('\n')}\n\n`, 'lines', 'application/x-ndjson');
    expect(await ended(json.id)).toMatchObject({ state: 'done', rows: 5, done: 2, failed: 3 });
    const rows = await rowsOf(json.id);
    expect(
      rows.map(({ row, assetId, state, error }) => [row, assetId, state, error?.pointer ?? null]),
    ).toEqual([
      [1, 'one', 'done', null],
      [2, 'two', 'failed', '/title'],
      [3, 'three', 'failed', '/more'],
      [4, null, 'failed', ''],
      [5, 'four', 'done', null],
    ]);
    expect(await asset('one', 'lines')).toMatchObject({ titles: { de: 'Eins' } });
    expect((await asset('four', 'lines')).title).toBe('Four <b>&\u202e 🎬');
  });

  it('are paged row by row', async () => {
    const ids = Array.from({ length: 25 }, (_, i) => `n${i}`);
    const { json } = await send(`asset_id\n${ids.join('\n')}\n`, 'lines');
    await ended(json.id);
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const query = `?limit=10${next && `&cursor=${next}`}`;
      const page = await service.request('GET', `/v1/imports/${json.id}/rows${query}`, { as });
      seen.push(...page.json.items.map((row: Json) => row.assetId));
      next = page.json.next;
    }
    expect(seen).toEqual(ids);
  });

  it('that are no table are refused as a whole', async () => {
    for (const [body, type] of [
      ['', 'text/csv'],
      ['asset_id\n', 'text/csv'],
      ['title\nAlpha\n', 'text/csv'],
      ['asset_id,asset_id\na,b\n', 'text/csv'],
      ['asset_id,colour\na,b\n', 'text/csv'],
      ['\n\n', 'application/x-ndjson'],
      [new Uint8Array([0x61, 0xff, 0x0a]), 'text/csv'],
    ] as const)
      expect((await send(body, 'films', type)).json, String(body)).toMatchObject({
        status: 422,
        pointer: '',
      });
    expect((await send('asset_id\na\n', 'nothing')).status).toBe(404);
    expect((await send('<a/>', 'films', 'text/xml')).status).toBe(415);
    expect((await send('x'.repeat(33 * 1024 * 1024))).status).toBe(413);
    const other = 'studio:rights-holder';
    const { json } = await send('asset_id\nmine\n');
    for (const route of [`/v1/imports/${json.id}`, `/v1/imports/${json.id}/rows`])
      expect((await service.request('GET', route, { as: other })).status).toBe(404);
    expect((await service.request('GET', '/v1/imports', { as: other })).json.items).toEqual([]);
    await ended(json.id);
    expect(service.troubles).toEqual([]);
  });

  it('go on after kill -9, each row once', async () => {
    const rows = 3000;
    const data = path.join(folder, 'killed');
    let process = await startServiceProcess(data);
    const headers = { authorization: `Bearer ${await makeKey(data, 'default', 'administrator')}` };
    const ask = async (route: string, options: RequestInit = {}): Promise<Json> =>
      (await (
        await fetch(process.url + route, { ...options, headers: { ...headers, ...options.headers } })
      ).json()) as Json;
    const post = (route: string, type: string, body: string) =>
      ask(route, { method: 'POST', headers: { 'content-type': type }, body });
    try {
      await post('/v1/catalogues', 'application/json', '{"name":"many"}');
      const ids = Array.from({ length: rows }, (_, i) => (i % 10 === 9 ? '' : `asset-${i}`));
      const table = `asset_id,title\n${ids.map((id, i) => `${id},Title ${i}`).join('\n')}\n`;
      const { id } = await post('/v1/imports?catalogue=many', 'text/csv', table);
      for (const part of [0.1, 0.4, 0.7]) {
        await until(
          () => ask(`/v1/imports/${id}`),
          ({ done, failed }) => done + failed >= part * rows,
          600_000,
        );
        await process.kill();
        process = await startServiceProcess(data);
      }
      const done = await until(
        () => ask(`/v1/imports/${id}`),
        ({ state }) => state === 'done' || state === 'failed',
        600_000,
      );
      expect(done).toMatchObject({ state: 'done', rows, done: rows * 0.9, failed: rows * 0.1 });
      const last = await ask(`/v1/catalogues/many/assets/asset-${rows - 2}`);
      expect(last).toMatchObject({ title: `Title ${rows - 2}` });
    } finally {
      await process.kill();
    }
  });
});
