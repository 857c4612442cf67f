import fs from 'node:fs';
import { Database } from '../../storage/database.js';
import { prepareSchema, schemaState } from '../../storage/schema.js';
import { acquireWriterLock } from '../../storage/writer-lock.js';
import { CATALOGUE_SCHEMA } from './catalogue-schema.js';
import { EmbeddedIndex, type ReaderOptions } from './embedded-index.js';
import { EmbeddedIndexWriter } from './embedded-writer.js';
import { Layout } from './layout.js';

export type { EmbeddedIndex, EmbeddedIndexWriter, ReaderOptions };

/**
 * Opens the index in a data directory for reading, beside any number of readers and one writer. Where there is
 * no index yet it is empty, until `refresh` finds one. An older one is upgraded first, after a copy.
 * Throws SP_DATA_VERSION, SP_DATA_CORRUPT, and SP_DATA_LOCKED when an older one is in use by a writer.
 */
export async function openEmbeddedIndex(
  dataDirectory: string,
  options: ReaderOptions = {},
): Promise<EmbeddedIndex> {
  const layout = new Layout(dataDirectory);
  if (isOlder(layout)) upgrade(layout);
  return EmbeddedIndex.openReader(layout, options);
}

/**
 * Opens the index in a data directory for writing, and creates it where there is none.
 * Throws SP_DATA_LOCKED, naming the process, while another writer has it; SP_DATA_VERSION, SP_DATA_CORRUPT,
 * SP_DISK_FULL.
 * @param now the clock that registrations are dated by, ms since 1970
 */
export async function openEmbeddedIndexWriter(
  dataDirectory: string,
  now: () => number = Date.now,
): Promise<EmbeddedIndexWriter> {
  return EmbeddedIndexWriter.openWriter(new Layout(dataDirectory), now);
}

function isOlder(layout: Layout): boolean {
  if (!fs.existsSync(layout.database)) return false;
  const database = Database.open(layout.database);
  try {
    return schemaState(database, CATALOGUE_SCHEMA) === 'older';
  } finally {
    database.close();
  }
}

function upgrade(layout: Layout): void {
  const lock = acquireWriterLock(layout.root, CATALOGUE_SCHEMA.what);
  const database = Database.open(layout.database);
  try {
    prepareSchema(database, CATALOGUE_SCHEMA);
  } finally {
    database.close();
    lock.release();
  }
}
