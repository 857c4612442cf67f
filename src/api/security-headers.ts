import type { ApiServer } from './route.js';

const POLICY = [
  "default-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/** On every answer: what browsers may do with it. What is behind a key is kept by no cache that others share. */
export function secureAnswers(server: ApiServer): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (!request.routeOptions.config.public) reply.header('cache-control', 'private, no-cache');
  });
}
