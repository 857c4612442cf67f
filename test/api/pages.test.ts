import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newServer } from '../../src/api/http-server.js';
import { pageRoutes } from '../../src/api/pages.js';

const DOCUMENT = '<!doctype html><title>Streamprint</title>';
const SCRIPT = 'export const text = "x";\n'.repeat(200);

async function serving(pages: string) {
  const server = newServer(() => undefined);
  await server.register(pageRoutes, { pages });
  return server;
}

describe('the pages of the service', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-pages-'));
    await fs.mkdir(path.join(folder, 'assets'));
    await fs.writeFile(path.join(folder, 'index.html'), DOCUMENT);
    await fs.writeFile(path.join(folder, 'assets', 'index-a1b2.js'), SCRIPT);
    await fs.writeFile(path.join(folder, 'secret.txt'), 'not a page');
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it('gives the one document for every address of theirs, never kept without asking', async () => {
    const server = await serving(folder);
    for (const url of ['/', '/timeline', '/detections/x%2Fy', '/catalogue/demo/some-film', '/streams/a']) {
      const answer = await server.inject(url);
      expect([url, answer.statusCode, answer.body]).toEqual([url, 200, DOCUMENT]);
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
    await server.close();
  });

  it('lets browsers keep for ever what changes its name with its content, and sends it compressed', async () => {
    const server = await serving(folder);
    const url = '/assets/index-a1b2.js';
    const answer = await server.inject({ url, headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe(SCRIPT);
    const again = await server.inject({ url, headers: { 'if-none-match': String(answer.headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    await server.close();
  });

  it('allows the service itself alone, and no inline script or style', async () => {
    const server = await serving(folder);
    const policy = String((await server.inject('/')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('unsafe');
    await server.close();
  });

  it('gives nothing that is no file of the pages', async () => {
    const server = await serving(folder);
    for (const url of [
      '/secret.txt',
      '/assets/../../package.json',
      '/assets/%2e%2e/secret.txt',
      '/nowhere',
    ]) {
      const answer = await server.inject(url);
      expect([url, answer.statusCode]).toEqual([url, 404]);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    await server.close();
  });

  it('says in plain words when they were not built', async () => {
    const server = await serving(path.join(folder, 'nowhere'));
    const answer = await server.inject('/');
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('npm run build');
    await server.close();
  });
});
