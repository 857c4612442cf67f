import type { Schema } from '../storage/schema.js';

/** Probes that registered, the channels that each is to capture, and what each said of itself last. */
const PROBES = `
    CREATE TABLE probes (
      name TEXT PRIMARY KEY, user_id TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
      version INTEGER NOT NULL, channels TEXT NOT NULL, heartbeat_at INTEGER, heartbeat TEXT
    ) WITHOUT ROWID;`;

/** Times are milliseconds since 1970 (UTC). */
export const EVENT_SCHEMA: Schema = {
  what: 'event log',
  create: `
    CREATE TABLE events (
      number INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL,
      catalogue TEXT, tenant TEXT, data TEXT NOT NULL
    );
    CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE stream_states (
      stream_id TEXT PRIMARY KEY, state TEXT NOT NULL, since INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE rules (
      id TEXT PRIMARY KEY, tenant TEXT, version INTEGER NOT NULL, created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL, content TEXT NOT NULL, secret TEXT
    ) WITHOUT ROWID;
    CREATE TABLE deliveries (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, rule_id TEXT NOT NULL, tenant TEXT,
      channel TEXT NOT NULL, detection_id TEXT NOT NULL, stream_id TEXT NOT NULL, change TEXT NOT NULL,
      at INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL,
      ended_at INTEGER, status INTEGER, error TEXT NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX deliveries_waiting ON deliveries (rule_id, detection_id, number) WHERE state = 'waiting';
    CREATE INDEX deliveries_of_rule ON deliveries (rule_id, number);
    CREATE INDEX deliveries_of_detection ON deliveries (detection_id, rule_id);
    ${PROBES}`,
  migrations: [PROBES],
};
