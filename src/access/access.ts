import type { Database } from '../storage/database.js';
import { installationSecret, openAccessDatabase } from './access-database.js';
import { Answers } from './answers.js';
import { Audit } from './audit.js';
import { Keys } from './keys.js';
import { Sessions } from './sessions.js';
import { Users } from './users.js';

/** Who may do what: tenants, users, keys and sessions of an installation. */
export class Access {
  readonly users: Users;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly answers: Answers;
  /** Signs the cursors of lists. */
  readonly cursorSecret: Uint8Array;

  private constructor(
    private readonly database: Database,
    now: () => number,
  ) {
    this.users = new Users(database, now);
    this.keys = new Keys(database, now);
    this.sessions = new Sessions(database, this.keys, now);
    this.audit = new Audit(database, now);
    this.answers = new Answers(database, now);
    this.cursorSecret = installationSecret(database, 'cursors');
  }

  /** Throws as `openAccessDatabase` does. Other processes may have it open, too. */
  static async open(dataDirectory: string, now: () => number = Date.now): Promise<Access> {
    return new Access(await openAccessDatabase(dataDirectory), now);
  }

  /** Where there was never a key, the key of a first administrator, to be shown once; else null. */
  firstKey(): string | null {
    return this.database.transaction(() => {
      if (!this.keys.isEmpty) return null;
      const user =
        this.users.named('administrator') ??
        this.users.insert({ name: 'administrator', tenant: null, roles: ['administrator'] });
      return this.keys.create(user, { name: 'first start', scopes: [], expiresAt: null }).text;
    });
  }

  close(): void {
    this.database.close();
  }
}
