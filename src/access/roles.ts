/** What a user may be. Administrators are over all tenants. */
export const ROLES = ['rights-holder', 'probe', 'analyst', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** A key may do what its scopes say: some roles of its user; `read` = and with them only what changes nothing. */
export const SCOPES = [...ROLES, 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/** The tenant of what nobody else was named for. */
export const DEFAULT_TENANT = 'default';

/** A rights holder's organisation, or an authority. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
}

/** Times are ms since 1970 (UTC). */
export interface User {
  readonly id: string;
  /** Unique in the installation. */
  readonly name: string;
  /** Null = none: an administrator, or an authority's analyst, who sees those of all. */
  readonly tenant: string | null;
  readonly roles: readonly Role[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with each change. */
  readonly version: number;
}

/** A key as it is kept and shown: without its secret. Times are ms since 1970 (UTC). */
export interface Key {
  readonly id: string;
  readonly userId: string;
  /** What it is for, in its user's words. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  /** Null = never. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** To some minutes; null = never. */
  readonly lastUsedAt: number | null;
  /** Until when the secret before the last rotation is taken; null = it is not. */
  readonly previousUntil: number | null;
}

/** Who makes a request, and what that request may do. */
export interface Principal {
  readonly user: Pick<User, 'id' | 'name' | 'tenant'>;
  readonly keyId: string;
  /** Those of the user's roles that the key has. */
  readonly roles: readonly Role[];
  readonly isReadOnly: boolean;
}

export const hasRole = ({ roles }: Principal, role: Role): boolean => roles.includes(role);
