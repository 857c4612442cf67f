import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { assetId, streamId, utcMillis } from '../../src/domain/ids.js';
import type { Detection } from '../../src/domain/match.js';
import type { Json } from '../support/cli.js';
import { detection } from '../support/detection.js';
import { startService, type TestService } from '../support/service.js';

const T = Date.UTC(2026, 10, 20);
const EVIL = '=HYPERLINK("http://evil.example","x")\r\n, \u202eRTL';

describe('detections over HTTP', () => {
  let data: string;
  let service: TestService;
  let ours: Detection[];
  let theirs: Detection[];

  beforeAll(async () => {
    data = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-detections-'));
    ours = Array.from({ length: 30 }, (_, n) =>
      detection({
        stream: { id: streamId(`s${n % 3}`), name: `Canal ${n % 3}`, url: `http://h${n % 3}.example/live` },
        assetId: assetId(`a${n % 5}`),
        title: n % 5 === 4 ? EVIL : `Título ${n % 5}`,
        catalogue: 'default',
        state: n === 29 ? 'open' : 'closed',
        score: n / 30,
        time: { start: utcMillis(T + n * 60_000), end: utcMillis(T + n * 60_000 + 45_500) },
      }),
    );
    theirs = Array.from({ length: 3 }, () => detection({ catalogue: 'studio-films', title: 'Secret' }));
    const store = DetectionStore.openWriter(data);
    for (const one of [...ours, ...theirs]) {
      store.saveStream(one.stream);
      store.save(one.stream.id, { detections: [one] });
    }
    store.close();
    service = await startService({ data });
    const begin = async (as: string, name: string) => {
      const made = await service.request('POST', '/v1/catalogues', { as, json: { name } });
      expect(made.status).toBe(201);
    };
    await begin('rights-holder', 'default');
    await begin('studio:rights-holder', 'studio-films');
  }, 60_000);
  afterAll(async () => {
    await service?.close();
    await fs.rm(data, { recursive: true, force: true });
  });

  const find = async (query: string, as = 'analyst') => {
    const answer = await service.request('GET', `/v1/detections${query}`, { as });
    expect(answer.status, answer.text).toBe(200);
    return answer.json;
  };
  const idsOf = (items: readonly Json[]) => items.map(({ id }) => id as string);

  it('shows what a tenant may see, and not that there is more', async () => {
    expect((await find('?limit=100')).total).toBe(30);
    expect((await find('?limit=100', 'studio:rights-holder')).items).toHaveLength(3);
    expect((await find('?limit=100', 'authority:analyst')).total).toBe(33);
    expect((await find('?catalogue=studio-films')).items).toEqual([]);
    expect((await find('?facets=catalogue')).facets.catalogue).toEqual([
      { value: 'default', label: 'default', count: 30 },
    ]);
    const foreign = await service.request('GET', `/v1/detections/${theirs[0]!.id}`, { as: 'analyst' });
    expect(foreign.json).toMatchObject({ status: 404, code: 'not-found' });
    const by = { as: 'probe' };
    expect((await service.request('GET', '/v1/detections', by)).status).toBe(403);
  });

  it('searches, sorts, counts and pages', async () => {
    const first = await find(
      '?q=titulo%20canal&host=h1.example&minScore=0.2&sort=-score&limit=3&facets=asset,score',
    );
    const wanted = ours
      .filter((one, n) => n % 3 === 1 && n % 5 !== 4 && one.score >= 0.2)
      .sort((a, b) => b.score - a.score);
    expect(idsOf(first.items)).toEqual(wanted.slice(0, 3).map(({ id }) => id));
    expect(first).toMatchObject({ total: wanted.length, totalIsExact: true });
    expect(first.facetsOver).toEqual({ detections: wanted.length, isComplete: true });
    expect(first.items[0]).toMatchObject({
      host: 'h1.example',
      review: 'none',
      classified: 'alert',
      delay: null,
    });
    const same = `?q=titulo%20canal&host=h1.example&minScore=0.2&sort=-score&limit=100&cursor=${first.next}`;
    const rest = await find(same);
    expect(idsOf(rest.items)).toEqual(wanted.slice(3).map(({ id }) => id));
    expect(rest).toMatchObject({ next: null, total: null });
    const several = await find('?asset=a1&asset=a2&limit=100');
    expect(several.items).toHaveLength(12);
  });

  it('says which field is wrong', async () => {
    const wrong = async (query: string) => {
      const { json } = await service.request('GET', `/v1/detections${query}`, { as: 'analyst' });
      return [json.status, json.pointer];
    };
    expect(await wrong('?minScore=2')).toEqual([400, '/minScore']);
    expect(await wrong('?since=yesterday')).toEqual([400, '/since']);
    expect(await wrong('?since=2016-12-31T23:59:60Z')).toEqual([422, '/since']);
    expect(await wrong('?facets=asset,colour')).toEqual([400, '/facets']);
    expect(await wrong('?sort=colour')).toEqual([400, '/sort']);
    expect(await wrong('?cursor=abc.def')).toEqual([422, '/cursor']);
    const { next } = await find('?limit=2');
    expect(await wrong(`?limit=2&state=open&cursor=${next}`)).toEqual([422, '/cursor']);
    expect(await wrong('?colour=red')).toEqual([400, '/colour']);
  });

  it('keeps who said what of a detection, and lets nobody overwrite what he has not seen', async () => {
    const route = `/v1/detections/${ours[3]!.id}`;
    const say = (json: object, tag?: string, as = 'analyst') =>
      service.request('POST', `${route}/reviews`, { as, json, headers: tag ? { 'if-match': tag } : {} });
    const tag = (await service.request('GET', route, { as: 'analyst' })).headers.get('etag')!;
    expect((await say({ verdict: 'confirmed' })).status).toBe(428);
    expect((await say({ verdict: 'confirmed' }, tag, 'rights-holder')).status).toBe(403);
    expect((await say({ verdict: 'rejected' }, tag)).json).toMatchObject({ status: 422, pointer: '/reason' });
    expect((await say({ verdict: 'fine' }, tag)).json).toMatchObject({ status: 400, pointer: '/verdict' });
    const made = await say({ verdict: 'second-opinion', note: 'The crop\nis odd' }, tag);
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ verdict: 'second-opinion', by: { name: 'analyst' }, reason: null });
    expect((await say({ verdict: 'confirmed' }, tag)).json).toMatchObject({ code: 'precondition-failed' });
    const next = made.headers.get('etag')!;
    expect((await say({ verdict: 'rejected', reason: 'a trailer' }, next, 'authority:analyst')).status).toBe(
      201,
    );
    const { json } = await service.request('GET', `${route}/reviews`, { as: 'rights-holder' });
    expect(json.items).toMatchObject([
      { verdict: 'second-opinion', note: 'The crop\nis odd', by: { name: 'analyst' } },
      { verdict: 'rejected', reason: 'a trailer', by: { name: 'authority:analyst' } },
    ]);
    expect(idsOf((await find('?review=rejected')).items)).toEqual([ours[3]!.id]);
    const seen = await service.request('GET', route, { as: 'rights-holder' });
    expect(seen.json).toMatchObject({
      review: 'rejected',
      reviews: 2,
      words: { modality: 'picture and sound' },
    });
    const events = await fetch(`${service.url}/v1/events?types=review`, {
      headers: { authorization: `Bearer ${service.key('analyst')}`, 'last-event-id': '0' },
    });
    const reader = events.body!.getReader();
    let said = '';
    while (!said.includes('"verdict":"rejected"'))
      said += new TextDecoder().decode((await reader.read()).value);
    expect(said).toContain('event: review');
    expect(said).toContain(`"detectionId":"${ours[3]!.id}"`);
    await reader.cancel();
    const foreign = await service.request('POST', `/v1/detections/${theirs[0]!.id}/reviews`, {
      as: 'analyst',
      json: { verdict: 'confirmed' },
      headers: { 'if-match': '*' },
    });
    expect(foreign.status).toBe(404);
  });

  it('exports all that a search finds, safe to be opened in a spreadsheet', async () => {
    const csv = await service.request('GET', '/v1/detections/export?sort=start', { as: 'analyst' });
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.headers.get('content-disposition')).toContain('detections.csv');
    expect(csv.text).toMatch(/\r\n$/);
    const rows = parse(csv.text, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
    expect(rows.map(({ id }) => id)).toEqual(ours.map(({ id }) => id));
    expect(rows[4]).toMatchObject({ title: `'${EVIL}`, start: '2026-11-20T00:04:00.000Z', seconds: '45.5' });
    expect(rows[3]).toMatchObject({
      review: 'rejected',
      reason: 'a trailer',
      reviewedBy: 'authority:analyst',
    });
    expect(rows[29]!.confidence).toBe('very strong');
    const lines = await service.request('GET', '/v1/detections/export?format=jsonl&state=open', {
      as: 'analyst',
    });
    expect(
      lines.text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).id),
    ).toEqual([ours[29]!.id]);
    const none = await service.request('GET', '/v1/detections/export?catalogue=none', { as: 'analyst' });
    expect(none.text.split('\r\n')).toHaveLength(2);
    const bad = await service.request('GET', '/v1/detections/export?format=xml', { as: 'analyst' });
    expect(bad.json).toMatchObject({ status: 400, pointer: '/format' });
    expect(service.troubles).toEqual([]);
  });
});
