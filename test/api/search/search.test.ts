import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../../src/detections/detection-store.js';
import { assetId, streamId, utcMillis } from '../../../src/domain/ids.js';
import type { Detection } from '../../../src/domain/match.js';
import type { Json } from '../../support/cli.js';
import { detection } from '../../support/detection.js';
import { startService, type TestService } from '../../support/service.js';

const T = Date.UTC(2026, 10, 20);
const EIDR = '10.5240/7791-8534-2C23-9030-8610-5';
const ISAN = '0000-0000-D07A-0090-Q-0000-0000-X';

describe('the search for whatever somebody types', () => {
  let data: string;
  let service: TestService;
  let ours: Detection[];
  let theirs: Detection;

  beforeAll(async () => {
    data = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-search-'));
    ours = Array.from({ length: 12 }, (_, n) =>
      detection({
        stream: {
          id: streamId(`aaaa-${n % 3}`),
          name: `Canal ${n % 3}`,
          url: `http://h${n % 3}.example/live.m3u8`,
        },
        assetId: assetId(`tt${n % 2}`),
        title: n % 2 === 0 ? 'Über den Fluss' : 'Midnight',
        catalogue: 'films',
        time: { start: utcMillis(T + n * 60_000), end: utcMillis(T + n * 60_000 + 30_000) },
      }),
    );
    const stream = { id: streamId('bbbb'), name: 'Midnight TV', url: 'http://other.example/live.m3u8' };
    theirs = detection({ stream, catalogue: 'studio-films', title: 'Secret', assetId: assetId('secret') });
    const store = DetectionStore.openWriter(data);
    let number = 0;
    store.saveOnce(
      [...ours, theirs].map((one, n) => ({
        stream: one.stream,
        number: ++number,
        detections: [one],
        sender: { ip: `198.51.100.${n % 2}`, asn: 64_500 + (n % 2) },
      })),
    );
    store.close();
    service = await startService({ data });
    const make = async (as: string, route: string, json: object) => {
      const made = await service.request('POST', route, { as, json });
      expect([made.status, made.text]).toEqual([201, expect.anything()]);
    };
    const holder = 'rights-holder';
    await make(holder, '/v1/catalogues', { name: 'films' });
    await make(`studio:${holder}`, '/v1/catalogues', { name: 'studio-films' });
    await make(holder, '/v1/assets', {
      catalogue: 'films',
      id: 'tt0',
      title: 'Über den Fluss',
      eidr: EIDR,
      isan: ISAN,
    });
    for (const [id, title] of [
      ['a-midnight-run', 'A Midnight Run'],
      ['midnight', 'Another'],
      ['tt1', 'Midnight'],
    ])
      await make(holder, '/v1/assets', { catalogue: 'films', id, title });
    await make(`studio:${holder}`, '/v1/assets', {
      catalogue: 'studio-films',
      id: 'secret',
      title: 'Secret',
    });
  }, 60_000);
  afterAll(async () => {
    await service?.close();
    await fs.rm(data, { recursive: true, force: true });
  });

  const find = async (q: string, as = 'analyst', more = '') => {
    const answer = await service.request('GET', `/v1/search?q=${encodeURIComponent(q)}${more}`, { as });
    expect(answer.status, answer.text).toBe(200);
    return answer.json;
  };
  const idsOf = (items: readonly Json[]) => items.map(({ id }) => id as string);
  const newestFirst = (some: readonly Detection[]) => some.map(({ id }) => id as string).reverse();

  it('finds words in titles, names and addresses, and the best first', async () => {
    const { detections, assets, streams } = await find('midnight');
    expect(detections).toMatchObject({ as: 'words', total: 6, totalIsExact: true });
    expect(idsOf(detections.items)).toEqual(newestFirst(ours.filter((_, n) => n % 2 === 1)).slice(0, 5));
    expect(idsOf(assets.items)).toEqual(['midnight', 'a-midnight-run', 'tt1']);
    expect([assets.total, idsOf(streams.items)]).toEqual([3, ['bbbb']]);
    const few = await find('canal', 'analyst', '&limit=2');
    expect([few.detections.items.length, few.detections.total]).toEqual([2, 12]);
    expect([few.streams.items.length, few.streams.total]).toEqual([2, 3]);
  });

  it('takes ids, identifiers, hosts, addresses and networks for what they are', async () => {
    const one = ours[5]!;
    const byId = await find(one.id.toUpperCase());
    expect(byId.detections).toMatchObject({ as: 'detection', total: 1, list: null });
    expect(idsOf(byId.detections.items)).toEqual([one.id]);
    const expected: readonly (readonly [string, string, number])[] = [
      ['tt1', 'asset', 6],
      [EIDR.toLowerCase(), 'identifier', 6],
      ['ISAN 00000000D07A0090Q00000000X', 'identifier', 6],
      ['aaaa-1', 'stream', 4],
      ['H1.Example', 'host', 4],
      ['http://h1.example/live.m3u8', 'url', 4],
      ['http://h1.example/another', 'host', 4],
      ['198.51.100.1', 'address', 6],
      ['as64501', 'network', 6],
      ['films', 'catalogue', 12],
      ['AS4200000000', 'network', 0],
      ['nothing of this kind', 'words', 0],
      ['?!', 'words', 0],
    ];
    for (const [text, as, total] of expected)
      expect((await find(text)).detections, text).toMatchObject({ as, total });
    expect(idsOf((await find(EIDR)).assets.items)).toEqual(['tt0']);
    expect((await find('as64501')).streams.total).toBeGreaterThan(0);
    expect((await find('films')).assets.total).toBe(4);
    expect(idsOf((await find('h1.example')).streams.items)).toEqual(['aaaa-1']);
    expect(idsOf((await find('http://h1.example/another')).streams.items)).toEqual(['aaaa-1']);
  });

  it('says where each list goes on, and that list has as many', async () => {
    for (const text of ['midnight', EIDR, 'http://h1.example/live.m3u8', 'films', 'as64501', 'c&n=%']) {
      const found = await find(text);
      for (const { list, total, items } of [found.detections, found.assets, found.streams]) {
        const all = await service.request('GET', list, { as: 'analyst' });
        expect(all.status, list).toBe(200);
        expect(all.json.items, list).toHaveLength(total);
        expect(idsOf(all.json.items), list).toEqual(expect.arrayContaining(idsOf(items)));
      }
    }
  });

  it('shows what each may see, as the lists do', async () => {
    const seen = async (text: string, as: string) => {
      const { detections, assets, streams } = await find(text, as);
      return [detections.total, assets.total, streams?.total ?? null];
    };
    expect(await seen('secret', 'analyst')).toEqual([0, 0, 0]);
    expect(await seen(theirs.id, 'analyst')).toEqual([0, 0, 0]);
    expect(await seen('bbbb', 'analyst')).toEqual([0, 0, 1]);
    expect(await seen('studio-films', 'analyst')).toEqual([0, 0, 0]);
    expect(await seen(EIDR, 'studio:rights-holder')).toEqual([0, 0, null]);
    expect(await seen(theirs.id, 'studio:rights-holder')).toEqual([1, 0, null]);
    expect(await seen('secret', 'studio:rights-holder')).toEqual([1, 1, null]);
    expect(await seen('secret', 'authority:analyst')).toEqual([1, 1, 0]);
    const refused = await service.request('GET', '/v1/search?q=a', { as: 'probe' });
    expect(refused.status).toBe(403);
  });

  it('says which field is wrong', async () => {
    const wrong = async (query: string) => {
      const { json } = await service.request('GET', `/v1/search${query}`, { as: 'analyst' });
      return [json.status, json.pointer];
    };
    expect(await wrong('')).toEqual([400, '/q']);
    expect(await wrong('?q=%20')).toEqual([400, '/q']);
    expect(await wrong(`?q=${'x'.repeat(201)}`)).toEqual([400, '/q']);
    expect(await wrong('?q=a&limit=51')).toEqual([400, '/limit']);
    expect(await wrong('?q=a&cursor=b')).toEqual([400, '/cursor']);
    expect(service.troubles).toEqual([]);
  });
});
