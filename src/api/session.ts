import Type from 'typebox';
import type { Access } from '../access/access.js';
import { type Principal, ROLES } from '../access/roles.js';
import { principalOf } from './authenticate.js';
import { ProblemError } from './problem.js';
import { exactly, Nothing, orNull, type Resource, Time, timeOf, timeOrNull } from './route.js';
import { sessionCookie, sessionTokenOf } from './session-cookie.js';

export interface SessionOptions {
  readonly access: Access;
}

const Session = Type.Object(
  {
    user: Type.Object({
      id: Type.String(),
      name: Type.String(),
      tenant: orNull(Type.String()),
      roles: Type.Array(Type.Enum([...ROLES])),
    }),
    readOnly: Type.Boolean({ description: 'Whether the key may only read' }),
    expiresAt: orNull(Time),
  },
  { $id: 'Session' },
);

/** Signing in with a browser, and who one is. */
export const sessionRoutes: Resource<SessionOptions> = async (server, { access }) => {
  const tags = ['Session'];
  server.post(
    '/v1/session',
    {
      config: { public: true },
      schema: {
        tags,
        operationId: 'signIn',
        summary: 'Sign in: gives a session cookie for a key',
        body: exactly({ key: Type.String({ minLength: 1, maxLength: 200 }) }),
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      const session = access.sessions.begin(request.body.key);
      if (!session)
        throw new ProblemError('unauthenticated', 'This key is none, has expired or was revoked.', {
          pointer: '/key',
        });
      const seconds = Math.floor((session.expiresAt - Date.now()) / 1000);
      reply.header('set-cookie', sessionCookie(request, session.token, seconds));
      reply.header('cache-control', 'no-store');
      return shown(session.principal, timeOf(session.expiresAt));
    },
  );
  server.get(
    '/v1/session',
    {
      config: { roles: ROLES },
      schema: { tags, operationId: 'getSession', summary: 'Who I am', response: { 200: Session } },
    },
    async (request) => {
      const token = request.headers.authorization === undefined ? sessionTokenOf(request) : null;
      const session = token === null ? null : access.sessions.of(token);
      const principal = principalOf(request);
      const expiresAt = session?.expiresAt ?? access.keys.get(principal.keyId)?.expiresAt ?? null;
      return shown(principal, timeOrNull(expiresAt));
    },
  );
  server.delete(
    '/v1/session',
    {
      config: { roles: ROLES },
      schema: {
        tags,
        operationId: 'signOut',
        summary: 'Sign out',
        response: { 204: Nothing('Signed out') },
      },
    },
    async (request, reply) => {
      const token = sessionTokenOf(request);
      if (token !== null) access.sessions.end(token);
      return reply
        .header('set-cookie', sessionCookie(request, '', 0))
        .code(204)
        .send(null);
    },
  );
};

function shown({ user, roles, isReadOnly }: Principal, expiresAt: string | null) {
  return { user: { ...user, roles }, readOnly: isReadOnly, expiresAt };
}
