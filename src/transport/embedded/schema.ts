import type { Schema } from '../../storage/schema.js';

/**
 * A value lies in `small`, in `file` (a name in the folder of bodies), or nowhere when it takes its key away.
 * Times are milliseconds since 1970 (UTC).
 */
export const BUS_SCHEMA: Schema = {
  what: 'segment bus',
  create: `
    CREATE TABLE records (
      position INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, partition INTEGER NOT NULL,
      key TEXT NOT NULL, headers TEXT NOT NULL, bytes INTEGER NOT NULL, small BLOB, file TEXT, at INTEGER NOT NULL
    );
    CREATE INDEX records_by_partition ON records (topic, partition, position);
    CREATE TABLE progress (
      group_name TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
      PRIMARY KEY (group_name, topic, partition)
    ) WITHOUT ROWID;`,
  migrations: [],
};
