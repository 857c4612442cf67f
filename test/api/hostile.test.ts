import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/service.js';

/** Text that a page or a header might trip over. */
const EVIL = [
  '<script>alert(1)</script>',
  '\u202egnp.exe',
  '👩‍👩‍👧‍👦'.repeat(50),
  "'; DROP TABLE assets; --",
  '../../../etc/passwd',
  '%2e%2e%2f%00',
  '__proto__',
  'x'.repeat(9000),
];

describe('hostile requests', () => {
  let service: TestService;
  const as = 'rights-holder';
  beforeAll(async () => {
    service = await startService();
    await service.request('POST', '/v1/catalogues', { as, json: { name: 'films' } });
  });
  afterAll(() => service.close());

  /** Writes text to a socket of its own; resolves with all that is answered until the service ends it. */
  const raw = (text: string, then?: (socket: net.Socket) => void): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(service.url);
      const socket = net.connect(Number(port), hostname, () => {
        socket.write(text);
        then?.(socket);
      });
      let answer = '';
      socket.setEncoding('latin1').on('data', (some: string) => {
        answer += some;
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
      );
    });

  it('keep text as text, whatever it looks like', async () => {
    for (const [n, title] of EVIL.entries()) {
      const id = `evil-${n}`;
      const made = await service.request('POST', '/v1/assets', {
        as,
        json: { catalogue: 'films', id, title },
      });
      expect([made.status, made.json.title]).toEqual([201, title]);
      const query = encodeURIComponent([...title].slice(0, 150).join(''));
      const found = await service.request('GET', `/v1/assets?q=${query}&limit=500`, { as });
      expect(found.status).toBe(200);
      const path = encodeURIComponent([...title].slice(0, 150).join(''));
      const none = await service.request('GET', `/v1/catalogues/films/assets/${path}`, { as });
      expect([400, 404]).toContain(none.status);
    }
    expect(service.troubles).toEqual([]);
  });

  it('are refused with a problem when their bodies are no JSON of ours', async () => {
    const post = (body: string | Uint8Array, type = 'application/json') =>
      service.request('POST', '/v1/assets', { as, body, headers: { 'content-type': type } });
    for (const body of [
      '',
      'null',
      '[]',
      '"text"',
      '{"a":1',
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{"x":1}}}',
      `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
      '[[[['.repeat(20_000),
      new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
      '{"catalogue":"films","title":"\\ud800\\u0000"}',
    ]) {
      const { status, json } = await post(body);
      expect([status, json.code], String(body).slice(0, 50)).toEqual([400, 'invalid-request']);
    }
    for (const type of ['text/plain', 'application/xml', 'application/json; charset=utf-16', 'nonsense'])
      expect((await post('{}', type)).status, type).toBeGreaterThanOrEqual(400);
    expect((await post(`"${'x'.repeat(1024 * 1024)}"`)).json).toMatchObject({
      status: 413,
      code: 'too-large',
    });
    expect(service.troubles).toEqual([]);
  });

  it('reach no file outside of what is served', async () => {
    for (const path of [
      '/../../../../etc/passwd',
      '/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/docs/../../package.json',
      '/%00',
      '/%c0%ae%c0%ae/x',
      '/%',
    ]) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer, path).toMatch(/^HTTP\/1\.1 (400|404) /);
      expect(answer, path).not.toMatch(/root:|"streamprint"/);
    }
  });

  it('that are no HTTP, or have headers without an end, are answered and ended', async () => {
    expect(await raw('\x16\x03\x01\x02\x00hello\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 .*"code":"invalid-request"/s,
    );
    const long = `GET /v1/assets HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`;
    expect(await raw(long)).toMatch(/^HTTP\/1\.1 431 .*"code":"headers-too-large"/s);
    expect(await raw('BREW /v1/assets HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 405 .*Allow: GET, HEAD, POST/s,
    );
    const smuggled =
      'POST /v1/assets HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await raw(`${smuggled}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('that send their headers or their body byte by byte do not hold a connection', async () => {
    const drip = (socket: net.Socket) => {
      const timer = setInterval(() => socket.write('a'), 200);
      socket.on('close', () => clearInterval(timer));
    };
    const key = service.key(as);
    const [headers, body] = await Promise.all([
      raw('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ', drip),
      raw(
        `POST /v1/assets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n` +
          'Content-Length: 100000\r\n\r\n{',
        drip,
      ),
    ]);
    expect(headers).toMatch(/^HTTP\/1\.1 408 .*"code":"timeout"/s);
    expect(body).toMatch(/^HTTP\/1\.1 408 .*"code":"timeout"/s);
    expect((await service.request('GET', '/healthz')).status).toBe(200);
  }, 120_000);
});
