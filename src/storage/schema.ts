import path from 'node:path';
import { StreamprintError } from '../domain/errors.js';
import type { Database } from './database.js';

/** How a database came to be what it is. */
export interface Schema {
  /** What is stored here, for messages: `reference index`. */
  readonly what: string;
  /** Statements that make the newest version in an empty database. */
  readonly create: string;
  /** `migrations[n]` turns version n + 1 into version n + 2, so the newest version is their number + 1. */
  readonly migrations: readonly string[];
}

export const newestVersion = (schema: Schema): number => schema.migrations.length + 1;

export type SchemaState = 'empty' | 'current' | 'older';

/** How a database stands to the schema we know. Throws SP_DATA_VERSION when a newer program wrote it. */
export function schemaState(database: Database, schema: Schema): SchemaState {
  const version = database.userVersion;
  const newest = newestVersion(schema);
  if (version > newest) {
    throw new StreamprintError(
      'SP_DATA_VERSION',
      `The ${schema.what} in ${path.dirname(database.path)} has data version ${version}, this program knows ` +
        `versions up to ${newest}: use the newer Streamprint that wrote it.`,
    );
  }
  if (version === 0) return 'empty';
  return version === newest ? 'current' : 'older';
}

/**
 * Brings a database to the newest version; the caller holds the writer's lock. An older one is copied first
 * (`NAME.vN.bak` beside it) and upgraded in one transaction. Returns the path of the copy, if one was made.
 */
export function prepareSchema(database: Database, schema: Schema): string | null {
  const state = schemaState(database, schema);
  if (state === 'current') return null;
  if (state === 'empty') {
    apply(database, [schema.create], newestVersion(schema));
    return null;
  }
  const version = database.userVersion;
  const copy = `${database.path}.v${version}.bak`;
  database.copyTo(copy);
  apply(database, schema.migrations.slice(version - 1), newestVersion(schema));
  return copy;
}

function apply(database: Database, statements: readonly string[], version: number): void {
  database.transaction(() => {
    for (const sql of statements) database.exec(sql);
    database.exec(`PRAGMA user_version = ${version}`);
  });
}
