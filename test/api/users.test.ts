import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamprint } from '../support/cli.js';
import { startService, type TestService } from '../support/service.js';

describe('users and their keys', () => {
  let service: TestService;
  const as = 'administrator';
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  const createUser = (name: string, roles = ['analyst'], tenant: string | null = 'default') =>
    service.request('POST', '/v1/users', { as, json: { name, roles, tenant } });

  it('are made, changed by those who know what they change, and removed with their keys', async () => {
    const made = await createUser('anna');
    expect(made.status).toBe(201);
    const route = `/v1/users/${made.json.id}`;
    const read = await service.request('GET', route, { as });
    expect(read.headers.get('etag')).toBe('"1"');
    const known = await service.request('GET', route, { as, headers: { 'if-none-match': '"1"' } });
    expect([known.status, known.text]).toEqual([304, '']);
    const patch = (tag?: string) =>
      service.request('PATCH', route, {
        as,
        json: { name: 'anna b.' },
        ...(tag && { headers: { 'if-match': tag } }),
      });
    expect((await patch()).json).toMatchObject({ status: 428, code: 'precondition-required' });
    expect((await patch('"1"')).json).toMatchObject({ name: 'anna b.' });
    expect((await patch('"1"')).json).toMatchObject({ status: 412, code: 'precondition-failed' });
    const key = (await service.request('POST', `${route}/keys`, { as, json: { name: 'laptop' } })).json.key;
    expect((await service.request('GET', '/v1/session', { headers: bearer(key) })).status).toBe(200);
    const gone = await service.request('DELETE', route, { as, headers: { 'if-match': '"2"' } });
    expect(gone.status).toBe(204);
    expect((await service.request('GET', '/v1/session', { headers: bearer(key) })).status).toBe(401);
  });

  it('have names of their own, tenants that are there, and at least one administrator', async () => {
    await createUser('bert');
    expect((await createUser('bert')).json).toMatchObject({ status: 409, code: 'conflict' });
    expect((await createUser('carl', ['analyst'], 'nobody')).json).toMatchObject({ status: 422 });
    expect((await createUser('carl', ['rights-holder'], null)).json).toMatchObject({ status: 422 });
    expect((await createUser('carl', ['king'])).json).toMatchObject({ status: 400, pointer: '/roles/0' });
  });

  it('are seen by themselves and administrators only', async () => {
    const { id } = (await createUser('dora')).json;
    expect((await service.request('GET', `/v1/users/${id}`, { as: 'analyst' })).status).toBe(404);
    expect((await service.request('GET', `/v1/users/${id}/keys`, { as: 'analyst' })).status).toBe(404);
    expect((await service.request('GET', '/v1/users', { as: 'analyst' })).status).toBe(403);
  });

  it('make keys with no more than they have', async () => {
    const made = await createUser('emil', ['analyst', 'rights-holder']);
    const route = `/v1/users/${made.json.id}/keys`;
    const key = async (json: object, headers?: Record<string, string>) =>
      service.request('POST', route, { json, ...(headers ? { headers } : { as }) });
    const narrow = await key({ name: 'narrow', scopes: ['analyst'] });
    const mine = bearer(narrow.json.key);
    expect((await key({ name: 'x', scopes: ['rights-holder'] }, mine)).json).toMatchObject({ status: 403 });
    expect((await key({ name: 'x' }, mine)).json.scopes).toEqual(['analyst']);
    expect((await key({ name: 'x', scopes: ['administrator'] })).json).toMatchObject({ status: 422 });
    const full = await key({ name: 'full' });
    const rotated = await service.request('POST', `${route}/${full.json.id}/rotate`, {
      json: {},
      headers: mine,
    });
    expect(rotated.status).toBe(403);
    const reader = bearer((await key({ name: 'reader', scopes: ['read'] })).json.key);
    expect((await service.request('GET', '/v1/catalogues', { headers: reader })).status).toBe(200);
    const change = await service.request('POST', '/v1/catalogues', {
      headers: reader,
      json: { name: 'nope' },
    });
    expect(change.status).toBe(403);
  });

  it('expire, are rotated and revoked', async () => {
    const { id } = (await createUser('fred')).json;
    const route = `/v1/users/${id}/keys`;
    const status = async (key: string) =>
      (await service.request('GET', '/v1/session', { headers: bearer(key) })).status;
    const past = { name: 'past', expiresAt: '2020-01-01T00:00:00.000Z' };
    expect((await service.request('POST', route, { as, json: past })).json).toMatchObject({
      status: 422,
      pointer: '/expiresAt',
    });
    const soon = new Date(Date.now() + 1500).toISOString();
    const short = (await service.request('POST', route, { as, json: { name: 's', expiresAt: soon } })).json;
    expect(await status(short.key)).toBe(200);
    const made = (await service.request('POST', route, { as, json: { name: 'k' } })).json;
    const rotate = (keepSeconds: number) =>
      service.request('POST', `${route}/${made.id}/rotate`, { as, json: { keepSeconds } });
    const second = (await rotate(60)).json.key;
    expect([await status(made.key), await status(second)]).toEqual([200, 200]);
    const third = (await rotate(0)).json.key;
    expect([await status(made.key), await status(second), await status(third)]).toEqual([401, 401, 200]);
    expect((await service.request('DELETE', `${route}/${made.id}`, { as })).status).toBe(204);
    expect(await status(third)).toBe(401);
    while (Date.now() < Date.parse(soon)) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await status(short.key)).toBe(401);
    const kept = (await service.request('GET', route, { as })).text;
    expect(kept).not.toContain(third.slice(17));
  });

  it('are made by commands beside the service, too', async () => {
    const data = ['--data', service.data, '--json'];
    const { json } = await streamprint(['keys', 'create', 'gina', '--role', 'analyst', ...data]);
    const key = json[0]!.key as string;
    const session = await service.request('GET', '/v1/session', { headers: bearer(key) });
    expect(session.json.user).toMatchObject({ name: 'gina', tenant: 'default', roles: ['analyst'] });
    const listed = await streamprint(['keys', 'list', ...data]);
    expect(listed.json.find(({ user }) => user === 'gina')).toMatchObject({ state: 'taken' });
    expect(listed.stdout).not.toContain(key.slice(17));
    await streamprint(['keys', 'revoke', json[0]!.id as string, ...data]);
    expect((await service.request('GET', '/v1/session', { headers: bearer(key) })).status).toBe(401);
    const wrong = await streamprint(['keys', 'create', 'hugo', '--data', service.data]);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('--role')]);
  });
});
