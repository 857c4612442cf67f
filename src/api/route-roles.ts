import type { ApiServer } from './route.js';

/** A route that does not say who may use it is a mistake: the service does not start with it. */
export function mustSayWhoMay(server: ApiServer): void {
  server.addHook('onRoute', ({ method, url, config }) => {
    if (config?.public || (config?.roles?.length ?? 0) > 0) return;
    throw new Error(`${method} ${url} says neither which roles may use it nor that it is public`);
  });
}
