import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StreamprintError } from '../domain/errors.js';
import { Database } from '../storage/database.js';
import { prepareSchema, schemaState } from '../storage/schema.js';
import { acquireWriterLock } from '../storage/writer-lock.js';
import { DEFAULT_TENANT } from './roles.js';
import { ACCESS_SCHEMA } from './schema.js';

/** How long another process may take to make or upgrade the database, ms. */
const PATIENCE_MS = 10_000;

/**
 * The database of users and keys, in `access` in the data directory; made where it is missing. Several processes may
 * have it open and change it: each change is one transaction.
 * @throws SP_DATA_VERSION; SP_DATA_LOCKED while another process upgrades it for longer than 10 s
 */
export async function openAccessDatabase(dataDirectory: string): Promise<Database> {
  const directory = path.join(dataDirectory, 'access');
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = Database.open(path.join(directory, 'access.db'));
  try {
    if (schemaState(database, ACCESS_SCHEMA) !== 'current') await prepare(database, directory);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function prepare(database: Database, directory: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      const lock = acquireWriterLock(directory, ACCESS_SCHEMA.what);
      try {
        prepareSchema(database, ACCESS_SCHEMA);
        furnish(database);
      } finally {
        lock.release();
      }
      return;
    } catch (error) {
      const isLocked = error instanceof StreamprintError && error.code === 'SP_DATA_LOCKED';
      if (!isLocked || Date.now() > deadline) throw error;
      await pause(100);
    }
  }
}

/** What is there from the beginning. */
function furnish(database: Database): void {
  database.transaction(() => {
    const now = Date.now();
    database.run('INSERT OR IGNORE INTO tenants VALUES (?, ?, ?)', DEFAULT_TENANT, 'Default', now);
    database.run('INSERT OR IGNORE INTO secrets VALUES (?, ?)', 'cursors', new Uint8Array(randomBytes(32)));
  });
}

/** A random secret of this installation. */
export function installationSecret(database: Database, name: 'cursors'): Uint8Array {
  const row = database.get<{ value: Uint8Array }>('SELECT value FROM secrets WHERE name = ?', name);
  if (!row) throw new Error(`There is no secret ${name}`);
  return row.value;
}
