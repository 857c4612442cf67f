import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.js';
import { type Principal, ROLES } from '../access/roles.js';
import { ProblemError } from './problem.js';
import { strangers, tooMany } from './rate-limit.js';
import type { ApiServer } from './route.js';
import { sessionTokenOf } from './session-cookie.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on public routes; elsewhere ask `principalOf`. */
    principal: Principal | null;
  }
}

/** Without keys everybody is this one. */
const ANYBODY: Principal = {
  user: { id: 'anybody', name: 'anybody', tenant: null },
  keyId: 'none',
  roles: ROLES,
  isReadOnly: false,
};

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request changes nothing. */
export const isSafe = ({ method }: Pick<FastifyRequest, 'method'>): boolean => SAFE.has(method);

const BEARER = /^Bearer +(\S{1,200}) *$/i;

export interface AuthenticateOptions {
  readonly access: Access;
  /** Nobody is asked for a key: for a demo on the machine itself. */
  readonly isOpen: boolean;
}

/** Lets a request through to a route that its key may use. */
export function authenticate(server: ApiServer, { access, isOpen }: AuthenticateOptions): void {
  server.decorateRequest('principal', null);
  const failures = strangers();
  const boundedly = (request: FastifyRequest, known: Access): Principal => {
    try {
      return whoMakes(request, known);
    } catch (error) {
      if (failures.take(request.ip) >= 0) throw error;
      throw tooMany(failures.until(request.ip, 1));
    }
  };
  server.addHook('onRequest', async (request: FastifyRequest, _: FastifyReply) => {
    const { config } = request.routeOptions;
    if (config.public || request.is404) return;
    const principal = isOpen ? ANYBODY : boundedly(request, access);
    request.principal = principal;
    const allowed = config.roles ?? [];
    if (!allowed.some((role) => principal.roles.includes(role)))
      throw new ProblemError('forbidden', `That takes a key of: ${allowed.join(', ')}.`);
    if (principal.isReadOnly && !isSafe(request))
      throw new ProblemError('forbidden', 'This key may only read.');
  });
}

/** Who makes a request. Only where the route is not public. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error(`Nobody is known at ${request.routeOptions.url}`);
  return request.principal;
}

function whoMakes(request: FastifyRequest, access: Access): Principal {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, key] = BEARER.exec(authorization) ?? [];
    const principal = key ? access.keys.principalOf(key) : null;
    if (!principal)
      throw new ProblemError('unauthenticated', 'This key is none, has expired or was revoked.');
    return principal;
  }
  const token = sessionTokenOf(request);
  if (token === null)
    throw new ProblemError('unauthenticated', 'Send a key as `Authorization: Bearer KEY`, or sign in.');
  const session = access.sessions.of(token);
  if (!session) throw new ProblemError('unauthenticated', 'This session has ended: sign in again.');
  if (!isSafe(request) && request.headers['x-streamprint-request'] !== '1')
    throw new ProblemError(
      'forbidden',
      'With a session, changes need the header `X-Streamprint-Request: 1`.',
    );
  return session.principal;
}
