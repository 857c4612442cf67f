/** Each stream behind the number of its last change. Numbers grow and are never used again. */
export const STREAM_FEED = `
    CREATE TABLE stream_feed (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE);
    INSERT INTO stream_feed (id) SELECT id FROM streams ORDER BY id;
    CREATE TRIGGER fed_stream_new AFTER INSERT ON streams BEGIN
      INSERT INTO stream_feed (id) VALUES (NEW.id);
    END;
    CREATE TRIGGER fed_stream_renamed AFTER UPDATE OF name, url ON streams BEGIN
      DELETE FROM stream_feed WHERE id = NEW.id;
      INSERT INTO stream_feed (id) VALUES (NEW.id);
    END;`;
