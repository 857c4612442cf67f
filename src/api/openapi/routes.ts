import type { ApiServer } from '../route.js';
import { docsPage } from './docs-page.js';
import { DOCS_STYLE } from './docs-style.js';
import { collectRoutes, openApiOf } from './openapi.js';
import type { KnownRoute } from './operation.js';

/**
 * `/openapi.json`, and the same to be read at `/docs`: what is said of the routes that are registered after this.
 * The document is made when the server is ready, so that one that cannot be made keeps it from starting.
 * @returns those routes, as they come
 */
export function documentRoutes(server: ApiServer): readonly KnownRoute[] {
  const routes: KnownRoute[] = [];
  collectRoutes(server, routes);
  let json = '';
  let page = '';
  server.addHook('onReady', async () => {
    const document = openApiOf(routes);
    json = JSON.stringify(document);
    page = docsPage(document);
  });
  const config = { public: true } as const;
  server.get('/openapi.json', { config }, async (_, reply) =>
    reply.type('application/json; charset=utf-8').send(json),
  );
  server.get('/docs', { config }, async (_, reply) => reply.type('text/html; charset=utf-8').send(page));
  server.get('/docs.css', { config }, async (_, reply) =>
    reply.type('text/css; charset=utf-8').send(DOCS_STYLE),
  );
  return routes;
}
