import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.js';
import { principalOf } from './authenticate.js';
import type { ApiServer } from './route.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the audit log is to say beyond who, what and to what; see `noteInAudit`. */
    auditDetail: Readonly<Record<string, unknown>> | null;
  }
}

/** What a route adds to its entry in the audit log: no secrets. */
export function noteInAudit(request: FastifyRequest, detail: Readonly<Record<string, unknown>>): void {
  request.auditDetail = { ...request.auditDetail, ...detail };
}

/** Notes what succeeded on routes that say `audit`, before it is answered. */
export function audit(server: ApiServer, { audit: log }: Access): void {
  server.decorateRequest('auditDetail', null);
  server.addHook('onSend', async (request, reply, payload) => {
    const action = request.routeOptions.config.audit;
    const isReplay = reply.hasHeader('idempotency-replayed');
    if (action === undefined || reply.statusCode >= 400 || isReplay) return payload;
    const { user, keyId } = principalOf(request);
    log.append({
      actor: user.name,
      action,
      target: String(reply.getHeader('location') ?? request.url.split('?')[0]),
      detail: { user: user.id, key: keyId, ...fieldsOf(request), ...request.auditDetail },
    });
    return payload;
  });
}

/** Names of what was set; values may be secrets. */
function fieldsOf({ body }: FastifyRequest): { readonly fields?: string[] } {
  if (body === null || typeof body !== 'object' || body instanceof Uint8Array) return {};
  return { fields: Object.keys(body).slice(0, 50) };
}
