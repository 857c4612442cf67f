import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Access } from '../access/access.js';
import type { NewKey } from '../access/keys.js';
import {
  type Key,
  type Principal,
  ROLES,
  type Role,
  SCOPES,
  type Scope,
  type User,
} from '../access/roles.js';
import { principalOf } from './authenticate.js';
import { notFound, ProblemError, unusable } from './problem.js';
import { exactly, Nothing, orNull, type Resource, Text, Time, timeOf, timeOrNull } from './route.js';
import { UserId, userSeen } from './users.js';

export interface KeysOptions {
  readonly access: Access;
}

/** How long the secret before is taken after a rotation, unless it is said, s. */
const KEEP_SECONDS = 3600;
const MAX_KEEP_SECONDS = 30 * 24 * 3600;
/** Keys that a user may have, revoked ones not counted. */
const MAX_KEYS = 100;

const Scopes = Type.Array(Type.Enum([...SCOPES]), {
  maxItems: SCOPES.length,
  uniqueItems: true,
  description: 'Roles of the user that it has, empty = all; `read` = it changes nothing',
});

const fields = {
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  scopes: Scopes,
  createdAt: Time,
  expiresAt: orNull(Time),
  revokedAt: orNull(Time),
  lastUsedAt: orNull(Time),
  previousUntil: orNull(Time),
};
const KeyShown = Type.Object(fields, { $id: 'Key' });
const KeyMade = Type.Object(
  { ...fields, key: Type.String({ description: 'The key itself: shown this once' }) },
  { $id: 'NewKey' },
);

const tags = ['Tenants and users'];
const params = exactly({
  user: UserId,
  key: Type.String({ pattern: '^[a-z2-7]{12}$', description: 'Id of a key' }),
});

/** Keys of users: administrators see to all, everybody to his own. */
export const keyRoutes: Resource<KeysOptions> = async (server, { access }) => {
  const { keys } = access;

  server.get(
    '/v1/users/:user/keys',
    {
      config: { roles: ROLES },
      schema: {
        tags,
        operationId: 'listKeys',
        summary: 'Keys of a user, all of them',
        params: exactly({ user: UserId }),
        response: { 200: Type.Object({ items: Type.Array(KeyShown), next: Type.Null() }) },
      },
    },
    async (request) => {
      const user = userSeen(request, access, request.params.user);
      return { items: keys.ofUser(user.id).map(shown), next: null };
    },
  );

  server.post(
    '/v1/users/:user/keys',
    {
      config: { roles: ROLES, audit: 'key.create' },
      schema: {
        tags,
        operationId: 'createKey',
        summary: 'A new key; the answer is the one time that it is shown',
        params: exactly({ user: UserId }),
        body: exactly({
          name: Text(100, 'What it is for'),
          scopes: Type.Optional(Scopes),
          expiresAt: Type.Optional(orNull(Time)),
        }),
        response: { 201: KeyMade },
      },
    },
    async (request, reply) => {
      const user = userSeen(request, access, request.params.user);
      const { name, scopes = [], expiresAt = null } = request.body;
      const expires = expiresAt === null ? null : Date.parse(expiresAt);
      if (expires !== null && !(expires > Date.now()))
        throw unusable('/expiresAt', `${expiresAt} is over already.`);
      if (keys.ofUser(user.id).filter(({ revokedAt }) => revokedAt === null).length >= MAX_KEYS)
        throw new ProblemError('conflict', `${user.name} has ${MAX_KEYS} keys: revoke some first.`);
      const allowed = scopesFor(principalOf(request), user, scopes);
      const made = keys.create(user, { name, scopes: allowed, expiresAt: expires });
      return answered(reply.code(201).header('location', `/v1/users/${user.id}/keys/${made.key.id}`), made);
    },
  );

  server.post(
    '/v1/users/:user/keys/:key/rotate',
    {
      config: { roles: ROLES, audit: 'key.rotate' },
      schema: {
        tags,
        operationId: 'rotateKey',
        summary: 'A new secret for a key; the one before is taken for a while longer',
        params,
        body: exactly({
          keepSeconds: Type.Optional(
            Type.Integer({ minimum: 0, maximum: MAX_KEEP_SECONDS, description: 'An hour, if absent' }),
          ),
        }),
        response: { 200: KeyMade },
      },
    },
    async (request, reply) => {
      const { user, key } = keySeen(request, access, request.params);
      // A key with less than this one's roles must not come by them.
      scopesFor(principalOf(request), user, key.scopes.length > 0 ? key.scopes : user.roles);
      return answered(reply, keys.rotate(key.id, 1000 * (request.body.keepSeconds ?? KEEP_SECONDS)));
    },
  );

  server.delete(
    '/v1/users/:user/keys/:key',
    {
      config: { roles: ROLES, audit: 'key.revoke' },
      schema: {
        tags,
        operationId: 'revokeKey',
        summary: 'Take a key no more, from now on; it stays in the list',
        params,
        response: { 204: Nothing('Revoked') },
      },
    },
    async (request, reply) => {
      const { key } = keySeen(request, access, request.params);
      keys.revoke(key.id);
      return reply.code(204).send(null);
    },
  );
};

function keySeen(
  request: FastifyRequest,
  access: Access,
  path: { readonly user: string; readonly key: string },
): { readonly user: User; readonly key: Key } {
  const user = userSeen(request, access, path.user);
  const key = access.keys.get(path.key);
  if (key?.userId !== user.id) throw notFound(`key ${path.key} of ${user.name}`);
  return { user, key };
}

/** Nobody gives a key more than he has. @throws 403 */
function scopesFor(principal: Principal, user: User, scopes: readonly Scope[]): readonly Scope[] {
  if (principal.roles.includes('administrator')) return scopes;
  const wanted = scopes.filter((scope): scope is Role => scope !== 'read');
  for (const role of wanted)
    if (!principal.roles.includes(role))
      throw new ProblemError('forbidden', `This key is of no ${role}, and cannot make one that is.`);
  if (wanted.length > 0 || principal.roles.length === user.roles.length) return scopes;
  return [...principal.roles, ...scopes];
}

function answered<R extends { header(name: string, value: string): R; send(body: unknown): unknown }>(
  reply: R,
  { key, text }: NewKey,
) {
  return reply.header('cache-control', 'no-store').send({ ...shown(key), key: text }) as R;
}

function shown(key: Key) {
  const { id, userId, name, scopes, createdAt, expiresAt, revokedAt, lastUsedAt, previousUntil } = key;
  return {
    ...{ id, userId, name, scopes, createdAt: timeOf(createdAt) },
    ...{ expiresAt: timeOrNull(expiresAt), revokedAt: timeOrNull(revokedAt) },
    ...{ lastUsedAt: timeOrNull(lastUsedAt), previousUntil: timeOrNull(previousUntil) },
  };
}
