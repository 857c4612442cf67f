import Type from 'typebox';
import type { Access } from '../access/access.js';
import { DEFAULT_TENANT, hasRole } from '../access/roles.js';
import type { CatalogueRecord, Catalogues } from '../rights/catalogues.js';
import { principalOf } from './authenticate.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { invalid, notFound, ProblemError } from './problem.js';
import { exactly, Name, type Resource, Text, Time, timeOf } from './route.js';
import { mustSeeCatalogue, tenantSeenBy } from './tenancy.js';

export interface CataloguesOptions {
  readonly access: Access;
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

const tags = ['Catalogues'];

/** Catalogues: each is one tenant's. */
export const catalogueRoutes: Resource<CataloguesOptions> = async (
  server,
  { access, catalogues, cursors },
) => {
  const list = cursors.of('catalogues', Type.Object({ name: Type.String() }));

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
          title: Type.Optional(Text(500, 'For people; without it the name')),
          tenant: Type.Optional(Name('Whose it is; without it that of the user')),
        }),
        response: { 201: Catalogue },
      },
    },
    async (request, reply) => {
      const { name, title = name, tenant } = request.body;
      const principal = principalOf(request);
      const owner = tenant ?? principal.user.tenant ?? DEFAULT_TENANT;
      if (!hasRole(principal, 'administrator') && owner !== principal.user.tenant)
        throw new ProblemError(
          'forbidden',
          `Only administrators make catalogues of another tenant than their own.`,
        );
      if (!access.users.hasTenant(owner)) throw invalid('/tenant', `There is no tenant ${owner}.`);
      const made = catalogues.create({ name, tenant: owner, title });
      return reply.code(201).header('location', `/v1/catalogues/${name}`).send(shown(made));
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
        params: exactly({ catalogue: CatalogueName }),
        response: { 200: Catalogue },
      },
    },
    async (request) => {
      const { catalogue } = request.params;
      mustSeeCatalogue(request, catalogues, catalogue);
      const found = catalogues.get(catalogue);
      if (!found) throw notFound(`catalogue ${catalogue}`);
      return shown(found);
    },
  );
};

function shown({ name, tenant, title, createdAt, updatedAt }: CatalogueRecord) {
  return { name, tenant, title, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}
