import { version } from '../../version.js';
import type { ApiServer } from '../route.js';
import { Components } from './components.js';
import type { OpenApiDocument, Operation } from './document.js';
import { type KnownRoute, operationOf } from './operation.js';

const DESCRIPTION = `Finds rights holders' works on suspect streams.

Send a key as \`Authorization: Bearer KEY\`, or sign in with a browser at \`/v1/session\`; with a session, changes need the header \`X-Streamprint-Request: 1\`. Times are UTC, ISO 8601 with milliseconds; intervals are in seconds. Errors are problem+json (RFC 9457) with a stable \`code\` and a JSON pointer to the field. Lists go on with \`?cursor=\` and the \`next\` of the page before.`;

/**
 * Notes the routes that are registered from now on; those with an `operationId` are in the document. A HEAD that only
 * goes with its GET is not told apart.
 */
export function collectRoutes(server: ApiServer, routes: KnownRoute[]): void {
  server.addHook('onRoute', ({ method, url, schema = {}, config = {} }) => {
    for (const one of [method].flat()) {
      const goesWithGet =
        one === 'HEAD' && routes.some((known) => known.url === url && known.method === 'GET');
      if (!goesWithGet && one !== 'OPTIONS') routes.push({ method: one, url, schema, config });
    }
  });
}

/** The OpenAPI document of some routes. @throws Error when two routes or schemas have one name */
export function openApiOf(routes: readonly KnownRoute[]): OpenApiDocument {
  const components = new Components();
  const paths: Record<string, Record<string, Operation>> = {};
  const names = new Set<string>();
  const tags = new Set<string>();
  for (const route of routes.filter(({ schema }) => schema.operationId)) {
    const operation = operationOf(route, components);
    if (names.has(operation.operationId)) throw new Error(`Two routes are called ${operation.operationId}`);
    names.add(operation.operationId);
    for (const tag of operation.tags) tags.add(tag);
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operation;
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Streamprint', version, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key' },
        session: { type: 'apiKey', in: 'cookie', name: 'streamprint_session' },
      },
    },
  };
}
