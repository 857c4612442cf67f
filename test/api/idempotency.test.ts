import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/service.js';

describe('a request that makes something', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  const create = (json: object, key: string, as = 'administrator') =>
    service.request('POST', '/v1/catalogues', { as, json, headers: { 'idempotency-key': key } });

  it('is answered as before when it is sent again under the same key, and makes nothing again', async () => {
    const first = await create({ name: 'one' }, 'k1');
    const again = await create({ name: 'one' }, 'k1');
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    expect(again.headers.get('location')).toBe('/v1/catalogues/one');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await create({ name: 'one' }, 'k2')).json).toMatchObject({ status: 409 });
  });

  it('makes one thing, however many are sent at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create({ name: 'burst' }, 'k3')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
  });

  it('may not come under the key of another', async () => {
    const other = await create({ name: 'two' }, 'k1');
    expect(other.json).toMatchObject({ status: 422, code: 'idempotency-mismatch' });
    expect((await create({ name: 'two' }, 'k1', 'rights-holder')).status).toBe(201);
  });

  it('may be tried again when it made nothing', async () => {
    expect((await create({ name: 'three', tenant: 'later' }, 'k4')).status).toBe(422);
    await service.request('POST', '/v1/tenants', { as: 'administrator', json: { id: 'later' } });
    expect((await create({ name: 'three', tenant: 'later' }, 'k4')).status).toBe(201);
    expect((await create({ name: 'x' }, 'with space')).json).toMatchObject({
      status: 400,
      pointer: '/Idempotency-Key',
    });
  });
});
