import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorAddress } from '../../src/capture/address.js';
import { collect, type FetchRequest } from '../../src/capture/fetcher.js';
import { HttpClient } from '../../src/capture/http.js';
import { HttpError } from '../../src/capture/http-error.js';
import { backoff, DEFAULT_RETRY, retrying } from '../../src/capture/retry.js';
import { type Handler, serve, type TestServer } from './support.js';

/** Packed before anybody waits for it. */
const BOMB = gzipSync(Buffer.alloc(50_000_000));

const handlers: Record<string, Handler> = {
  '/silent': () => undefined,
  '/drip': (_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('x');
  },
  '/steady-drip': (_, response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  },
  '/bomb': (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB);
  },
  '/packed': (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello'));
  },
  '/damaged': (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello').subarray(0, 12));
  },
  '/announced': (_, response) => {
    response.writeHead(200, { 'content-length': '5000000' }).write('x');
  },
  '/circle': (_, response) => void response.writeHead(302, { location: '/circle?again' }).end(),
  '/to-file': (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/no-ranges': (_, response) => void response.end('0123456789'),
  '/closes': (request) => {
    // All at once, and gone, however slowly it is read.
    request.socket.end(`HTTP/1.0 200 OK\r\n\r\n${'x'.repeat(800_000)}`);
  },
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('x');
    setTimeout(() => response.destroy(), 10);
  },
};

describe('a fetch', () => {
  let server: TestServer;
  const client = new HttpClient({ timeouts: { connect: 500, headers: 400, idle: 400 } });
  beforeAll(async () => {
    server = await serve((request, response, path) => {
      const handler = handlers[path.replace(/\?.*/, '')];
      if (handler === undefined) response.writeHead(404).end();
      else handler(request, response, path);
    });
  });
  afterAll(async () => {
    await client.close();
    await server.close();
  });

  const get = (path: string, options: Partial<FetchRequest> = {}) =>
    client.fetch(
      operatorAddress(server.url + path),
      { signal: new AbortController().signal, maxBytes: 1_000_000, timeout: 5_000, ...options },
      async ({ body }) => (await collect(body)).toString(),
    );
  const failure = (path: string, options: Partial<FetchRequest> = {}) =>
    get(path, options).then(
      () => 'worked',
      (error: unknown) => (error instanceof HttpError ? `${error.code} ${error.message}` : String(error)),
    );

  test.each([
    ['/silent', 'SP_INPUT_TIMEOUT', 'no answer in time'],
    ['/drip', 'SP_INPUT_TIMEOUT', 'the answer stopped coming'],
    ['/bomb', 'SP_INPUT_TOO_LARGE', 'larger than'],
    ['/announced', 'SP_INPUT_TOO_LARGE', 'larger than'],
    ['/damaged', 'SP_HTTP', 'the fetch failed'],
    ['/circle', 'SP_HTTP', 'more than 10 redirects'],
    ['/cut', 'SP_HTTP', 'the server closed the connection'],
    ['/missing', 'SP_HTTP', 'status 404'],
  ])('of %s fails with %s', async (path, code, message) => {
    const failed = await failure(path);
    expect(failed).toContain(code);
    expect(failed).toContain(message);
    expect(failed).toContain('http://127.0.0.1');
  });

  test('survives a server that closes while its answer waits to be read', async () => {
    const length = await client.fetch(
      operatorAddress(`${server.url}/closes`),
      { signal: new AbortController().signal, maxBytes: 1_000_000, timeout: 5_000 },
      async ({ body }) => {
        let bytes = 0;
        for await (const piece of body) {
          bytes += piece.byteLength;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return bytes;
      },
    );
    expect(length).toBe(800_000);
    const unread = client.fetch(
      operatorAddress(`${server.url}/closes`),
      { signal: new AbortController().signal, maxBytes: 1_000_000, timeout: 5_000 },
      () => new Promise((resolve) => setTimeout(() => resolve('left alone'), 200)),
    );
    expect(await unread).toBe('left alone');
  });

  test('is bounded in time as a whole, however steadily a server drips', async () => {
    expect(await failure('/steady-drip', { timeout: 300 })).toContain('not finished within');
  });

  test('follows no redirect to a file', async () => {
    expect(await failure('/to-file')).toContain('names a file of this machine');
  });

  test('unpacks what is packed', async () => {
    expect(await get('/packed')).toBe('hello');
  });

  test('gets the part it asks for from a server that knows no parts', async () => {
    expect(await get('/no-ranges', { range: { offset: 3, length: 4 } })).toBe('3456');
    expect(await failure('/no-ranges', { range: { offset: 8, length: 4 } })).toContain('2 bytes of the part');
  });

  test('ends at once when it is aborted', async () => {
    const controller = new AbortController();
    const pending = get('/silent', { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });

  test('where nothing listens or no name is known says so', async () => {
    const closed = await serve(() => undefined);
    await closed.close();
    const request = { signal: new AbortController().signal, maxBytes: 1, timeout: 5_000 };
    const at = (url: string) => client.fetch(operatorAddress(url), request, async () => '');
    await expect(at(closed.url)).rejects.toThrow('nothing listens there');
    await expect(at('http://no-such-host.invalid/')).rejects.toThrow(/no such host|cannot be looked up/);
  });
});

describe('a retry', () => {
  const signal = new AbortController().signal;
  const broken = (transient: boolean, retryAfter = 0) =>
    new HttpError('SP_HTTP', 'broken', { transient, retryAfter });

  test('waits longer each time, within bounds, and as long as the server asks if that is longer', () => {
    const waits = [1, 2, 3, 20].map((failures) => backoff(DEFAULT_RETRY, failures, () => 1));
    expect(waits).toEqual([500, 1000, 2000, 8000]);
    expect(backoff(DEFAULT_RETRY, 1, () => 0)).toBe(250);
    expect(backoff(DEFAULT_RETRY, 1, () => 0, broken(true, 20_000))).toBe(20_000);
    expect(backoff(DEFAULT_RETRY, 1, () => 0, broken(true, 1e9))).toBe(DEFAULT_RETRY.maxRetryAfter);
  });

  test('comes only after failures that may pass, and only so often', async () => {
    const policy = { attempts: 3, firstDelay: 1, maxDelay: 1, maxRetryAfter: 1 };
    const context = { signal, random: () => 0 };
    const count = async (error: Error) => {
      let tries = 0;
      await retrying(policy, context, async () => {
        tries++;
        throw error;
      }).catch(() => undefined);
      return tries;
    };
    expect(await count(broken(true))).toBe(3);
    expect(await count(broken(false))).toBe(1);
    expect(await count(new Error('a bug'))).toBe(1);
  });
});
