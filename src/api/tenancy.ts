import type { FastifyRequest } from 'fastify';
import { hasRole, type Principal } from '../access/roles.js';
import type { CatalogueOwners } from '../rights/catalogue-owners.js';
import type { Catalogues } from '../rights/catalogues.js';
import { principalOf } from './authenticate.js';
import { notFound } from './problem.js';

/**
 * Whose things a request may see: those of one tenant; null = those of all. Administrators and an authority's
 * analysts see all.
 */
export function tenantSeenBy(principal: Principal): string | null {
  return hasRole(principal, 'administrator') ? null : principal.user.tenant;
}

/** Catalogues that a request may see; null = all. */
export function cataloguesSeenBy(request: FastifyRequest, owners: CatalogueOwners): readonly string[] | null {
  const tenant = tenantSeenBy(principalOf(request));
  return tenant === null ? null : owners.cataloguesOf(tenant);
}

/** Whether a request may see what is in a catalogue. */
export function seesCatalogue(request: FastifyRequest, owners: CatalogueOwners, catalogue: string): boolean {
  const tenant = tenantSeenBy(principalOf(request));
  return tenant === null || owners.tenantOf(catalogue) === tenant;
}

/** 404 for what is in a catalogue of another tenant, as for what is not there. @param what `asset alpha` */
export function mustSeeCatalogue(
  request: FastifyRequest,
  owners: CatalogueOwners,
  catalogue: string,
  what = `catalogue ${catalogue}`,
): void {
  if (!seesCatalogue(request, owners, catalogue)) throw notFound(what);
}

/** The same of a catalogue that something is to be put into: it must be there, too. */
export function mustHaveCatalogue(request: FastifyRequest, catalogues: Catalogues, catalogue: string): void {
  mustSeeCatalogue(request, catalogues, catalogue);
  if (!catalogues.get(catalogue)) throw notFound(`catalogue ${catalogue}`);
}
