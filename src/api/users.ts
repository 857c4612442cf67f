import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Access } from '../access/access.js';
import { hasRole, ROLES, type User } from '../access/roles.js';
import { principalOf } from './authenticate.js';
import { isKnown, mustMatch, staleError, tagOf } from './etag.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound } from './problem.js';
import { exactly, Nothing, orNull, type Resource, Text, Time, timeOf } from './route.js';
import { TenantId } from './tenants.js';

export interface UsersOptions {
  readonly access: Access;
  readonly cursors: Cursors;
}

export const UserId = Type.String({ format: 'uuid', description: 'A user' });
const UserName = Text(100, 'Unique in the installation');
const Roles = Type.Array(Type.Enum([...ROLES]), { minItems: 1, maxItems: ROLES.length, uniqueItems: true });
const UserTenant = orNull(TenantId);

const UserShown = Type.Object(
  {
    id: UserId,
    name: Type.String(),
    tenant: orNull(Type.String({ description: 'Null = over all tenants' })),
    roles: Type.Array(Type.Enum([...ROLES])),
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: 'User' },
);

const tags = ['Tenants and users'];
const params = exactly({ user: UserId });

/** The user of a path. Everybody may see himself, administrators all. @throws 404 */
export function userSeen(request: FastifyRequest, access: Access, id: string): User {
  const principal = principalOf(request);
  const isOwn = principal.user.id === id;
  const user = isOwn || hasRole(principal, 'administrator') ? access.users.get(id) : null;
  if (!user) throw notFound(`user ${id}`);
  return user;
}

/** Users, by name. */
export const userRoutes: Resource<UsersOptions> = async (server, { access, cursors }) => {
  const { users } = access;
  const list = cursors.of('users', Type.Object({ name: Type.String() }));

  server.get(
    '/v1/users',
    {
      config: { roles: ['administrator'] },
      schema: {
        tags,
        operationId: 'listUsers',
        summary: 'Users',
        querystring: exactly(PAGE),
        response: { 200: pageOf(UserShown) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const found = users.list(list.read(cursor)?.name ?? '', limit + 1);
      return list.page(found.map(shown), limit, ({ name }) => ({ name }));
    },
  );

  server.post(
    '/v1/users',
    {
      config: { roles: ['administrator'], audit: 'user.create', creates: true },
      schema: {
        tags,
        operationId: 'createUser',
        summary: 'A new user',
        body: exactly({ name: UserName, tenant: Type.Optional(UserTenant), roles: Roles }),
        response: { 201: UserShown },
      },
    },
    async (request, reply) => {
      const { name, tenant = null, roles } = request.body;
      const made = users.create({ name, tenant, roles });
      reply.headers({ location: `/v1/users/${made.id}`, etag: tagOf(made.version) });
      return reply.code(201).send(shown(made));
    },
  );

  server.get(
    '/v1/users/:user',
    {
      config: { roles: ROLES },
      schema: {
        tags,
        operationId: 'getUser',
        summary: 'A user; everybody may see himself',
        params,
        response: { 200: UserShown, 304: Nothing('As it is known') },
      },
    },
    async (request, reply) => {
      const user = userSeen(request, access, request.params.user);
      if (isKnown(request, reply, tagOf(user.version))) return reply.code(304).send(null);
      return shown(user);
    },
  );

  server.patch(
    '/v1/users/:user',
    {
      config: { roles: ['administrator'], audit: 'user.update', ifMatch: true },
      schema: {
        tags,
        operationId: 'updateUser',
        summary: 'Change a user',
        params,
        body: Type.Object(
          {
            name: Type.Optional(UserName),
            tenant: Type.Optional(UserTenant),
            roles: Type.Optional(Roles),
          },
          { additionalProperties: false, minProperties: 1 },
        ),
        response: { 200: UserShown },
      },
    },
    async (request, reply) => {
      const user = userSeen(request, access, request.params.user);
      mustMatch(request, tagOf(user.version));
      const changed = users.update(user.id, user.version, request.body);
      if (!changed) throw staleError(tagOf(user.version + 1));
      reply.header('etag', tagOf(changed.version));
      return shown(changed);
    },
  );

  server.delete(
    '/v1/users/:user',
    {
      config: { roles: ['administrator'], audit: 'user.delete', ifMatch: true },
      schema: {
        tags,
        operationId: 'deleteUser',
        summary: 'Remove a user, and all keys',
        params,
        response: { 204: Nothing('Removed') },
      },
    },
    async (request, reply) => {
      const user = userSeen(request, access, request.params.user);
      mustMatch(request, tagOf(user.version));
      if (!users.remove(user.id, user.version)) throw staleError(tagOf(user.version + 1));
      return reply.code(204).send(null);
    },
  );
};

function shown(user: User) {
  const { id, name, tenant, roles, createdAt, updatedAt } = user;
  return { id, name, tenant, roles, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}
