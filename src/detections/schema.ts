import type { Schema } from '../storage/schema.js';
import { SEARCH_FEED } from './search-feed-schema.js';
import { SEARCH, WIDER } from './search-schema.js';
import { SENDERS } from './senders-schema.js';
import { STREAM_FEED } from './stream-feed-schema.js';

/** Times are milliseconds since 1970 (UTC), reference times seconds. */
const POSITIONS = `
    CREATE TABLE positions (
      stream_id TEXT PRIMARY KEY, first_uri TEXT NOT NULL, first_digest TEXT NOT NULL, first_start INTEGER NOT NULL,
      last_media_end REAL NOT NULL, last_end INTEGER NOT NULL, last_captured_at INTEGER NOT NULL
    ) WITHOUT ROWID;`;

/** Number of the last thing that was told of a stream and is written down. */
const TOLD = `
    CREATE TABLE told (stream_id TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;`;

/** The part of a stream's picture that shows a detection, as JSON. */
const BOX = `
    ALTER TABLE detections ADD COLUMN box TEXT;`;

/** Changes that are remembered: who reads them later than that misses some. */
export const MAX_CHANGES = 100_000;

/**
 * What happened to detections, in order, whoever wrote it: noted by the database itself, with the change. Numbers
 * have no gaps.
 */
const CHANGES = `
    CREATE TABLE changes (
      number INTEGER PRIMARY KEY, detection_id TEXT NOT NULL, change TEXT NOT NULL, at INTEGER NOT NULL
    );
    CREATE TRIGGER detection_changes BEFORE INSERT ON detections BEGIN
      INSERT INTO changes (detection_id, change, at)
        SELECT new.id, 'opened', CAST(unixepoch('subsec') * 1000 AS INTEGER)
        WHERE NOT EXISTS (SELECT 1 FROM detections WHERE id = new.id);
      INSERT INTO changes (detection_id, change, at)
        SELECT new.id, iif(new.state = 'closed', 'closed', 'extended'), CAST(unixepoch('subsec') * 1000 AS INTEGER)
        WHERE new.state = 'closed' OR EXISTS (SELECT 1 FROM detections WHERE id = new.id);
      DELETE FROM changes WHERE number <= (SELECT max(number) FROM changes) - ${MAX_CHANGES};
    END;
    CREATE INDEX detections_by_end ON detections (end);`;

export const DETECTION_SCHEMA: Schema = {
  what: 'detection store',
  create: `
    CREATE TABLE streams (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE detections (
      id TEXT PRIMARY KEY, state TEXT NOT NULL, stream_id TEXT NOT NULL REFERENCES streams (id),
      catalogue TEXT NOT NULL, asset_id TEXT NOT NULL, title TEXT NOT NULL, reference_id TEXT NOT NULL,
      modality TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
      reference_start REAL NOT NULL, reference_end REAL NOT NULL, speed REAL NOT NULL,
      mirrored INTEGER NOT NULL, score REAL NOT NULL, expected_false_per_day REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX detections_by_time ON detections (start);
    CREATE INDEX detections_open ON detections (stream_id) WHERE state = 'open';
    CREATE TABLE coverage (
      stream_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
      state TEXT NOT NULL, reason TEXT NOT NULL
    );
    CREATE INDEX coverage_by_stream ON coverage (stream_id, end);
    CREATE TABLE stills (
      detection_id TEXT NOT NULL, side TEXT NOT NULL, time REAL NOT NULL, jpeg BLOB NOT NULL,
      PRIMARY KEY (detection_id, side)
    ) WITHOUT ROWID;
    ${POSITIONS}${TOLD}${CHANGES}${SEARCH}${BOX}${SEARCH_FEED}${WIDER}${SENDERS}${STREAM_FEED}`,
  migrations: [POSITIONS, TOLD, CHANGES, SEARCH, BOX, SEARCH_FEED, WIDER, SENDERS, STREAM_FEED],
};
