import type { Schema } from '../../storage/schema.js';

/** What fingerprints share, each overlap twice: seen from either side. */
const OVERLAPS = `
    CREATE TABLE overlaps (
      own TEXT NOT NULL REFERENCES fingerprints (id),
      other TEXT NOT NULL REFERENCES fingerprints (id),
      own_start REAL NOT NULL,
      own_end REAL NOT NULL,
      other_start REAL NOT NULL,
      other_end REAL NOT NULL,
      modality TEXT NOT NULL,
      score REAL NOT NULL
    );
    CREATE INDEX overlaps_by_own ON overlaps (own);
    CREATE INDEX overlaps_by_other ON overlaps (other);
`;

/** References whose last change the bus was not told of; each change of a reference has a number of its own. */
const OUTBOX = `
    CREATE TABLE outbox (
      change INTEGER PRIMARY KEY AUTOINCREMENT,
      reference TEXT NOT NULL UNIQUE
    );
`;

/** Records of the embedded index. One transaction here is what makes a segment file part of the index. */
export const CATALOGUE_SCHEMA: Schema = {
  what: 'reference index',
  create: `
    CREATE TABLE assets (
      catalogue TEXT NOT NULL,
      id TEXT NOT NULL,
      title TEXT NOT NULL,
      eidr TEXT,
      isan TEXT,
      isrc TEXT,
      rights_holder TEXT,
      territories TEXT NOT NULL,
      valid_from TEXT,
      valid_to TEXT,
      excluded TEXT NOT NULL DEFAULT '[]',
      PRIMARY KEY (catalogue, id)
    ) WITHOUT ROWID;
    CREATE TABLE segments (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      bytes INTEGER NOT NULL
    );
    CREATE TABLE fingerprints (
      id TEXT PRIMARY KEY,
      segment INTEGER NOT NULL REFERENCES segments (number),
      ordinal INTEGER NOT NULL,
      duration REAL NOT NULL,
      has_video INTEGER NOT NULL,
      audio_tracks INTEGER NOT NULL,
      removed INTEGER NOT NULL DEFAULT 0,
      still_bytes INTEGER NOT NULL DEFAULT 0,
      compared INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX fingerprints_by_segment ON fingerprints (segment);
    CREATE INDEX fingerprints_removed ON fingerprints (segment, ordinal) WHERE removed = 1;
    CREATE TABLE "references" (
      id TEXT PRIMARY KEY,
      catalogue TEXT NOT NULL,
      asset_id TEXT NOT NULL,
      fingerprint_id TEXT NOT NULL REFERENCES fingerprints (id),
      source TEXT NOT NULL,
      source_bytes INTEGER NOT NULL,
      registered_at INTEGER NOT NULL,
      missing_video REAL NOT NULL,
      missing_audio REAL NOT NULL,
      FOREIGN KEY (catalogue, asset_id) REFERENCES assets (catalogue, id)
    ) WITHOUT ROWID;
    CREATE INDEX references_by_asset ON "references" (catalogue, asset_id);
    CREATE INDEX references_by_fingerprint ON "references" (fingerprint_id);
    ${OVERLAPS}
    ${OUTBOX}
  `,
  migrations: [
    // 1 → 2: stills are counted apart; what was stored before counts as 0 until it is registered anew.
    'ALTER TABLE fingerprints ADD COLUMN still_bytes INTEGER NOT NULL DEFAULT 0',
    // 2 → 3: assets have excluded intervals; none so far.
    "ALTER TABLE assets ADD COLUMN excluded TEXT NOT NULL DEFAULT '[]'",
    // 3 → 4: what fingerprints share is kept; those registered before were not compared.
    `ALTER TABLE fingerprints ADD COLUMN compared INTEGER NOT NULL DEFAULT 0; ${OVERLAPS}`,
    // 4 → 5: changes are noted for the bus, which knows of none so far.
    `${OUTBOX} INSERT INTO outbox (reference) SELECT id FROM "references"`,
  ],
};
