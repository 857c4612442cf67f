import fs from 'node:fs';
import path from 'node:path';
import { Database } from '../storage/database.js';
import { prepareSchema, type Schema } from '../storage/schema.js';
import { ASSETS, nameWords } from './assets.js';
import { IMPORTS } from './imports.js';
import { REFERENCE_ENDINGS, REFERENCE_JOBS } from './reference-jobs.js';
import { ASSET_FEED } from './search/asset-feed-schema.js';
import { UPLOADS } from './uploads.js';

/** Times are milliseconds since 1970 (UTC). Each module of this folder has its own tables. */
const LICENCES = `
    CREATE TABLE licences (
      id TEXT PRIMARY KEY, catalogue TEXT NOT NULL, asset_id TEXT, stream_id TEXT, host TEXT,
      valid_from INTEGER, valid_to INTEGER, note TEXT NOT NULL, created_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX licences_by_catalogue ON licences (catalogue);`;

const CATALOGUES = `
    CREATE TABLE catalogues (
      name TEXT PRIMARY KEY, tenant TEXT NOT NULL, title TEXT NOT NULL,
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX catalogues_by_tenant ON catalogues (tenant, name);`;

const SCHEMA: Schema = {
  what: 'list of rights',
  create:
    LICENCES + CATALOGUES + ASSETS + REFERENCE_JOBS + REFERENCE_ENDINGS + UPLOADS + IMPORTS + ASSET_FEED,
  migrations: [REFERENCE_ENDINGS, ASSET_FEED],
};

/** Opens what the service keeps of assets beyond the reference index: DATA/rights/rights.db. @throws SP_DATA_VERSION */
export function openRightsDatabase(dataDirectory: string): Database {
  const folder = path.resolve(dataDirectory, 'rights');
  fs.mkdirSync(folder, { recursive: true });
  const database = Database.open(path.join(folder, 'rights.db'));
  prepareSchema(database, SCHEMA);
  nameWords(database);
  return database;
}
