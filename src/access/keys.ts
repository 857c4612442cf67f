import { StreamprintError } from '../domain/errors.js';
import type { Database, Row } from '../storage/database.js';
import { hashOf, isSecret, keyText, newId, newSecret, parseKey } from './key-text.js';
import type { Key, Principal, Role, Scope, User } from './roles.js';

/** How exactly it is known when a key was used last, ms: each note is a write to disk. */
const NOTE_USE_EVERY_MS = 10 * 60_000;

export interface KeyFields {
  readonly name: string;
  /** Empty = all roles of the user, those to come too. */
  readonly scopes: readonly Scope[];
  /** ms since 1970; null = never. */
  readonly expiresAt: number | null;
}

/** A key just made: the one time that its secret is there to be read. */
export interface NewKey {
  readonly key: Key;
  /** What to send as `Authorization: Bearer`. */
  readonly text: string;
}

interface KeyRow extends Row {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly scopes: string;
  readonly hash: Uint8Array;
  readonly previous_hash: Uint8Array | null;
  readonly previous_until: number | null;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly last_used_at: number | null;
}

/** With its user; null = that one is no more. */
interface KeyOfUser extends KeyRow {
  readonly user_name: string | null;
  readonly tenant: string | null;
  readonly user_roles: string | null;
}

/** API keys. Of the secrets only hashes are kept. */
export class Keys {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  /** Whether there was ever one. */
  get isEmpty(): boolean {
    return this.database.get('SELECT id FROM keys LIMIT 1') === undefined;
  }

  ofUser(userId: string): Key[] {
    return this.database
      .all<KeyRow>('SELECT * FROM keys WHERE user_id = ? ORDER BY created_at, id', userId)
      .map(keyOf);
  }

  get(id: string): Key | null {
    const row = this.#row(id);
    return row ? keyOf(row) : null;
  }

  /** @throws SP_USAGE for a scope that is no role of the user */
  create(user: User, { name, scopes, expiresAt }: KeyFields): NewKey {
    for (const scope of scopes)
      if (scope !== 'read' && !user.roles.includes(scope))
        throw new StreamprintError(
          'SP_USAGE',
          `${user.name} is no ${scope}: a key cannot be more than its user.`,
        );
    const [id, secret] = [newId(), newSecret()];
    this.database.run(
      'INSERT INTO keys (id, user_id, name, scopes, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[id, user.id, name, scopes.join(' '), hashOf(secret), this.now(), expiresAt],
    );
    return { key: this.#mustGet(id), text: keyText({ id, secret }) };
  }

  /**
   * Gives a key a new secret; the one before is taken for a while longer.
   * @param keepMs for how long
   * @throws SP_NOT_FOUND; SP_CONFLICT when it was revoked
   */
  rotate(id: string, keepMs: number): NewKey {
    const secret = newSecret();
    if (this.#mustGet(id).revokedAt !== null)
      throw new StreamprintError('SP_CONFLICT', `Key ${id} was revoked: make a new one.`);
    this.database.run(
      'UPDATE keys SET previous_hash = hash, previous_until = ?, hash = ? WHERE id = ?',
      ...[this.now() + keepMs, hashOf(secret), id],
    );
    return { key: this.#mustGet(id), text: keyText({ id, secret }) };
  }

  /** It is taken no more, nor are sessions that it began. @throws SP_NOT_FOUND */
  revoke(id: string): Key {
    return this.database.transaction(() => {
      const key = this.#mustGet(id);
      if (key.revokedAt !== null) return key;
      this.database.run('DELETE FROM sessions WHERE key_id = ?', id);
      this.database.run('UPDATE keys SET revoked_at = ? WHERE id = ?', this.now(), id);
      return this.#mustGet(id);
    });
  }

  /** Who has this key; null when it is none, or no longer. */
  principalOf(text: string): Principal | null {
    const parsed = parseKey(text);
    const row = parsed && this.#row(parsed.id);
    if (!parsed || !row) return null;
    const isPrevious = row.previous_until !== null && row.previous_until > this.now();
    const fits =
      isSecret(parsed.secret, row.hash) || (isPrevious && isSecret(parsed.secret, row.previous_hash));
    return fits ? this.#principal(row) : null;
  }

  /** Who has the key of this id, as long as it is taken. */
  principalOfId(id: string): Principal | null {
    const row = this.#row(id);
    return row ? this.#principal(row) : null;
  }

  #principal(row: KeyOfUser): Principal | null {
    const now = this.now();
    if (row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= now)) return null;
    if (row.user_roles === null) return null;
    if (row.last_used_at === null || row.last_used_at < now - NOTE_USE_EVERY_MS)
      this.database.run('UPDATE keys SET last_used_at = ? WHERE id = ?', now, row.id);
    const scopes = listOf<Scope>(row.scopes);
    const wanted = scopes.filter((scope): scope is Role => scope !== 'read');
    const roles = listOf<Role>(row.user_roles).filter((role) => wanted.length === 0 || wanted.includes(role));
    const user = { id: row.user_id, name: row.user_name ?? '', tenant: row.tenant };
    return { user, keyId: row.id, roles, isReadOnly: scopes.includes('read') };
  }

  /** In one read: it is needed for each request. */
  #row(id: string): KeyOfUser | undefined {
    return this.database.get<KeyOfUser>(
      `SELECT k.*, u.name AS user_name, u.tenant, u.roles AS user_roles
       FROM keys k LEFT JOIN users u ON u.id = k.user_id WHERE k.id = ?`,
      id,
    );
  }

  #mustGet(id: string): Key {
    const key = this.get(id);
    if (!key) throw new StreamprintError('SP_NOT_FOUND', `There is no key ${id}.`);
    return key;
  }
}

const listOf = <T extends string>(text: string) => text.split(' ').filter(Boolean) as T[];

function keyOf(row: KeyRow): Key {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    scopes: listOf<Scope>(row.scopes),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    previousUntil: row.previous_until,
  };
}
