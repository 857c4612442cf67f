import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/service.js';

describe('rules of alerts over the API', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
    await service.request('POST', '/v1/catalogues', {
      as: 'studio:rights-holder',
      json: { name: 'studio-films' },
    });
  });
  afterAll(() => service.close());
  const make = (json: unknown, as = 'analyst') => service.request('POST', '/v1/alerts/rules', { as, json });

  it('are made with all that is left out, and changed by whoever knows their version', async () => {
    const { status, json, headers } = await make({ name: 'All' });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      ...{ name: 'All', tenant: 'default', enabled: true, catalogue: null, minScore: 0, webhook: null },
      changes: ['opened', 'closed'],
    });
    const route = `/v1/alerts/rules/${json.id}`;
    const change = (tag: string | null, changes: unknown) =>
      service.request('PATCH', route, {
        as: 'analyst',
        json: changes,
        headers: tag === null ? {} : { 'if-match': tag },
      });
    expect((await change(null, { minScore: 0.5 })).status).toBe(428);
    const changed = await change(headers.get('etag'), { minScore: 0.5 });
    expect(changed.json).toMatchObject({ name: 'All', minScore: 0.5 });
    expect((await change(headers.get('etag'), { minScore: 0.6 })).status).toBe(412);
    expect(
      (await service.request('DELETE', route, { as: 'analyst', headers: { 'if-match': '*' } })).status,
    ).toBe(204);
    expect((await service.request('GET', route, { as: 'analyst' })).status).toBe(404);
  });

  it.each([
    [{}, '/name'],
    [{ name: 'x', minScore: 2 }, '/minScore'],
    [{ name: 'x', changes: [] }, '/changes'],
    [{ name: 'x', changes: ['opened', 'opened'] }, '/changes'],
    [{ name: 'x', window: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } }, '/window/to'],
    [{ name: 'x', catalogue: 'studio-films' }, '/catalogue'],
    [{ name: 'x', webhook: { url: 'ftp://a.example/' } }, '/webhook/url'],
    [{ name: 'x', webhook: { url: 'http://127.0.0.1:9/' } }, '/webhook/url'],
    [{ name: 'x', webhook: { url: 'http://[::ffff:169.254.169.254]/latest' } }, '/webhook/url'],
    [{ name: 'x', webhook: { url: 'http://2130706433/' } }, '/webhook/url'],
    [{ name: 'x', more: 1 }, '/more'],
  ])('point at what is wrong: %j', async (json, pointer) => {
    const answer = (await make(json)).json;
    expect(answer.pointer).toBe(pointer);
    expect([400, 422]).toContain(answer.status);
  });

  it("are nobody else's", async () => {
    const { json } = await make({ name: 'Ours', catalogue: 'studio-films' }, 'studio:rights-holder');
    const route = `/v1/alerts/rules/${json.id}`;
    for (const as of ['analyst', 'rights-holder']) {
      expect((await service.request('GET', route, { as })).status).toBe(404);
      expect((await service.request('POST', `${route}/secret`, { as })).status).toBe(404);
      const list = await service.request('GET', '/v1/alerts/rules', { as });
      expect(list.json.items).toEqual([]);
    }
    const all = await service.request('GET', '/v1/alerts/rules', { as: 'administrator' });
    expect(all.json.items).toMatchObject([{ name: 'Ours', tenant: 'studio' }]);
    const replay = await service.request('POST', '/v1/alerts/deliveries/none/replay', { as: 'analyst' });
    expect(replay.status).toBe(404);
    expect((await service.request('GET', '/v1/alerts/rules', { as: 'probe' })).status).toBe(403);
  });
});
