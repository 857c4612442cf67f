import type { Database } from '../storage/database.js';
import { hashOf, newSecret } from './key-text.js';
import type { Keys } from './keys.js';
import type { Principal } from './roles.js';

/** How long somebody stays signed in, ms. */
const SESSION_MS = 12 * 3600_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface NewSession {
  /** For the cookie; only its hash is kept. */
  readonly token: string;
  readonly principal: Principal;
  /** ms since 1970 (UTC). */
  readonly expiresAt: number;
}

/** Who is signed in with a browser. A session ends with the key that began it. */
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly now: () => number,
  ) {}

  /** Null = that is no key, or no longer. */
  begin(key: string): NewSession | null {
    const principal = this.keys.principalOf(key);
    if (!principal) return null;
    const token = newSecret();
    const expiresAt = this.now() + SESSION_MS;
    this.database.run('DELETE FROM sessions WHERE expires_at <= ?', this.now());
    this.database.run('INSERT INTO sessions VALUES (?, ?, ?)', hashOf(token), principal.keyId, expiresAt);
    return { token, principal, expiresAt };
  }

  /** Who a cookie is of, and until when; null = nobody. */
  of(token: string): Omit<NewSession, 'token'> | null {
    if (!TOKEN.test(token)) return null;
    const row = this.database.get<{ key_id: string; expires_at: number }>(
      'SELECT key_id, expires_at FROM sessions WHERE hash = ? AND expires_at > ?',
      ...[hashOf(token), this.now()],
    );
    const principal = row && this.keys.principalOfId(row.key_id);
    return row && principal ? { principal, expiresAt: row.expires_at } : null;
  }

  end(token: string): void {
    this.database.run('DELETE FROM sessions WHERE hash = ?', hashOf(token));
  }
}
