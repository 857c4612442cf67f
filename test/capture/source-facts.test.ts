import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeUrl, operatorAddress, withoutSecrets } from '../../src/capture/address.js';
import { collect } from '../../src/capture/fetcher.js';
import { HttpClient } from '../../src/capture/http.js';
import { RateLimit } from '../../src/capture/rate-limit.js';
import { serve, type TestServer, withFolder } from './support.js';

const request = { signal: new AbortController().signal, maxBytes: 1000, timeout: 5000 };

describe('what is known of where bytes came from', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve((incoming, response, path) => {
      if (path === '/start') response.writeHead(302, { location: '/end?token=x' }).end();
      else {
        const headers = { server: 'nginx', 'x-cache': 'HIT', 'set-cookie': 'a=b', 'x-auth-token': 'no' };
        response.writeHead(200, headers).end(String(incoming.headers.host));
      }
    });
  });
  afterAll(() => server.close());

  it('is the address in the end, what led there, who answered, and with which headers', async () => {
    const client = new HttpClient();
    const facts = await client.fetch(
      operatorAddress(`${server.url}/start`),
      request,
      async ({ source, body }) => {
        await collect(body);
        return source;
      },
    );
    await client.close();
    expect(facts).toMatchObject({
      url: `${server.url}/end?token=x`,
      ip: '127.0.0.1',
      status: 200,
      headers: { server: 'nginx', 'x-cache': 'HIT' },
      redirects: [`${server.url}/start`],
      tls: null,
    });
    expect(Object.keys(facts.headers)).not.toContain('set-cookie');
    expect(Object.keys(facts.headers)).not.toContain('x-auth-token');
  });

  it('is less through a proxy, which is asked with its password, and asked for a tunnel to https', async () => {
    const asked: string[] = [];
    const proxy = http.createServer((incoming, response) => {
      asked.push(`${incoming.url} ${incoming.headers['proxy-authorization']}`);
      http.get(incoming.url!, (answer) =>
        answer.pipe(response.writeHead(answer.statusCode!, answer.headers)),
      );
    });
    proxy.on('connect', (incoming, socket: net.Socket) => {
      asked.push(`CONNECT ${incoming.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const client = new HttpClient({ proxy: `http://me:secret@127.0.0.1:${port}` });
    const address = operatorAddress(`${server.url}/end`);
    const [facts, text] = await client.fetch(address, request, async ({ source, body }) => {
      return [source, String(await collect(body))] as const;
    });
    expect(text).toBe(new URL(server.url).host);
    expect(facts.ip).toBeNull();
    await expect(
      client.fetch(operatorAddress('https://one.example/'), request, async () => 0),
    ).rejects.toMatchObject({ code: 'SP_HTTP' });
    const pair = Buffer.from('me:secret').toString('base64');
    expect(asked).toEqual([`${server.url}/end Basic ${pair}`, 'CONNECT one.example:443']);
    await client.close();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
});

describe('a certificate that nobody vouches for', () => {
  it('is refused, or taken and told', async () => {
    await withFolder(async (folder) => {
      const [key, certificate] = [path.join(folder, 'key'), path.join(folder, 'certificate')];
      const subject = ['-subj', '/CN=localhost', '-days', '2'];
      const args = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        certificate,
        ...subject,
      ];
      await promisify(execFile)('openssl', args);
      const pem = await readFile(certificate);
      const options = { key: await readFile(key), cert: pem };
      const secure = https.createServer(options, (_, response) => response.end('ok'));
      await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
      const address = operatorAddress(`https://127.0.0.1:${(secure.address() as AddressInfo).port}/`);
      const strict = new HttpClient();
      await expect(strict.fetch(address, request, async () => 0)).rejects.toMatchObject({ code: 'SP_HTTP' });
      const lenient = new HttpClient({ anyCertificate: true });
      const expected = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
      for (let again = 0; again < 2; again++) {
        const told = await lenient.fetch(address, request, async ({ source, body }) => {
          await collect(body);
          return source.tls;
        });
        expect(told).toBe(expected);
      }
      await Promise.all([strict.close(), lenient.close()]);
      secure.closeAllConnections();
      await new Promise((resolve) => secure.close(resolve));
    });
  });
});

describe('messages', () => {
  it.each([
    ['http://h.example/live/ann/pass/7.ts', 'http://h.example/live/…/…/7.ts'],
    ['http://h.example:8080/ann/pass/123', 'http://h.example:8080/…/…/123'],
    ['http://ann:pass@h.example/a/b.m3u8?token=1', 'http://h.example/a/b.m3u8'],
    ['http://h.example/get.php?username=ann&password=pass', 'http://h.example/get.php'],
    [
      'http://h.example/timeshift/ann/pass/60/2026-01-01:20-00/7.ts',
      'http://h.example/timeshift/…/…/60/2026-01-01:20-00/7.ts',
    ],
  ])('show %s as %s', (address, shown) => {
    expect(describeUrl(new URL(address))).toBe(shown);
    expect(withoutSecrets(`cannot open ${address}: no`)).toBe(`cannot open ${shown}: no`);
  });
});

describe('the rate limit', () => {
  it('lets so many through at once, and the next when a second has passed since the first', async () => {
    const rate = new RateLimit(2);
    const { signal } = request;
    const began = performance.now();
    await Promise.all([rate.turn('a', signal), rate.turn('a', signal), rate.turn('b', signal)]);
    const third = rate.turn('a', signal).then(() => performance.now() - began);
    expect(await third).toBeGreaterThanOrEqual(990);
  });

  it('ends with the signal', async () => {
    const rate = new RateLimit(1);
    const stop = new AbortController();
    await rate.turn('a', stop.signal);
    const waiting = rate.turn('a', stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});
