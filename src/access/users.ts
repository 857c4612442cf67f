import { v4 as uuid } from 'uuid';
import { StreamprintError } from '../domain/errors.js';
import type { Database, Row } from '../storage/database.js';
import { DEFAULT_TENANT, type Role, type Tenant, type User } from './roles.js';

export type UserFields = Pick<User, 'name' | 'tenant' | 'roles'>;

interface UserRow extends Row {
  readonly id: string;
  readonly name: string;
  readonly tenant: string | null;
  readonly roles: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly version: number;
}

/** Tenants and their users. */
export class Users {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  tenants(): Tenant[] {
    return this.database
      .all<{ id: string; name: string; created_at: number }>('SELECT * FROM tenants ORDER BY id')
      .map(({ id, name, created_at }) => ({ id, name, createdAt: created_at }));
  }

  hasTenant(id: string): boolean {
    return this.database.get('SELECT id FROM tenants WHERE id = ?', id) !== undefined;
  }

  /** @throws SP_CONFLICT when there is one with this id */
  createTenant(id: string, name: string): Tenant {
    const createdAt = this.now();
    const made = this.database.run('INSERT OR IGNORE INTO tenants VALUES (?, ?, ?)', id, name, createdAt);
    if (made === 0) throw new StreamprintError('SP_CONFLICT', `There is a tenant ${id} already.`);
    return { id, name, createdAt };
  }

  /** By name; from after a name on. */
  list(after: string, limit: number): User[] {
    return this.database
      .all<UserRow>('SELECT * FROM users WHERE name > ? ORDER BY name LIMIT ?', after, limit)
      .map(userOf);
  }

  get(id: string): User | null {
    const row = this.database.get<UserRow>('SELECT * FROM users WHERE id = ?', id);
    return row ? userOf(row) : null;
  }

  named(name: string): User | null {
    const row = this.database.get<UserRow>('SELECT * FROM users WHERE name = ?', name);
    return row ? userOf(row) : null;
  }

  /** @throws SP_CONFLICT for a name that is taken; SP_USAGE for a tenant that is not there, or that the roles need */
  create(fields: UserFields): User {
    return this.database.transaction(() => this.insert(fields));
  }

  /** As `create`, within a transaction of the caller's. */
  insert(fields: UserFields): User {
    this.#check(fields, null);
    const at = this.now();
    const user: User = { id: uuid(), ...fields, createdAt: at, updatedAt: at, version: 1 };
    this.database.run(
      'INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[user.id, user.name, user.tenant, user.roles.join(' '), at, at, 1],
    );
    return user;
  }

  /**
   * Changes a user; null when somebody else did since that version.
   * @throws SP_NOT_FOUND, and as `create` does
   */
  update(id: string, version: number, changes: Partial<UserFields>): User | null {
    return this.database.transaction(() => {
      const user = this.#mustGet(id);
      if (user.version !== version) return null;
      const changed: User = { ...user, ...changes, updatedAt: this.now(), version: version + 1 };
      this.#check(changed, id);
      if (!changed.roles.includes('administrator')) this.#keepAnAdministrator(user);
      this.database.run(
        'UPDATE users SET name = ?, tenant = ?, roles = ?, updated_at = ?, version = ? WHERE id = ?',
        ...[changed.name, changed.tenant, changed.roles.join(' '), changed.updatedAt, changed.version, id],
      );
      return changed;
    });
  }

  /** Removes a user with all keys; false when somebody else changed it since that version. @throws SP_NOT_FOUND */
  remove(id: string, version: number): boolean {
    return this.database.transaction(() => {
      const user = this.#mustGet(id);
      if (user.version !== version) return false;
      this.#keepAnAdministrator(user);
      const keys = 'SELECT id FROM keys WHERE user_id = ?';
      this.database.run(`DELETE FROM sessions WHERE key_id IN (${keys})`, id);
      this.database.run(`DELETE FROM answers WHERE key_id IN (${keys})`, id);
      this.database.run('DELETE FROM keys WHERE user_id = ?', id);
      this.database.run('DELETE FROM users WHERE id = ?', id);
      return true;
    });
  }

  #mustGet(id: string): User {
    const user = this.get(id);
    if (!user) throw new StreamprintError('SP_NOT_FOUND', `There is no user ${id}.`);
    return user;
  }

  #check({ name, tenant, roles }: UserFields, id: string | null): void {
    const other = this.named(name);
    if (other && other.id !== id)
      throw new StreamprintError('SP_CONFLICT', `There is a user called ${name} already.`);
    if (tenant !== null && !this.hasTenant(tenant))
      throw new StreamprintError('SP_USAGE', `There is no tenant ${tenant}.`);
    if (tenant === null && roles.includes('rights-holder'))
      throw new StreamprintError('SP_USAGE', `A rights holder has a tenant, such as ${DEFAULT_TENANT}.`);
  }

  /** Somebody must be able to let others in. */
  #keepAnAdministrator(user: User): void {
    if (!user.roles.includes('administrator')) return;
    const others = this.database
      .all<UserRow>('SELECT * FROM users WHERE id <> ?', user.id)
      .some((row) => userOf(row).roles.includes('administrator'));
    if (!others)
      throw new StreamprintError(
        'SP_CONFLICT',
        `${user.name} is the only administrator: name another first.`,
      );
  }
}

function userOf(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    tenant: row.tenant,
    roles: row.roles.split(' ').filter(Boolean) as Role[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
