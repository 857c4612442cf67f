import Type from 'typebox';
import type { Access } from '../access/access.js';
import { exactly, type Resource, Text, Time, timeOf } from './route.js';

export interface TenantsOptions {
  readonly access: Access;
}

export const TenantId = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
  description: 'Small letters, digits, `.`, `_` and `-`',
});

const Tenant = Type.Object({ id: TenantId, name: Type.String(), createdAt: Time }, { $id: 'Tenant' });
const tags = ['Tenants and users'];

/** Rights holders' organisations and authorities. There are few: the list is whole. */
export const tenantRoutes: Resource<TenantsOptions> = async (server, { access }) => {
  server.get(
    '/v1/tenants',
    {
      config: { roles: ['administrator'] },
      schema: {
        tags,
        operationId: 'listTenants',
        summary: 'Tenants, all of them',
        response: { 200: Type.Object({ items: Type.Array(Tenant), next: Type.Null() }) },
      },
    },
    async () => ({
      items: access.users.tenants().map((tenant) => ({ ...tenant, createdAt: timeOf(tenant.createdAt) })),
      next: null,
    }),
  );
  server.post(
    '/v1/tenants',
    {
      config: { roles: ['administrator'], audit: 'tenant.create', creates: true },
      schema: {
        tags,
        operationId: 'createTenant',
        summary: 'A new tenant',
        body: exactly({ id: TenantId, name: Type.Optional(Text(200, 'For people; without it the id')) }),
        response: { 201: Tenant },
      },
    },
    async (request, reply) => {
      const { id, name = id } = request.body;
      const made = access.users.createTenant(id, name);
      return reply.code(201).send({ ...made, createdAt: timeOf(made.createdAt) });
    },
  );
};
