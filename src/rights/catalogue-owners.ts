/** Which catalogue belongs to which tenant. */
export interface CatalogueOwners {
  /** A catalogue that was never named here, as one made by `register`, is the default tenant's. */
  tenantOf(catalogue: string): string;
  cataloguesOf(tenant: string): readonly string[];
}
