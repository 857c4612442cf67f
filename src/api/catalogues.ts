import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Access } from '../access/access.js';
import { DEFAULT_TENANT, hasRole } from '../access/roles.js';
import type { Assets } from '../rights/assets.js';
import type { CatalogueRecord, Catalogues } from '../rights/catalogues.js';
import { principalOf } from './authenticate.js';
import { isKnown, mustMatch, staleError, tagOf } from './etag.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound, ProblemError, unusable } from './problem.js';
import { exactly, Name, Nothing, type Resource, Text, Time, timeOf } from './route.js';
import { mustSeeCatalogue, tenantSeenBy } from './tenancy.js';

export interface CataloguesOptions {
  readonly access: Access;
  readonly assets: Assets;
  readonly catalogues: Catalogues;
  readonly cursors: Cursors;
}

export const CatalogueName = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
  description: 'Letters, digits, `.`, `_` and `-`; unique in the installation',
});

const Catalogue = Type.Object(
  {
    name: CatalogueName,
    tenant: Type.String(),
    title: Type.String(),
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: 'Catalogue' },
);

const Title = Text(500, 'For people; without it the name');
const tags = ['Catalogues'];
const params = exactly({ catalogue: Name('Its name') });

/** Catalogues: each is one tenant's. */
export const catalogueRoutes: Resource<CataloguesOptions> = async (
  server,
  { access, assets, catalogues, cursors },
) => {
  const list = cursors.of('catalogues', Type.Object({ name: Type.String() }));

  /** The catalogue of a path. @throws 404 */
  const seen = (request: FastifyRequest, name: string): CatalogueRecord => {
    mustSeeCatalogue(request, catalogues, name);
    const found = catalogues.get(name);
    if (!found) throw notFound(`catalogue ${name}`);
    return found;
  };

  server.get(
    '/v1/catalogues',
    {
      config: { roles: ['rights-holder', 'analyst', 'administrator'] },
      schema: {
        tags,
        operationId: 'listCatalogues',
        summary: 'Catalogues',
        querystring: exactly(PAGE),
        response: { 200: pageOf(Catalogue) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const tenant = tenantSeenBy(principalOf(request));
      const found = catalogues.list(tenant, list.read(cursor)?.name ?? '', limit + 1);
      return list.page(found.map(shown), limit, ({ name }) => ({ name }));
    },
  );

  server.post(
    '/v1/catalogues',
    {
      config: { roles: ['rights-holder', 'administrator'], audit: 'catalogue.create', creates: true },
      schema: {
        tags,
        operationId: 'createCatalogue',
        summary: 'Begin a catalogue',
        body: exactly({
          name: CatalogueName,
          title: Type.Optional(Title),
          tenant: Type.Optional(Name('Whose it is; without it that of the user')),
        }),
        response: { 201: Catalogue },
      },
    },
    async (request, reply) => {
      const { name, title = name, tenant } = request.body;
      const principal = principalOf(request);
      const owner = tenant ?? principal.user.tenant ?? DEFAULT_TENANT;
      mustOwn(request, access, owner);
      const made = catalogues.create({ name, tenant: owner, title });
      return reply
        .code(201)
        .headers({ location: `/v1/catalogues/${name}`, etag: tagOf(made.version) })
        .send(shown(made));
    },
  );

  server.get(
    '/v1/catalogues/:catalogue',
    {
      config: { roles: ['rights-holder', 'analyst', 'administrator'] },
      schema: {
        tags,
        operationId: 'getCatalogue',
        summary: 'A catalogue',
        params,
        response: { 200: Catalogue, 304: Nothing('As it is known') },
      },
    },
    async (request, reply) => {
      const found = seen(request, request.params.catalogue);
      if (isKnown(request, reply, tagOf(found.version))) return reply.code(304).send(null);
      return shown(found);
    },
  );

  server.patch(
    '/v1/catalogues/:catalogue',
    {
      config: { roles: ['rights-holder', 'administrator'], audit: 'catalogue.update', ifMatch: true },
      schema: {
        tags,
        operationId: 'updateCatalogue',
        summary: 'Change a catalogue; whose it is, administrators may',
        params,
        body: Type.Object(
          { title: Type.Optional(Title), tenant: Type.Optional(Name('Whose it is')) },
          { additionalProperties: false, minProperties: 1 },
        ),
        response: { 200: Catalogue },
      },
    },
    async (request, reply) => {
      const found = seen(request, request.params.catalogue);
      mustMatch(request, tagOf(found.version));
      if (request.body.tenant !== undefined) mustOwn(request, access, request.body.tenant);
      const changed = catalogues.update(found.name, found.version, request.body);
      if (!changed) throw staleError(tagOf(found.version + 1));
      reply.header('etag', tagOf(changed.version));
      return shown(changed);
    },
  );

  server.delete(
    '/v1/catalogues/:catalogue',
    {
      config: { roles: ['rights-holder', 'administrator'], audit: 'catalogue.delete', ifMatch: true },
      schema: {
        tags,
        operationId: 'deleteCatalogue',
        summary: 'Remove a catalogue in which nothing is left',
        params,
        response: { 204: Nothing('Removed') },
      },
    },
    async (request, reply) => {
      const { name, version } = seen(request, request.params.catalogue);
      mustMatch(request, tagOf(version));
      if (assets.isIn(name))
        throw new ProblemError('conflict', `There are assets in catalogue ${name}: remove them first.`);
      if (!catalogues.remove(name, version)) throw staleError(tagOf(version + 1));
      return reply.code(204).send(null);
    },
  );
};

/** Whether a request may make a catalogue this tenant's. @throws 403; 400 for a tenant that is not there */
function mustOwn(request: FastifyRequest, access: Access, tenant: string): void {
  const principal = principalOf(request);
  if (!hasRole(principal, 'administrator') && tenant !== principal.user.tenant)
    throw new ProblemError(
      'forbidden',
      'Only administrators give catalogues to another tenant than their own.',
    );
  if (!access.users.hasTenant(tenant)) throw unusable('/tenant', `There is no tenant ${tenant}.`);
}

function shown({ name, tenant, title, createdAt, updatedAt }: CatalogueRecord) {
  return { name, tenant, title, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}
