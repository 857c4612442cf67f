import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/access/roles.js';
import type { KnownRoute } from '../../src/api/openapi/operation.js';
import { startService, type TestService } from '../support/service.js';
import { addressOf, prepare, type Things, thingsOf } from './tenant-things.js';

/** What is the same for all tenants: suspects' streams, probes, and what is delivered of nothing. */
const OF_NO_TENANT = ['/v1/streams/:id', '/v1/probes/:name', '/v1/alerts/deliveries/:id'];

/** Bodies that are right for routes that take one. */
const BODIES: Readonly<Record<string, object>> = {
  updateUser: { roles: ['rights-holder'] },
  createKey: { name: 'matrix' },
  rotateKey: {},
  updateCatalogue: { title: 'Matrix' },
  updateAsset: { title: 'Matrix' },
  reviewDetection: { verdict: 'confirmed' },
  updateAlertRule: { name: 'Matrix' },
};

describe('each route for each role, on own things and on those of another tenant', () => {
  let service: TestService;
  let data: string;
  let own: Things;
  let foreign: Things;
  let routes: readonly KnownRoute[];

  beforeAll(async () => {
    data = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-matrix-'));
    await prepare(data, ['default', 'studio']);
    service = await startService({ data, env: { STREAMPRINT_API_RATE: '10000' } });
    own = await thingsOf(service, 'default');
    foreign = await thingsOf(service, 'studio');
    routes = service.service.api.routes.filter(({ url }) => url.startsWith('/v1/'));
  }, 240_000);
  afterAll(async () => {
    await service?.close();
    await fs.rm(data, { recursive: true, force: true });
  });

  const ask = ({ method, schema }: KnownRoute, route: string, as: string | null) => {
    const isPart = schema.consumes?.includes('application/offset+octet-stream');
    const json = schema.body ? (BODIES[schema.operationId ?? ''] ?? {}) : undefined;
    return service.request(method, route, {
      as,
      ...(json && { json }),
      ...(isPart && { body: 'part' }),
      headers: {
        'if-match': '*',
        'tus-resumable': '1.0.0',
        ...(isPart && { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }),
      },
    });
  };
  const roleOf = (role: string) => (role === 'administrator' ? role : `default:${role}`);
  const said = (route: KnownRoute, role: string | null) =>
    `${route.method} ${route.url} as ${role ?? 'nobody'}`;
  const isPublic = ({ config }: KnownRoute) => config.public === true;

  it('says which roles may use it, or that it is public', () => {
    expect(routes.length).toBeGreaterThan(60);
    for (const route of service.service.api.routes)
      expect(isPublic(route) || (route.config.roles?.length ?? 0) > 0, said(route, null)).toBe(true);
    const open = routes.filter(isPublic).map(({ method, url }) => `${method} ${url}`);
    expect(open).toEqual(['POST /v1/session']);
  });

  it('has a thing of each tenant to be tried on, where it shows or changes one', () => {
    for (const { url } of routes.filter((route) => route.url.includes(':'))) {
      const isShared = OF_NO_TENANT.some((shared) => url === shared || url.startsWith(`${shared}/`));
      expect(isShared || addressOf(url, own) !== null, `${url} is of some tenant`).toBe(true);
    }
  });

  it('refuses nobody with 401, and other roles with 403', async () => {
    for (const route of routes.filter((one) => !isPublic(one))) {
      const address = addressOf(route.url, own) ?? route.url.replace(/:\w+/g, 'x');
      expect((await ask(route, address, null)).status, said(route, null)).toBe(401);
      for (const role of ROLES.filter((one) => !route.config.roles?.includes(one)))
        expect((await ask(route, address, roleOf(role))).status, said(route, role)).toBe(403);
    }
  }, 240_000);

  it("answers 404 for another tenant's things, whatever is to be done with them", async () => {
    let tried = 0;
    for (const route of routes) {
      const address = addressOf(route.url, foreign);
      if (address === null) continue;
      for (const role of ROLES.filter(
        (one) => one !== 'administrator' && route.config.roles?.includes(one),
      )) {
        const { status, text } = await ask(route, address, roleOf(role));
        expect([status, text], said(route, role)).toEqual([404, expect.anything()]);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(40);
  }, 240_000);

  it('works on own things, and for administrators on those of all', async () => {
    const deletesLast = [...routes].sort(
      (a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'),
    );
    for (const route of deletesLast) {
      const isGone = route.method === 'DELETE';
      for (const [things, role] of [
        [own, 'rights-holder'],
        [foreign, 'administrator'],
      ] as const) {
        const address = addressOf(route.url, things);
        if (address === null || !route.config.roles?.includes(role)) continue;
        const { status, text } = await ask(route, address, roleOf(role));
        // Of a detection that nobody recorded there are no pictures and no sound; what was removed first is gone.
        const isAbsent = isGone || /\/v1\/detections\/:id\/|\/keys\//.test(route.url);
        const expected = isAbsent ? [401, 403] : [401, 403, 404];
        expect(expected, `${said(route, role)}: ${status} ${text}`).not.toContain(status);
        expect(status, text).toBeLessThan(500);
      }
    }
    expect(service.troubles).toEqual([]);
  }, 240_000);
});
