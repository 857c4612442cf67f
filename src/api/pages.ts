import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Page, readPages } from './page-files.js';
import type { Resource } from './route.js';

export interface PagesOptions {
  /** What a browser loads, as the build made it; absent = where the build puts it. */
  readonly pages?: string;
}

/** Beside what is compiled. */
const BUILT = fileURLToPath(new URL('../../web/', import.meta.url));

/** Addresses that the pages themselves tell apart, see src/web/app.tsx. */
const CLIENT_ROUTES = [
  '/',
  '/timeline',
  '/search',
  '/catalogue',
  '/catalogue/:catalogue/:asset',
  '/streams/:id',
  '/detections/:id',
];

const NOT_BUILT =
  'The pages are not built. Run `npm run build` and start the service again; the API works without them.\n';

const compressions = { br: promisify(brotliCompress), gzip: promisify(gzip) };

/**
 * The pages: their files, and the one document for each address of theirs. Files whose names change with what is in
 * them may be kept for ever, all others are asked for again each time.
 */
export const pageRoutes: Resource<PagesOptions> = async (server, { pages = BUILT }) => {
  const files = await readPages(pages);
  const route = { config: { public: true } } as const;
  const document = files.get('index.html');
  for (const url of CLIENT_ROUTES)
    server.get(url, route, async (request, reply) =>
      document ? send(request, reply, document) : reply.code(404).type('text/plain').send(NOT_BUILT),
    );
  for (const [name, file] of files)
    if (file !== document) server.get(`/${name}`, route, (request, reply) => send(request, reply, file));
};

async function send(request: FastifyRequest, reply: FastifyReply, page: Page): Promise<FastifyReply> {
  reply.header('cache-control', page.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  reply.header('etag', page.etag).header('vary', 'Accept-Encoding').type(page.type);
  if (request.headers['if-none-match'] === page.etag) return reply.code(304).send();
  const accepted = String(request.headers['accept-encoding'] ?? '');
  for (const name of ['br', 'gzip'] as const) {
    if (!new RegExp(`\\b${name}\\b(?!;q=0)`).test(accepted)) continue;
    page.compressed[name] ??= compressions[name](page.body);
    return reply.header('content-encoding', name).send(await page.compressed[name]);
  }
  return reply.send(page.body);
}
