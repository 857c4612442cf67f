import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type TestServer } from '../capture/support.js';
import { type Json, streamprint } from '../support/cli.js';
import { makeChannel, makeProgramme } from '../support/programme.js';
import { makeKey, type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { until } from '../transport/support.js';

/** Jobs that are asked for. */
const FILMS = 6;
const ENV = { STREAMPRINT_FETCH_NETWORKS: '127.0.0.1' };

describe('reference jobs', () => {
  let folder: string;
  let data: string;
  let media: TestServer;
  let service: ServiceProcess;
  let headers: Record<string, string>;
  const file = (n: number) => path.join(folder, `film-${n}.mp4`);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-jobs-'));
    data = path.join(folder, 'data');
    for (let n = 0; n < FILMS; n++) await makeProgramme(file(n), 600 + n, 24);
    media = await serve(async (_, response, route) =>
      response.end(await fs.readFile(path.join(folder, route))),
    );
    service = await startServiceProcess(data, [], ENV);
    headers = { authorization: `Bearer ${await makeKey(data, 'default', 'administrator')}` };
    await post('/v1/catalogues', { name: 'films' });
  }, 240_000);
  afterAll(async () => {
    await service?.kill();
    await media?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const ask = async (route: string, options: RequestInit = {}): Promise<Json> => {
    const answer = await fetch(service.url + route, {
      ...options,
      headers: { ...headers, ...options.headers },
    });
    return (await answer.json()) as Json;
  };
  const post = (route: string, body: object) =>
    ask(route, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const jobs = async (): Promise<Json[]> => (await ask('/v1/reference-jobs?limit=100')).items;

  it('survive kill -9 whenever it comes: each ends, once', async () => {
    for (let n = 0; n < FILMS; n++)
      await post('/v1/references', {
        catalogue: 'films',
        assetId: `film-${n}`,
        url: `${media.url}/film-${n}.mp4`,
      });
    const told: number[] = [];
    for (const ended of [0, 1, 3]) {
      await until(
        jobs,
        (all) => {
          told.push(...all.map(({ progress }) => progress));
          const isUnderWay = all.some(({ state }) => state === 'running');
          return all.filter(({ state }) => state === 'done').length >= ended && isUnderWay;
        },
        600_000,
      );
      await service.kill();
      service = await startServiceProcess(data, [], ENV);
    }
    const all = await until(jobs, (some) => some.every(({ state }) => state === 'done'), 600_000);
    expect(all).toHaveLength(FILMS);
    expect(all.map(({ error }) => error)).toEqual(all.map(() => null));
    const { items } = await ask('/v1/references?catalogue=films');
    expect(items.map(({ assetId }: Json) => assetId)).toEqual(
      Array.from({ length: FILMS }, (_, n) => `film-${n}`),
    );
    for (const progress of told) expect(progress).toBeLessThanOrEqual(1);
    // The file of the last one goes once it is on disk that it is done.
    const left = () => fs.readdir(path.join(data, 'rights', 'uploads'));
    await until(left, (names) => names.length === 0, 60_000);
  }, 900_000);

  it('leave references that match until they are taken away, and never after, beside the service', async () => {
    const clip = path.join(folder, 'clip.ts');
    await makeChannel(clip, [{ file: file(2), from: 4, seconds: 15 }]);
    const found = async () =>
      (await streamprint(['match', clip, '--json', '--data', data])).json[0]?.matches.map(
        ({ assetId }: Json) => assetId,
      );
    expect(await found()).toEqual(['film-2']);
    const { items } = await ask('/v1/references?catalogue=films&assetId=film-2');
    const answer = await fetch(`${service.url}/v1/references/${items[0].id}`, { method: 'DELETE', headers });
    expect(answer.status).toBe(204);
    expect(await found()).toEqual([]);
    const { code, stderr } = await until(
      () => streamprint(['register', file(2), '--catalogue', 'films', '--data', data]),
      (outcome) => outcome.code === 0,
      60_000,
    );
    expect(code, stderr).toBe(0);
    expect(await found()).toEqual(['film-2']);
  }, 600_000);
});
