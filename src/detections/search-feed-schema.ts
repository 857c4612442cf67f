/**
 * What is to be copied to where it is searched: each detection stands behind the number of its last change, so that
 * whoever knows the detections up to a number goes on there. Numbers grow and are never used again. The name of the
 * feed tells copies of one store from those of another; a store that was restored has another one.
 */
export const SEARCH_FEED = `
    CREATE TABLE search_feed_name (name TEXT NOT NULL);
    INSERT INTO search_feed_name VALUES (lower(hex(randomblob(6))));
    CREATE TABLE search_feed (number INTEGER PRIMARY KEY AUTOINCREMENT, no INTEGER NOT NULL UNIQUE);
    INSERT INTO search_feed (no) SELECT no FROM found ORDER BY no;
    CREATE TRIGGER fed_new AFTER INSERT ON found BEGIN
      INSERT INTO search_feed (no) VALUES (NEW.no);
    END;
    CREATE TRIGGER fed_changed AFTER UPDATE ON found BEGIN
      DELETE FROM search_feed WHERE no = NEW.no;
      INSERT INTO search_feed (no) VALUES (NEW.no);
    END;
    CREATE TRIGGER fed_asset_renamed AFTER UPDATE OF title ON found_assets WHEN OLD.title <> NEW.title BEGIN
      DELETE FROM search_feed WHERE no IN (SELECT no FROM found WHERE asset = NEW.no);
      INSERT INTO search_feed (no) SELECT no FROM found WHERE asset = NEW.no ORDER BY no;
    END;
    CREATE TRIGGER fed_stream_changed AFTER UPDATE OF name, url, host ON streams
    WHEN OLD.name <> NEW.name OR OLD.url <> NEW.url OR OLD.host <> NEW.host BEGIN
      DELETE FROM search_feed WHERE no IN (
        SELECT f.no FROM found f JOIN found_streams s ON s.no = f.stream WHERE s.id = NEW.id
      );
      INSERT INTO search_feed (no)
        SELECT f.no FROM found f JOIN found_streams s ON s.no = f.stream WHERE s.id = NEW.id ORDER BY f.no;
    END;`;
