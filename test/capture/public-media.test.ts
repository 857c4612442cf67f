import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fetchPublicMedia, type HttpOptions, sparing } from '../../src/capture/index.js';
import { type Handler, serve, type TestServer } from './support.js';

/** 100 bytes that are no text. */
const MEDIA = Buffer.alloc(100, 0xf0);

describe('media whose address somebody else names', () => {
  let folder: string;
  const servers: TestServer[] = [];

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-public-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  const server = async (handler: Handler, host?: string) => {
    const started = await serve(handler, host);
    servers.push(started);
    return started;
  };
  const media: Handler = (_, response) => response.end(MEDIA);
  const fetch = (url: string, http: HttpOptions = {}) =>
    fetchPublicMedia(url, folder, {
      signal: new AbortController().signal,
      retry: { attempts: 1, firstDelay: 1, maxDelay: 1, maxRetryAfter: 1 },
      http,
    });
  /** Asked for and not fetched. */
  const expectRefused = async (url: string, http: HttpOptions = {}) =>
    expect(
      await fetch(url, http).then(
        () => 'fetched',
        (error: { code?: string }) => error.code ?? error,
      ),
      url,
    ).toBe('SP_FETCH_REFUSED');

  test('is not fetched from this machine, however its address is written', async () => {
    const { port, requests } = await server(media, '0.0.0.0');
    for (const host of [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0.0.0.0',
      'localhost',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '[2002:7f00:1::]',
    ])
      await expectRefused(`http://${host}:${port}/film.mp4`);
    expect(requests).toEqual([]);
  });

  test('is not fetched from metadata addresses and other networks inside', async () => {
    for (const host of [
      '169.254.169.254',
      '[fd00:ec2::254]',
      '[fe80::1]',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
    ])
      await expectRefused(`http://${host}/latest/meta-data/`);
    for (const url of [
      'file:///etc/passwd',
      'ftp://example.org/a',
      'udp://239.0.0.1:1234',
      'gopher://x/',
      'data:,x',
    ])
      await expectRefused(url);
  });

  /** A server on loopback counts as outside here; 127.0.0.2 and all else inside as what it is. */
  const outside = { isInternal: sparing(['127.0.0.1']) };

  test('is fetched from outside', async () => {
    const { url } = await server(media);
    const fetched = await fetch(`${url}/a%20film.mp4`, outside);
    expect(fetched).toMatchObject({ bytes: MEDIA.length, name: 'a film' });
    expect(await fs.readFile(fetched.path)).toEqual(MEDIA);
  });

  test('is not fetched where a redirect leads inside', async () => {
    const inside = await server(media, '127.0.0.2');
    for (const location of [
      `${inside.url}/film.mp4`,
      `http://[::ffff:127.0.0.2]:${inside.port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'file:///etc/passwd',
      '//127.0.0.2/',
    ]) {
      const { url } = await server((_, response) => response.writeHead(302, { location }).end());
      await expectRefused(`${url}/film.mp4`, outside);
    }
    expect(inside.requests).toEqual([]);
  });

  test('is not fetched from a name that leads inside, also when it does so only the second time', async () => {
    const { port, requests } = await server(media, '127.0.0.2');
    const leadsTo = (...addresses: string[]) => {
      let asked = 0;
      const resolve = async () => [
        { address: addresses[Math.min(asked++, addresses.length - 1)]!, family: 4 },
      ];
      return { ...outside, resolve };
    };
    await expectRefused(`http://inside.example:${port}/a.mp4`, leadsTo('127.0.0.2'));
    const first = await server((_, response) =>
      response.writeHead(302, { location: `http://rebinding.example:${port}/a.mp4` }).end(),
    );
    await expectRefused(
      `http://rebinding.example:${first.port}/a.mp4`,
      leadsTo('127.0.0.1', '127.0.0.2', '127.0.0.2'),
    );
    const both = async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ];
    await expectRefused(`http://both.example:${port}/a.mp4`, { ...outside, resolve: both });
    expect(requests).toEqual([]);
  });
});
