import type { Schema } from '../storage/schema.js';

/** What was begun and has not ended yet: its entry in `audit` is to come. `time` is when it began. */
const BEGUN = `
    CREATE TABLE audit_begun (
      no INTEGER PRIMARY KEY, time TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
      detail TEXT NOT NULL
    );`;

/** Times are milliseconds since 1970 (UTC). Roles and scopes are lists with spaces between. */
export const ACCESS_SCHEMA: Schema = {
  what: 'list of users and keys',
  create: `
    CREATE TABLE tenants (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE users (
      id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, tenant TEXT REFERENCES tenants (id), roles TEXT NOT NULL,
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE keys (
      id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), name TEXT NOT NULL, scopes TEXT NOT NULL,
      hash BLOB NOT NULL, previous_hash BLOB, previous_until INTEGER,
      created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER, last_used_at INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX keys_by_user ON keys (user_id);
    CREATE TABLE sessions (
      hash BLOB PRIMARY KEY, key_id TEXT NOT NULL REFERENCES keys (id), expires_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX sessions_by_key ON sessions (key_id);
    CREATE TABLE answers (
      key_id TEXT NOT NULL, idempotency_key TEXT NOT NULL, request BLOB NOT NULL,
      status INTEGER, headers TEXT, body BLOB, created_at INTEGER NOT NULL,
      PRIMARY KEY (key_id, idempotency_key)
    ) WITHOUT ROWID;
    CREATE INDEX answers_by_age ON answers (created_at);
    CREATE TABLE audit (
      seq INTEGER PRIMARY KEY, time TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
      detail TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL
    );
    CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;${BEGUN}`,
  migrations: [BEGUN],
};
