import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.js';
import type { AuditNote, Begun } from '../access/audit.js';
import { isSafe, principalOf } from './authenticate.js';
import type { ApiServer } from './route.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the audit log is to say beyond who, what and to what; see `noteInAudit`. */
    auditDetail: Readonly<Record<string, unknown>> | null;
    /** The change that this request is about to make, or makes. */
    auditBegun: Begun | null;
  }
}

/** Fields that say what is meant where no address does yet; none of them is a secret. */
const NAMING = ['catalogue', 'id', 'assetId', 'name', 'host', 'streamId', 'verdict'];
const MAX_NAMED = 200;

/** What a route adds to its entry in the audit log: no secrets. */
export function noteInAudit(request: FastifyRequest, detail: Readonly<Record<string, unknown>>): void {
  request.auditDetail = { ...request.auditDetail, ...detail };
}

/**
 * Notes what is done on routes that say `audit`, before it is answered: what was read, when that succeeded; what was
 * changed, or may have been. Nothing is changed that was not noted as begun (`beginAudited`).
 */
export function audit(server: ApiServer, { audit: log }: Access): void {
  server.decorateRequest('auditDetail', null);
  server.decorateRequest('auditBegun', null);
  server.addHook('onSend', async (request, reply, payload) => {
    const action = request.routeOptions.config.audit;
    if (action === undefined) return payload;
    const { statusCode } = reply;
    const { auditBegun: begun } = request;
    request.auditBegun = null;
    if (begun === null) {
      if (isSafe(request) && statusCode < 400) log.append(doneNote(request, reply, action));
    } else if (statusCode < 400) log.end(begun, doneNote(request, reply, action));
    else if (statusCode < 500) log.drop(begun);
    else log.end(begun, begunNote(request, action, { outcome: `failed with ${statusCode}, maybe half-way` }));
    return payload;
  });
}

/** Notes what is to be changed before the route does it: the last that is done before. */
export function beginAudited(server: ApiServer, { audit: log }: Access): void {
  server.addHook('preHandler', async (request) => {
    const action = request.routeOptions.config.audit;
    if (action === undefined || isSafe(request)) return;
    request.auditBegun = log.begin(begunNote(request, action, {}));
  });
}

function doneNote(request: FastifyRequest, reply: FastifyReply, action: string): AuditNote {
  const target = String(reply.getHeader('location') ?? pathOf(request));
  return { ...who(request), action, target, detail: { ...detailOf(request), ...request.auditDetail } };
}

function begunNote(request: FastifyRequest, action: string, more: AuditNote['detail']): AuditNote {
  const named = namesIn({ ...(request.query as object), ...objectIn(request.body) });
  const detail = { ...detailOf(request), ...(Object.keys(named).length > 0 && { named }), ...more };
  return { ...who(request), action, target: pathOf(request), detail };
}

const who = (request: FastifyRequest) => ({ actor: principalOf(request).user.name });
const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0]!;

/** Names of what was set; values may be secrets. */
function detailOf(request: FastifyRequest): AuditNote['detail'] {
  const { user, keyId } = principalOf(request);
  const fields = objectIn(request.body);
  return { user: user.id, key: keyId, ...(fields && { fields: Object.keys(fields).slice(0, 50) }) };
}

function objectIn(body: unknown): object | null {
  return body === null || typeof body !== 'object' || body instanceof Uint8Array ? null : body;
}

function namesIn(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = NAMING.flatMap((name) => {
    const value = given[name];
    return typeof value === 'string' ? [[name, value.slice(0, MAX_NAMED)]] : [];
  });
  return Object.fromEntries(named);
}
