import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../support/cli.js';
import { startService, type TestService } from '../support/service.js';

const LONG = 10_000;
/** What no thing is called. */
const NOBODY = '00000000-0000-4000-8000-000000000000';
/** What people, and those who mean no good, put into titles, addresses and headers. */
const TEXTS = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '\u202eexe.mp4\u2066\u200f שלום',
  '👩‍👩‍👧‍👦🏴‍☠️',
  'x'.repeat(LONG),
  '<b>'.repeat(LONG / 3),
];
const INSIDE = [
  ...['http://127.0.0.1/a.mp4', 'http://[::1]/', 'http://0/', 'http://2130706433/'],
  ...['http://0x7f.1/', 'http://[::ffff:169.254.169.254]/', 'http://169.254.169.254/latest/meta-data/'],
  ...['file:///etc/passwd', 'ftp://192.0.2.1/a', 'gopher://192.0.2.1/', '//192.0.2.1/a', 'http://', 'x'],
];

describe('bad input', () => {
  let service: TestService;
  const as = 'administrator';
  beforeAll(async () => {
    service = await startService({ env: { STREAMPRINT_API_RATE: '10000' } });
    const catalogue = { name: 'films', tenant: 'default' };
    service.key('rights-holder');
    expect((await service.request('POST', '/v1/catalogues', { as, json: catalogue })).status).toBe(201);
  });
  afterAll(async () => {
    expect(service.troubles).toEqual([]);
    await service.close();
  });

  it('of a wrong type, in whichever field of whichever body, is pointed at', async () => {
    const { document } = service.contract;
    const bodies = Object.entries(document.paths).flatMap(([route, operations]) =>
      Object.entries(operations).flatMap(([method, { requestBody }]) => {
        const schema = requestBody?.content?.['application/json']?.schema as Json | undefined;
        return schema ? [{ route, method: method.toUpperCase(), schema }] : [];
      }),
    );
    expect(bodies.length).toBeGreaterThan(15);
    for (const { route, method, schema } of bodies) {
      const given = route
        .replace('{catalogue}', 'films')
        .replace('{key}', 'a'.repeat(12))
        .replaceAll(/\{\w+\}/g, NOBODY);
      // Only probes say how they are.
      const who = route.endsWith('/heartbeat') ? 'probe' : as;
      const { properties = {} } = resolved(document as unknown as Json, schema);
      for (const field of Object.keys(properties)) {
        const { status, json } = await service.request(method, given, {
          as: who,
          json: { [field]: { is: ['nothing', { of: 'the kind' }] } },
          headers: { 'if-match': '"1"' },
        });
        expect([status, json.code], `${method} ${given} ${field}`).toEqual([400, 'invalid-request']);
        expect(JSON.stringify(json), `${method} ${given}`).toContain(`"/${field}`);
      }
      for (const json of [null, 7, 'text', [], true]) {
        const answer = await service.request(method, given, {
          as: who,
          json,
          headers: { 'if-match': '"1"' },
        });
        expect([answer.status, typeof answer.json.pointer], `${method} ${given} ${json}`).toEqual([
          400,
          'string',
        ]);
      }
    }
  });

  it('in titles is text, whatever it looks like', async () => {
    for (const [n, title] of TEXTS.entries()) {
      const json = { catalogue: 'films', id: `title-${n}`, title, titles: { de: title } };
      const made = await service.request('POST', '/v1/assets', { as, json });
      expect([made.status, made.json.title, made.json.titles], made.text.slice(0, 300)).toEqual([
        201,
        title,
        { de: title },
      ]);
    }
    const json = { catalogue: 'films', id: 'longer', title: 'x'.repeat(LONG + 1) };
    const longer = await service.request('POST', '/v1/assets', { as, json });
    expect(longer.json).toMatchObject({ status: 400, pointer: '/title' });
  });

  it('in addresses and queries is answered with a problem, or as what it is', async () => {
    for (const text of TEXTS) {
      const coded = encodeURIComponent(text);
      for (const route of [
        `/v1/${coded}`,
        `/v1/assets?q=${coded}`,
        `/v1/catalogues/${coded}`,
        `/${coded}?${coded}`,
      ]) {
        const { status, headers } = await service.request('GET', route, { as });
        expect([200, 400, 404, 414, 431], route.slice(0, 80)).toContain(status);
        expect(headers.get('content-type'), route.slice(0, 80)).toMatch(/json|html/);
        expect(headers.get('content-security-policy') ?? "script-src 'self'").not.toContain('unsafe-inline');
      }
    }
  });

  it('in headers is answered, never with a fault', async () => {
    const key = service.key(as);
    const names = [
      ...[
        'Idempotency-Key',
        'If-Match',
        'If-None-Match',
        'User-Agent',
        'Cookie',
        'Accept',
        'Accept-Language',
      ],
      ...[
        'Last-Event-ID',
        'Range',
        'Upload-Metadata',
        'Upload-Length',
        'X-Forwarded-For',
        'Origin',
        'Referer',
      ],
    ];
    for (const name of names)
      for (const text of TEXTS) {
        const head = `${name}: ${text}\r\nAuthorization: Bearer ${key}\r\nConnection: close`;
        for (const way of ['GET /v1/assets', 'GET /', 'POST /v1/uploads', 'HEAD /v1/events?after=0']) {
          const answer = await said(`${way} HTTP/1.1\r\nHost: x\r\n${head}\r\nContent-Length: 0\r\n\r\n`);
          expect(answer, `${way} ${name}`).toMatch(/^HTTP\/1\.1 [24]\d\d /);
        }
      }
    const evil = await said(
      `GET /v1/assets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TEXTS[1]}\r\nConnection: close\r\n\r\n`,
    );
    expect(evil).toMatch(/^HTTP\/1\.1 401 /);
  }, 120_000);

  it('in the names of files leads nowhere: they are shown without folders, and no file is called so', async () => {
    const before = new Set(await fs.readdir(path.dirname(service.data)));
    for (const name of [
      '../../../../evil.mp4',
      '/etc/cron.d/evil.mp4',
      '..\\..\\evil.mp4',
      'a/../../\u0000evil.mp4',
      '\u202e<b>evil.mp4',
    ]) {
      const metadata = { catalogue: 'films', filename: name, assetId: 'evil' };
      const made = await service.request('POST', '/v1/uploads', {
        as,
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': '100',
          'upload-metadata': Object.entries(metadata)
            .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
            .join(','),
        },
      });
      expect(made.status, name).toBe(201);
      const { json } = await service.request(
        'GET',
        new URL(made.headers.get('location')!, service.url).pathname,
        { as },
      );
      expect(json.fileName, name).toMatch(/^[^/\\\p{Cc}]*evil\.mp4$/u);
    }
    const files = await fs.readdir(service.data, { recursive: true });
    expect(files.filter((file) => file.includes('evil'))).toEqual([]);
    const after = await fs.readdir(path.dirname(service.data));
    expect(after.filter((name) => !before.has(name) && name.includes('evil'))).toEqual([]);
  });

  it('that leads inside is taken by no route that is given an address', async () => {
    const asset = { catalogue: 'films', assetId: 'title-0' };
    for (const url of INSIDE)
      for (const [route, json, pointer] of [
        ['/v1/references', { ...asset, url }, '/url'],
        ['/v1/lookups', { url }, '/url'],
        ['/v1/live-references', { catalogue: 'films', title: 'Inside', url }, '/url'],
        ['/v1/alerts/rules', { name: 'inside', webhook: { url } }, '/webhook/url'],
      ] as const) {
        const answer = await service.request('POST', route, { as, json });
        expect(answer.json, `${route} ${url}`).toMatchObject({
          status: expect.toSatisfy((status) => status === 400 || status === 422),
          pointer,
        });
      }
  });

  /** All that is answered on a socket of its own. */
  const said = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(service.url);
      const socket = net.connect(Number(port), hostname, () => socket.write(text));
      let answer = '';
      socket.setEncoding('latin1').on('data', (some: string) => {
        answer += some;
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
      );
    });
});

/** A schema of a document, where it stands itself or is referred to. */
function resolved(document: Json, schema: Json): Json {
  if (typeof schema.$ref !== 'string') return schema;
  return schema.$ref
    .slice(2)
    .split('/')
    .reduce((place: Json, name: string) => place[name], document);
}
