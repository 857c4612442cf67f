/** Of live references, whose times count from 1970 (domain/live-reference.ts), s. */
function delayIn(row: string): string {
  return `CASE WHEN ${row}.reference_start > 1e8 THEN round(${row}.start - 1000 * ${row}.reference_start) / 1000 END`;
}

/**
 * What detections are searched by, kept up by triggers in the transaction that changes a detection: whoever writes
 * one, it can be found. Rows and what they are of are numbered, so that the indexes stay small; a number is never
 * changed, so that a page goes on after the row where the last one ended.
 */
const TABLES = `
    ALTER TABLE streams ADD COLUMN host TEXT NOT NULL DEFAULT '';
    CREATE TABLE found_catalogues (
      no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, detections INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE found_assets (
      no INTEGER PRIMARY KEY, catalogue TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL,
      detections INTEGER NOT NULL DEFAULT 0, UNIQUE (catalogue, id)
    );
    CREATE INDEX found_assets_by_id ON found_assets (id);
    CREATE TABLE found_streams (
      no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, host TEXT NOT NULL,
      detections INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX found_streams_by_host ON found_streams (host);
    CREATE VIRTUAL TABLE found_titles USING fts5 (
      text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    );
    CREATE VIRTUAL TABLE found_names USING fts5 (
      text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    );
    CREATE TABLE found (
      no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, catalogue INTEGER NOT NULL, asset INTEGER NOT NULL,
      stream INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, score REAL NOT NULL,
      modality TEXT NOT NULL, state TEXT NOT NULL, delay REAL, review TEXT NOT NULL DEFAULT 'none'
    );
    CREATE TABLE reviews (
      no INTEGER PRIMARY KEY, detection_id TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT, note TEXT,
      reviewer TEXT NOT NULL, reviewer_name TEXT NOT NULL, at INTEGER NOT NULL
    );
    CREATE INDEX reviews_of_detection ON reviews (detection_id, no);`;

const COLUMNS = [
  ...['catalogue', 'asset', 'stream', 'start', 'end', 'score'],
  ...['modality', 'state', 'delay', 'review'],
] as const;

const WALKS = ['', 'catalogue', 'asset', 'stream'].flatMap((of) =>
  ['start', 'score'].map((key) => {
    const first = of === '' ? [key, 'no'] : [of, key, 'no'];
    const columns = [...first, ...COLUMNS.filter((column) => !first.includes(column))];
    return { name: ['found_by', of, key].filter(Boolean).join('_'), columns };
  }),
);

/**
 * By time and by score, of all and of one catalogue, asset or stream. They hold whole rows: what a search passes over
 * lies side by side, where each row of the table would have to be looked for (up to twenty times as much work).
 */
const WHOLE_ROWS = WALKS.map(
  ({ name, columns }) => `
    CREATE INDEX ${name} ON found (${columns.join(', ')});`,
).join('');

/** What is few among many. */
const INDEXES = `
    CREATE INDEX found_by_length ON found (end - start);
    CREATE INDEX found_open ON found (start) WHERE state = 'open';
    CREATE INDEX found_by_review_start ON found (review, start) WHERE review <> 'none';
    CREATE INDEX found_by_review_score ON found (review, score) WHERE review <> 'none';`;

const TRIGGERS = `
    CREATE TRIGGER found_asset_named AFTER INSERT ON found_assets BEGIN
      INSERT INTO found_titles (rowid, text) VALUES (NEW.no, NEW.title);
    END;
    CREATE TRIGGER found_asset_renamed AFTER UPDATE OF title ON found_assets WHEN OLD.title <> NEW.title BEGIN
      UPDATE found_titles SET text = NEW.title WHERE rowid = NEW.no;
    END;
    CREATE TRIGGER found_stream_named AFTER INSERT ON found_streams BEGIN
      INSERT INTO found_names (rowid, text) VALUES (NEW.no, NEW.name);
    END;
    CREATE TRIGGER found_stream_renamed AFTER UPDATE OF name ON found_streams WHEN OLD.name <> NEW.name BEGIN
      UPDATE found_names SET text = NEW.name WHERE rowid = NEW.no;
    END;
    CREATE TRIGGER found_stream_changed AFTER UPDATE OF name, host ON streams
    WHEN OLD.name <> NEW.name OR OLD.host <> NEW.host BEGIN
      UPDATE found_streams SET name = NEW.name, host = NEW.host WHERE id = NEW.id;
    END;
    CREATE TRIGGER found_counted AFTER INSERT ON found BEGIN
      UPDATE found_catalogues SET detections = detections + 1 WHERE no = NEW.catalogue;
      UPDATE found_assets SET detections = detections + 1 WHERE no = NEW.asset;
      UPDATE found_streams SET detections = detections + 1 WHERE no = NEW.stream;
    END;
    CREATE TRIGGER found_new AFTER INSERT ON detections BEGIN
      INSERT OR IGNORE INTO found_catalogues (name) VALUES (NEW.catalogue);
      INSERT OR IGNORE INTO found_assets (catalogue, id, title) VALUES (NEW.catalogue, NEW.asset_id, NEW.title);
      UPDATE found_assets SET title = NEW.title
        WHERE catalogue = NEW.catalogue AND id = NEW.asset_id AND title <> NEW.title;
      INSERT OR IGNORE INTO found_streams (id, name, host)
        SELECT id, name, host FROM streams WHERE id = NEW.stream_id;
      INSERT INTO found (id, catalogue, asset, stream, start, end, score, modality, state, delay)
        SELECT NEW.id, c.no, a.no, s.no, NEW.start, NEW.end, NEW.score, NEW.modality, NEW.state, ${delayIn('NEW')}
        FROM found_catalogues c, found_assets a, found_streams s
        WHERE c.name = NEW.catalogue AND a.catalogue = NEW.catalogue AND a.id = NEW.asset_id AND s.id = NEW.stream_id;
    END;
    CREATE TRIGGER found_changed AFTER UPDATE ON detections BEGIN
      UPDATE found SET start = NEW.start, end = NEW.end, score = NEW.score, modality = NEW.modality,
        state = NEW.state, delay = ${delayIn('NEW')} WHERE id = NEW.id;
      UPDATE found_assets SET title = NEW.title
        WHERE catalogue = NEW.catalogue AND id = NEW.asset_id AND title <> NEW.title;
    END;
    CREATE TRIGGER found_reviewed AFTER INSERT ON reviews BEGIN
      UPDATE found SET review = NEW.verdict WHERE id = NEW.detection_id;
    END;`;

/** What was detected before is found as well. Before indexes and triggers, which would cost several times as much. */
export const FILL = `
    INSERT INTO found_catalogues (name, detections) SELECT catalogue, count(*) FROM detections GROUP BY catalogue;
    INSERT INTO found_assets (catalogue, id, title, detections)
      SELECT catalogue, asset_id, max(title), count(*) FROM detections GROUP BY catalogue, asset_id;
    INSERT INTO found_streams (id, name, host, detections)
      SELECT s.id, s.name, s.host, count(*) FROM streams s JOIN detections d ON d.stream_id = s.id GROUP BY s.id;
    INSERT INTO found_titles (rowid, text) SELECT no, title FROM found_assets;
    INSERT INTO found_names (rowid, text) SELECT no, name FROM found_streams;
    INSERT INTO found (id, catalogue, asset, stream, start, end, score, modality, state, delay)
      SELECT d.id, c.no, a.no, s.no, d.start, d.end, d.score, d.modality, d.state, ${delayIn('d')}
      FROM detections d JOIN found_catalogues c ON c.name = d.catalogue
        JOIN found_assets a ON a.catalogue = d.catalogue AND a.id = d.asset_id
        JOIN found_streams s ON s.id = d.stream_id ORDER BY d.start;`;

/** Indexes of earlier versions held less. */
export const WIDER = `${WALKS.map(
  ({ name }) => `
    DROP INDEX IF EXISTS ${name};`,
).join('')}${WHOLE_ROWS}`;

export const SEARCH = `${TABLES}${FILL}${INDEXES}${TRIGGERS}`;
