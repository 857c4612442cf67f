import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/service.js';

describe('the service over HTTP', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('asks for a key, and says how', async () => {
    const answer = await service.request('GET', '/v1/catalogues');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({
      code: 'unauthenticated',
      status: 401,
      type: '/problems/unauthenticated',
    });
  });

  it('takes no key that is none, and no key of another role', async () => {
    const headers = { authorization: `Bearer sp_aaaaaaaaaaaa_${'A'.repeat(43)}` };
    expect((await service.request('GET', '/v1/catalogues', { headers })).status).toBe(401);
    const forbidden = await service.request('GET', '/v1/catalogues', { as: 'probe' });
    expect(forbidden.json).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('prints the first key once, and it works', async () => {
    const { firstKey } = service.service;
    const answer = await service.request('GET', '/v1/session', {
      headers: { authorization: `Bearer ${firstKey}` },
    });
    expect(answer.json.user).toMatchObject({ name: 'administrator', roles: ['administrator'] });
  });

  it('points at the field that is wrong', async () => {
    const answer = await service.request('POST', '/v1/catalogues', {
      as: 'rights-holder',
      json: { name: 'films', title: 7 },
    });
    expect(answer.json).toMatchObject({ status: 400, code: 'invalid-request', pointer: '/title' });
    const unknown = await service.request('GET', '/v1/catalogues?limt=3', { as: 'rights-holder' });
    expect(unknown.json).toMatchObject({ status: 400, pointer: '/limt' });
  });

  it('pages by cursors that nobody else can have written', async () => {
    for (const name of ['a1', 'a2', 'a3'])
      expect(
        (await service.request('POST', '/v1/catalogues', { as: 'administrator', json: { name } })).status,
      ).toBe(201);
    const first = await service.request('GET', '/v1/catalogues?limit=2', { as: 'administrator' });
    expect(first.json.items).toHaveLength(2);
    const next = await service.request('GET', `/v1/catalogues?limit=2&cursor=${first.json.next}`, {
      as: 'administrator',
    });
    expect(next.json.items[0].name > first.json.items[1].name).toBe(true);
    const forged = await service.request('GET', '/v1/catalogues?cursor=abc.def', { as: 'administrator' });
    expect(forged.json).toMatchObject({ status: 422, pointer: '/cursor' });
  });

  it("answers for another tenant's things as for what is not there", async () => {
    await service.request('POST', '/v1/catalogues', {
      as: 'studio:rights-holder',
      json: { name: 'studio-films' },
    });
    const own = await service.request('GET', '/v1/catalogues/studio-films', { as: 'studio:rights-holder' });
    expect(own.json).toMatchObject({ name: 'studio-films', tenant: 'studio' });
    const foreign = await service.request('GET', '/v1/catalogues/studio-films', { as: 'rights-holder' });
    expect(foreign.json).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('signs a browser in and out', async () => {
    const wrong = await service.request('POST', '/v1/session', { json: { key: 'sp_no' } });
    expect(wrong.status).toBe(401);
    const signedIn = await service.request('POST', '/v1/session', {
      json: { key: service.key('rights-holder') },
    });
    const cookie = signedIn.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Path=\//);
    const headers = { cookie: cookie.split(';')[0]! };
    expect((await service.request('GET', '/v1/session', { headers })).json.user.name).toBe('rights-holder');
    const json = { name: 'by-cookie' };
    expect((await service.request('POST', '/v1/catalogues', { headers, json })).status).toBe(403);
    const meant = { ...headers, 'x-streamprint-request': '1' };
    expect((await service.request('POST', '/v1/catalogues', { headers: meant, json })).status).toBe(201);
    expect((await service.request('DELETE', '/v1/session', { headers: meant })).status).toBe(204);
    expect((await service.request('GET', '/v1/session', { headers })).status).toBe(401);
  });

  it('answers ways that are not there, and bodies that cannot be read', async () => {
    expect((await service.request('GET', '/v1/nothing')).json).toMatchObject({
      status: 404,
      code: 'not-found',
    });
    const post = (body: string | Uint8Array, type = 'application/json') =>
      service.request('POST', '/v1/catalogues', {
        as: 'administrator',
        body,
        headers: { 'content-type': type },
      });
    expect((await post('{')).json).toMatchObject({ status: 400, code: 'invalid-request' });
    expect((await post(new Uint8Array([0x22, 0xff, 0x22]))).json).toMatchObject({ status: 400 });
    expect((await post('['.repeat(100_000))).json).toMatchObject({ status: 400, pointer: '' });
    expect((await post('<a/>', 'text/xml')).json).toMatchObject({
      status: 415,
      code: 'unsupported-media-type',
    });
    expect((await post(' '.repeat(1024 * 1024 + 1))).json).toMatchObject({ status: 413, code: 'too-large' });
    expect(service.troubles).toEqual([]);
  });
});
