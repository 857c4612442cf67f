import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Upload } from 'tus-js-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedIndex } from '../../src/reference-index/embedded/index.js';
import type { Json } from '../support/cli.js';
import { makeProgramme } from '../support/programme.js';
import { makeKey, type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { until } from '../transport/support.js';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.js';

const CUTS = 20;
/** Every so many cuts it is the service that ends. */
const KILL_EVERY = 3;

describe('an upload', () => {
  let folder: string;
  let data: string;
  let film: Buffer;
  let service: ServiceProcess | null = null;
  let proxy: CuttingProxy | null = null;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-tus-'));
    data = path.join(folder, 'data');
    await makeProgramme(path.join(folder, 'film.mp4'), 77, 40);
    film = await fs.readFile(path.join(folder, 'film.mp4'));
  });
  afterEach(async () => {
    await proxy?.close();
    await service?.kill();
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it(`that is cut ${CUTS} times, the service killed in between, is whole, and is registered once`, async () => {
    let cuts = 0;
    let kills = 0;
    let restarting = Promise.resolve();
    const restart = async () => {
      await service?.kill();
      service = await startServiceProcess(data);
      proxy!.target = service.port;
    };
    const line = await startCuttingProxy(Math.floor(film.length / (CUTS + 1)), () => {
      cuts++;
      if (cuts % KILL_EVERY !== 0) return;
      kills++;
      line.target = null;
      restarting = restarting.then(restart);
    });
    proxy = line;
    await restart();
    const key = await makeKey(data, 'default', 'administrator');
    const headers = { authorization: `Bearer ${key}` };
    const ask = async (route: string, options: RequestInit = {}): Promise<Json> => {
      const answer = await fetch(`${service!.url}${route}`, {
        ...options,
        headers: { ...headers, ...options.headers },
      });
      return (await answer.json()) as Json;
    };
    const made = await ask('/v1/catalogues', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'films' }),
    });
    expect(made.name).toBe('films');

    let jobId = '';
    await new Promise<void>((resolve, reject) => {
      const upload = new Upload(film, {
        endpoint: `http://127.0.0.1:${line.port}/v1/uploads`,
        headers,
        metadata: { catalogue: 'films', assetId: 'alpha', title: 'Alpha', filename: '../../etc/alpha.mp4' },
        retryDelays: new Array<number>(600).fill(250),
        onAfterResponse: (_, response) => {
          jobId = response.getHeader('streamprint-job') ?? jobId;
        },
        onError: reject,
        onSuccess: () => resolve(),
      });
      upload.start();
    });
    await restarting;
    expect(cuts).toBeGreaterThanOrEqual(CUTS);
    expect(kills).toBeGreaterThanOrEqual(Math.floor(CUTS / KILL_EVERY));

    const { items } = await ask('/v1/reference-jobs');
    expect(items).toHaveLength(1);
    if (jobId !== '') expect(items[0].id).toBe(jobId);
    const job = await until(
      () => ask(`/v1/reference-jobs/${items[0].id}`),
      ({ state }) => state === 'done' || state === 'failed',
      900_000,
    );
    expect(job).toMatchObject({ state: 'done', assetId: 'alpha', source: 'alpha.mp4', error: null });
    const references = await ask('/v1/references?catalogue=films');
    expect(references.items).toMatchObject([{ id: job.referenceId, sourceBytes: film.length }]);
    const index = await openEmbeddedIndex(data);
    const [reference] = await index.references({});
    expect(reference?.fingerprintId).toBe(createHash('sha256').update(film).digest('hex'));
    await index.close();
    // The file goes once it is on disk that the job is done.
    const left = () => fs.readdir(path.join(data, 'rights', 'uploads'));
    await until(left, (names) => names.length === 0, 60_000);
  }, 1_500_000);
});
