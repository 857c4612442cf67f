import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamprint } from '../support/cli.js';
import { startService, type TestService } from '../support/service.js';
import { makeProgrammes } from '../survival/programmes.js';
import { until } from '../transport/support.js';

const as = 'rights-holder';
const WHOLE = {
  catalogue: 'films',
  id: 'alpha',
  title: 'Alpha <b>& "Ω"</b> 🎬',
  titles: { 'de-ch': 'Alfa', en: 'Alpha' },
  eidr: '10.5240/7791-8534-2c23-9030-8610-5',
  isan: 'ISAN 0000-0000-9E59-0000-O-0000-0000-2',
  isrc: 'US-RC1-76-07839',
  rightsHolder: 'Léman Studio',
  territories: ['li', 'CH', 'CH'],
  licenceWindows: [
    { from: '2026-01-01', to: '2026-06-30', territories: ['CH'] },
    { from: '2026-09-01T00:00:00.000Z', to: null, territories: [] },
  ],
  excluded: [
    { start: 8, end: 10 },
    { start: 1, end: 3 },
    { start: 2, end: 4 },
  ],
  policy: 'record',
};

describe('assets', () => {
  let service: TestService;
  const create = (json: object, who = as) => service.request('POST', '/v1/assets', { as: who, json });
  const route = (id: string, catalogue = 'films') => `/v1/catalogues/${catalogue}/assets/${id}`;
  const get = (id: string, who = as) => service.request('GET', route(id), { as: who });
  const patch = (id: string, tag: string, json: object) =>
    service.request('PATCH', route(id), { as, json, headers: { 'if-match': tag } });

  beforeAll(async () => {
    service = await startService();
    await service.request('POST', '/v1/catalogues', { as, json: { name: 'films' } });
  });
  afterAll(() => service.close());

  it('are kept without a reference, with all that is said of them, written in one way', async () => {
    const made = await create(WHOLE);
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      title: WHOLE.title,
      titles: { 'de-CH': 'Alfa', en: 'Alpha' },
      eidr: '10.5240/7791-8534-2C23-9030-8610-5',
      isan: '0000-0000-9E59-0000-O-0000-0000-2',
      isrc: 'USRC17607839',
      territories: ['CH', 'LI'],
      licenceWindows: WHOLE.licenceWindows,
      excluded: [
        { start: 1, end: 4 },
        { start: 8, end: 10 },
      ],
      policy: 'record',
      references: 0,
      state: 'no-reference',
    });
    expect(made.headers.get('location')).toBe('/v1/catalogues/films/assets/alpha');
    expect((await get('alpha')).json).toEqual(made.json);
    expect((await create(WHOLE)).json).toMatchObject({ status: 409, code: 'conflict' });
    expect((await create({ catalogue: 'films', title: 'Only a Title' })).json).toMatchObject({
      id: 'only-a-title',
      policy: 'alert',
    });
  });

  it('are refused with a pointer to each field that cannot be used', async () => {
    const bad = await create({
      ...WHOLE,
      id: 'bad',
      eidr: '10.5240/7791-8534-2C23-9030-8610-6',
      territories: ['CH', 'Narnia'],
      titles: { 'no--language': 'x' },
    });
    expect(bad.json).toMatchObject({ status: 400, code: 'invalid-request' });
    const wrong = await create({
      ...WHOLE,
      id: 'bad',
      eidr: '10.5240/7791-8534-2C23-9030-8610-6',
      territories: ['CH', 'Narnia'].slice(0, 1).concat('XX'),
      licenceWindows: [{ from: '2026-02-01', to: '2026-01-01', territories: [] }],
      excluded: [{ start: 5, end: 5 }],
    });
    expect(wrong.json.pointer).toBe('/eidr');
    expect((wrong.json.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      '/eidr',
      '/territories/1',
      '/licenceWindows/0/to',
      '/excluded/0/end',
    ]);
    expect((await create({ ...WHOLE, catalogue: 'none' })).json).toMatchObject({
      status: 422,
      pointer: '/catalogue',
    });
    expect((await create({ ...WHOLE, id: '../up' })).json).toMatchObject({ status: 400, pointer: '/id' });
  });

  it('are found by words, without accents and capitals, page by page', async () => {
    for (const id of ['p1', 'p2', 'p3']) await create({ catalogue: 'films', id, title: `Page turner ${id}` });
    const find = async (query: string) => (await service.request('GET', `/v1/assets?${query}`, { as })).json;
    const idsOf = ({ items }: { items?: { id: string }[] }) => items!.map(({ id }) => id);
    expect(idsOf(await find('q=leman%20ALPHA'))).toEqual(['alpha']);
    expect(idsOf(await find('q=%25'))).toEqual([]);
    const first = await find('q=turner&limit=2');
    expect(idsOf(first)).toEqual(['p1', 'p2']);
    expect(idsOf(await find(`q=turner&limit=2&cursor=${first.next}`))).toEqual(['p3']);
    expect(idsOf(await find('state=ready'))).toEqual([]);
    expect(idsOf(await find('q=page&sort=-title&limit=2'))).toEqual(['p3', 'p2']);
    expect(idsOf(await find(`identifier=${encodeURIComponent(WHOLE.eidr.toLowerCase())}`))).toEqual([
      'alpha',
    ]);
    expect(idsOf(await find('changedUntil=2020-01-01T00:00:00Z'))).toEqual([]);
    const other = await find(`q=turner&sort=title&cursor=${first.next}`);
    expect(other).toMatchObject({ status: 422, pointer: '/cursor' });
  });

  it('are changed only by who knows them as they are', async () => {
    const { headers } = await get('p1');
    const tag = headers.get('etag')!;
    const answers = await Promise.all([1, 2, 3].map((n) => patch('p1', tag, { title: `Edit ${n}` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    expect((await patch('p1', '*', { policy: 'ignore' })).json).toMatchObject({ policy: 'ignore' });
    expect((await patch('p1', '*', {})).status).toBe(400);
    expect((await patch('p1', '*', { id: 'other' })).json).toMatchObject({ status: 400, pointer: '/id' });
  });

  it('of another tenant are not there', async () => {
    expect((await get('alpha', 'studio:rights-holder')).json).toMatchObject({ status: 404 });
    expect((await create({ ...WHOLE, id: 'x' }, 'studio:rights-holder')).json).toMatchObject({
      status: 422,
      pointer: '/catalogue',
    });
    expect((await service.request('GET', '/v1/assets', { as: 'studio:rights-holder' })).json.items).toEqual(
      [],
    );
    expect((await get('alpha', 'authority:analyst')).status).toBe(200);
  });

  it('with references say the same in the index, whoever changed them, and are gone from it when removed', async () => {
    await makeProgrammes(`${service.data}/media`, ['alpha'], 20);
    const register = await streamprint([
      ...['register', `${service.data}/media`, '--catalogue', 'films', '--data', service.data, '--json'],
    ]);
    expect(register.code).toBe(0);
    const ready = await get('alpha');
    expect(ready.json).toMatchObject({ state: 'ready', references: 1 });
    const tag = ready.headers.get('etag')!;
    const changed = await patch('alpha', tag, { title: 'Alpha again', excluded: [{ start: 0, end: 2 }] });
    expect(changed.json).toMatchObject({ title: 'Alpha again', references: 1, policy: 'record' });
    const show = () => streamprint(['catalogue', 'show', 'alpha', '--data', service.data, '--json']);
    expect((await show()).json[0]).toMatchObject({ title: 'Alpha again', excluded: [{ start: 0, end: 2 }] });
    // Requests beside it wait until the service lets go of the index.
    const exclude = await until(
      () =>
        streamprint(['catalogue', 'exclude', 'alpha', '5-6', '--catalogue', 'films', '--data', service.data]),
      ({ code }) => code === 0,
      60_000,
    );
    expect(exclude.code).toBe(0);
    const seen = await get('alpha');
    expect(seen.json.excluded).toEqual([
      { start: 0, end: 2 },
      { start: 5, end: 6 },
    ]);
    expect((await patch('alpha', changed.headers.get('etag')!, { title: 'Lost' })).status).toBe(412);
    const headers = { 'if-match': seen.headers.get('etag')! };
    expect((await service.request('DELETE', route('alpha'), { as, headers })).status).toBe(204);
    expect((await get('alpha')).status).toBe(404);
    expect((await show()).code).toBe(1);
  }, 240_000);

  it('keep their catalogue from being removed', async () => {
    const headers = { 'if-match': '*' };
    const remove = () => service.request('DELETE', '/v1/catalogues/films', { as, headers });
    expect((await remove()).json).toMatchObject({ status: 409 });
    const { items } = (await service.request('GET', '/v1/assets?catalogue=films', { as })).json;
    for (const { id } of items as { id: string }[])
      expect((await service.request('DELETE', route(id), { as, headers })).status).toBe(204);
    expect((await remove()).status).toBe(204);
    expect((await service.request('GET', '/v1/catalogues/films', { as })).status).toBe(404);
    expect(service.troubles).toEqual([]);
  });
});
