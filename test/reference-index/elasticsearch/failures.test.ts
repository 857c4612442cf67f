import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Registration } from '../../../src/domain/catalogue.js';
import {
  type ElasticIndexOptions,
  openElasticIndex,
  openElasticIndexWriter,
} from '../../../src/reference-index/elasticsearch/index.js';
import type { ReferenceIndex } from '../../../src/reference-index/reference-index.js';
import { describeWith } from '../../engines/available.js';
import { elasticsearch8 } from '../../engines/elasticsearch.js';
import { damagedLandmarks, damagedPictures, registrationOf, syntheticFingerprint } from '../synthetic.js';
import { type Certificate, certificateIn, FaultyProxy, refuse } from './faulty-proxy.js';
import { TestServer } from './server.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const title = (n: number): Registration =>
  registrationOf(syntheticFingerprint(n, { seconds: 40 }), { bytes: `bytes ${n}`, asset: `asset-${n}` });

const finds = async (index: ReferenceIndex, registration: Registration): Promise<boolean> => {
  const stretch = { from: 11, to: 21, survive: 0.5, seed: 7 };
  const query = damagedLandmarks(registration.fingerprint.audio[0]!, stretch);
  const [first] = await index.nominateByLandmarks(query, 5);
  return first?.fingerprintId === registration.fingerprintId;
};

await describeWith(elasticsearch8, 'when Elasticsearch fails', () => {
  let server: TestServer;
  let folder: string;
  let certificate: Certificate;
  let proxy: FaultyProxy;
  let options: ElasticIndexOptions;

  beforeAll(async () => {
    server = await TestServer.start(elasticsearch8);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-proxy-'));
    certificate = await certificateIn(folder);
  });
  afterAll(async () => {
    await server?.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    proxy = await FaultyProxy.start(server.engine.address);
    options = server.options({ url: proxy.url });
  });
  afterEach(() => proxy.close());

  it('waits for a server that is away at the start, and says so when it does not come', async () => {
    const reader = { ...options, patienceMs: 300 };
    proxy.answer = (_, response) => {
      response.destroy();
      return true;
    };
    await expect(openElasticIndex(reader)).rejects.toMatchObject({
      code: 'SP_INDEX_UNAVAILABLE',
      message: expect.stringMatching(/^Elasticsearch at http:\/\/127\.0\.0\.1:\d+ does not answer \(.+\)\.$/),
    });
    const patient = openElasticIndexWriter({ ...options, patienceMs: 60_000 });
    await vi.waitUntil(() => proxy.seen.length > 3, { timeout: 60_000 });
    proxy.answer = () => false;
    const writer = await patient;
    expect(await writer.assets()).toEqual([]);
    await writer.close();
  });

  it('goes on when connections are cut in the middle of everything, and keeps what it acknowledged', async () => {
    const writer = await openElasticIndexWriter(options);
    const titles = Array.from({ length: 6 }, (_, n) => title(n));
    let cuts = 0;
    // Longer than the longest request takes on a busy machine, else nothing would ever end.
    const cutting = setInterval(() => {
      cuts++;
      proxy.cut();
    }, 1500);
    try {
      for (let round = 0; cuts < 3 && round < 20; round++) {
        for (const registration of titles) expect(await writer.register([registration])).toEqual(['added']);
        for (const { asset } of titles) expect(await writer.removeAsset('films', asset.id)).toBe(1);
      }
      expect(await writer.register(titles)).toEqual(titles.map(() => 'added'));
      expect(await writer.removeAsset('films', titles[0]!.asset.id)).toBe(1);
    } finally {
      clearInterval(cutting);
    }
    expect(cuts).toBeGreaterThan(2);
    for (const [n, registration] of titles.entries()) expect(await finds(writer, registration)).toBe(n > 0);
    expect(await writer.stats()).toMatchObject({ references: 5, landmarks: 5 * 40 * 22 });
    await writer.close();
  });

  it('loses nothing acknowledged when the server is killed, and ends what was begun when it is back', async () => {
    const direct = server.options();
    const writer = await openElasticIndexWriter(direct);
    await writer.register([title(1)]);
    const reader = await openElasticIndex(direct);
    const begun = [writer.register([title(2), title(3)]), writer.removeAsset('films', title(1).asset.id)];
    await server.engine.kill();
    const question = finds(reader, title(1));
    await server.engine.restart();
    expect(await Promise.all(begun)).toEqual([['added', 'added'], 1]);
    await question;
    await reader.refresh();
    expect(await finds(reader, title(1))).toBe(false);
    expect(await finds(reader, title(2))).toBe(true);
    expect(await finds(reader, title(3))).toBe(true);
    await reader.close();
    await writer.close();
  });

  it('waits while the server is slow, has no room in its queues or breaks a circuit, for each document again', async () => {
    const writer = await openElasticIndexWriter(options);
    proxy.delay = 100;
    let refusals = 0;
    proxy.answer = (_, response) =>
      ++refusals % 3 === 0 && refuse(response, 429, 'circuit_breaking_exception', '[parent] Data too large');
    expect(await writer.register([title(1)])).toEqual(['added']);
    expect(await finds(writer, title(1))).toBe(true);
    expect(refusals).toBeGreaterThan(6);
    proxy.answer = () => false;
    await writer.close();
    const hasty = await openElasticIndex({ ...options, patienceMs: 200 });
    proxy.answer = (_, response) =>
      refuse(response, 429, 'circuit_breaking_exception', '[parent] Data too large');
    await expect(finds(hasty, title(1))).rejects.toMatchObject({
      code: 'SP_INDEX_UNAVAILABLE',
      message: expect.stringContaining('circuit_breaking_exception: [parent] Data too large'),
    });
    proxy.answer = () => false;
    expect(await finds(hasty, title(1))).toBe(true);
    await hasty.close();
  });

  it('looks sound and pictures up in one request, and both wait while it is refused', async () => {
    const writer = await openElasticIndexWriter(options);
    const { fingerprint, fingerprintId } = title(1);
    await writer.register([title(1)]);
    const stretch = { from: 11, to: 21, seed: 7 };
    const sound = damagedLandmarks(fingerprint.audio[0]!, { ...stretch, survive: 0.5 });
    const pictures = damagedPictures(fingerprint, { ...stretch, flips: 4 });
    await writer.nominateByLandmarks(sound, 1);
    let refused = 0;
    proxy.answer = ({ url }, response) =>
      url!.includes('/_msearch') && refused++ === 0 && refuse(response, 429, 'es_rejected', 'queue full');
    const before = proxy.seen.length;
    const found = await Promise.all([
      writer.nominateByPictures(pictures, 1),
      writer.nominateByLandmarks(sound, 1),
    ]);
    for (const [first] of found) expect(first).toMatchObject({ fingerprintId });
    const [, index] = /POST (\/.+-chunks)\//.exec(proxy.seen[before]!)!;
    expect(proxy.seen.slice(before)).toEqual([`POST ${index}/_msearch`, `POST ${index}/_msearch`]);
    await writer.close();
  });

  it('sends again the documents of a bulk request that were refused, and only those', async () => {
    const writer = await openElasticIndexWriter(options);
    let partly = 0;
    proxy.answer = (request, response) => {
      if (!request.url!.startsWith('/_bulk') || partly > 0) return false;
      partly++;
      let sent = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        sent += text;
      });
      request.on('end', () => void refuseEveryOther(server.url, sent, response));
      return true;
    };
    expect(await writer.register([title(1)])).toEqual(['added']);
    expect(partly).toBe(1);
    expect(proxy.seen.filter((request) => request === 'POST /_bulk').length).toBeGreaterThan(2);
    expect(await writer.readFingerprint(title(1).fingerprintId)).toMatchObject({ duration: 40 });
    expect(await finds(writer, title(1))).toBe(true);
    await writer.close();
  });

  it('refuses to write when the disk is nearly full, and goes on when there is room', async () => {
    const writer = await openElasticIndexWriter(options);
    await writer.register([title(1)]);
    // What the server itself sets on every index at the flood stage.
    const block = (on: boolean | null) =>
      server.call('PUT', `/${options.prefix}-*/_settings`, { 'index.blocks.read_only_allow_delete': on });
    await block(true);
    await expect(writer.register([title(2)])).rejects.toMatchObject({
      code: 'SP_DISK_FULL',
      message: expect.stringMatching(/takes no more data, its disk is nearly full/),
    });
    expect(await finds(writer, title(1))).toBe(true);
    await block(null);
    expect(await writer.register([title(2)])).toEqual(['added']);
    expect(await finds(writer, title(2))).toBe(true);
    expect(await writer.stats()).toMatchObject({ references: 2 });
    await writer.close();
  });

  it('waits while an index is red, and says which when it stays so', async () => {
    const writer = await openElasticIndexWriter(options);
    await writer.register([title(1)]);
    const hasty = await openElasticIndex({ ...options, patienceMs: 300 });
    const alias = `${options.prefix}-chunks`;
    // An index whose only shard has no place: no node is called so.
    await server.call('PUT', `/${alias}-red?wait_for_active_shards=0`, {
      settings: { 'index.routing.allocation.require._name': 'nowhere' },
    });
    const point = (from: string, to: string) =>
      server.call('POST', '/_aliases', {
        actions: [{ remove: { index: from, alias } }, { add: { index: to, alias } }],
      });
    await point(`${alias}-000001`, `${alias}-red`);
    await expect(finds(hasty, title(1))).rejects.toMatchObject({
      code: 'SP_INDEX_UNAVAILABLE',
      message: expect.stringMatching(/cannot serve now/),
    });
    const question = finds(writer, title(1));
    await point(`${alias}-red`, `${alias}-000001`);
    expect(await question).toBe(true);
    await hasty.close();
    await writer.close();
  });

  it('speaks over TLS with an authority of its own, with a key, and says what is wrong with either', async () => {
    const tls = await FaultyProxy.start(server.engine.address, certificate);
    const key = 'c3RyZWFtcHJpbnQ6c2VjcmV0';
    tls.answer = (request, response) =>
      request.headers.authorization !== `ApiKey ${key}` &&
      refuse(response, 401, 'security_exception', 'unable to authenticate with provided credentials');
    const secure = { ...options, url: tls.url, apiKey: key, ca: certificate.ca };
    try {
      const writer = await openElasticIndexWriter(secure);
      await writer.register([title(1)]);
      expect(await finds(writer, title(1))).toBe(true);
      await writer.close();
      await expect(openElasticIndex({ ...secure, ca: null })).rejects.toMatchObject({
        code: 'SP_INDEX_REFUSED',
        message: expect.stringMatching(/is not trusted .*STREAMPRINT_ELASTICSEARCH_CA/),
      });
      const wrong = openElasticIndex({ ...secure, apiKey: 'd3Jvbmc6d3Jvbmc=' });
      await expect(wrong).rejects.toMatchObject({
        code: 'SP_INDEX_REFUSED',
        message: expect.stringMatching(/refuses us \(401, .*STREAMPRINT_ELASTICSEARCH_API_KEY/),
      });
      await expect(wrong).rejects.toMatchObject({ message: expect.not.stringContaining('d3Jvbmc6') });
    } finally {
      await tls.close();
    }
  });

  it('has a large batch shown in parts while it is sent, and needs only the last time to succeed', async () => {
    const writer = await openElasticIndexWriter(options);
    const jpeg = new Uint8Array(1 << 20).fill(7);
    const stills = Array.from({ length: 40 }, (_, n) => ({ time: n, jpeg }));
    let failed = 0;
    proxy.answer = (request, response) =>
      /-chunks\/_refresh/.test(request.url!) &&
      failed++ === 0 &&
      refuse(response, 400, 'illegal_argument_exception', 'not now');
    const before = proxy.seen.length;
    expect(await writer.register([{ ...title(7), stills }])).toEqual(['added']);
    const asked = proxy.seen.slice(before);
    const shown = asked.findIndex((request) => request.includes('-chunks/_refresh'));
    expect(asked.slice(0, shown).filter((request) => request === 'POST /_bulk').length).toBeGreaterThan(3);
    expect(asked.slice(shown)).toContain('POST /_bulk');
    expect(failed).toBeGreaterThan(1);
    expect(await finds(writer, title(7))).toBe(true);
    expect(await writer.stillTimes(title(7).fingerprintId)).toHaveLength(40);
    await writer.close();
  });

  it('refuses a server of a version that it does not speak with, and what is no Elasticsearch', async () => {
    proxy.answer = (_, response) => {
      const headers = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
      response.writeHead(200, headers).end('{"nodes":{"a":{"version":"7.17.9"}}}');
      return true;
    };
    await expect(openElasticIndex(options)).rejects.toMatchObject({
      code: 'SP_INDEX_REFUSED',
      message: expect.stringContaining('is 7.17.9: Streamprint speaks with 8.19 and 9.x.'),
    });
    proxy.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');
      return true;
    };
    await expect(openElasticIndex(options)).rejects.toMatchObject({
      code: 'SP_INDEX_REFUSED',
      message: expect.stringMatching(/is not Elasticsearch/),
    });
  });

  it('lets one writer in at a time, naming the other, and takes the place of one that was killed', async () => {
    const writer = await openElasticIndexWriter(options);
    await expect(openElasticIndexWriter(options)).rejects.toMatchObject({
      code: 'SP_DATA_LOCKED',
      message: expect.stringContaining(`Process ${process.pid} on ${os.hostname()}`),
    });
    await writer.register([title(1)]);
    await writer.close();
    // As a process that is gone has left it.
    const lock = { kind: 'writer', state: { id: 'other', host: os.hostname(), pid: 2 ** 22 + 1 } };
    await server.call('PUT', `/${options.prefix}-records/_doc/writer`, lock);
    const next = await openElasticIndexWriter(options);
    expect(await finds(next, title(1))).toBe(true);
    await next.close();
  });

  it('throws away what a writer had sent that was killed before its change was named', async () => {
    const writer = await openElasticIndexWriter(options);
    await writer.register([title(1)]);
    proxy.answer = (request, response) => {
      if (!request.url!.includes('_doc/state') || request.method !== 'PUT') return false;
      response.destroy();
      return true;
    };
    const hasty = { ...options, url: proxy.url, patienceMs: 500 };
    await writer.close();
    const doomed = await openElasticIndexWriter(hasty);
    await expect(doomed.register([title(2)])).rejects.toMatchObject({ code: 'SP_INDEX_UNAVAILABLE' });
    proxy.answer = () => false;
    const reader = await openElasticIndex(options);
    expect(await finds(reader, title(2))).toBe(false);
    // The same writer goes on, and what it had sent in vain does not come with its next change.
    expect(await doomed.register([title(3)])).toEqual(['added']);
    expect(await finds(doomed, title(3))).toBe(true);
    expect(await finds(doomed, title(2))).toBe(false);
    expect(await doomed.stats()).toMatchObject({ references: 2 });
    const { count } = await server.call<{ count: number }>('GET', `/${options.prefix}-chunks/_count`);
    expect(count).toBe(8);
    await reader.close();
    await doomed.close();
  });
});

/** Sends every other action of a bulk request on, and refuses the rest as a full queue does. */
async function refuseEveryOther(
  url: string,
  sent: string,
  response: import('node:http').ServerResponse,
): Promise<void> {
  const lines = sent.trim().split('\n');
  const pairs = Array.from({ length: lines.length / 2 }, (_, i) => lines.slice(2 * i, 2 * i + 2));
  const kept = pairs.filter((_, i) => i % 2 === 0).flat();
  const answer = await fetch(`${url}/_bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${kept.join('\n')}\n`,
  });
  const { items } = (await answer.json()) as { items: object[] };
  const full = { type: 'es_rejected_execution_exception', reason: 'rejected execution' };
  const all = pairs.map((_, i) => (i % 2 === 0 ? items[i / 2] : { index: { status: 429, error: full } }));
  const headers = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
  response.writeHead(200, headers).end(JSON.stringify({ errors: true, items: all }));
}
