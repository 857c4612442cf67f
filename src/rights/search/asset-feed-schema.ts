const next = '(SELECT coalesce(max(number), 0) + 1 FROM asset_feed)';

const put = `
      INSERT INTO asset_feed (catalogue, id, number) VALUES (NEW.catalogue, NEW.id, ${next})
        ON CONFLICT (catalogue, id) DO UPDATE SET number = excluded.number;
      DELETE FROM asset_words
        WHERE rowid = (SELECT no FROM asset_feed WHERE catalogue = NEW.catalogue AND id = NEW.id);
      INSERT INTO asset_words (rowid, text)
        SELECT no, NEW.words FROM asset_feed WHERE catalogue = NEW.catalogue AND id = NEW.id;`;

const worked = (row: 'NEW' | 'OLD') => `
      UPDATE asset_feed SET number = ${next} WHERE catalogue = ${row}.catalogue AND id = ${row}.asset_id;`;

/**
 * What assets are found by, and what is to be copied to where they are searched, kept up by triggers in the
 * transaction that changes one. Each asset that is or was there stands behind the number of its last change; numbers
 * grow and are never used again. The name of the feed tells copies of one store from those of another. Words come
 * folded (domain/words.ts), with spaces between them; `ascii` takes them as they are.
 */
export const ASSET_FEED = `
    ALTER TABLE assets ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
    CREATE INDEX assets_by_title ON assets (title_key);
    CREATE INDEX assets_by_change ON assets (updated_at);
    CREATE INDEX assets_by_id ON assets (id);
    CREATE INDEX assets_by_eidr ON assets (eidr) WHERE eidr IS NOT NULL;
    CREATE INDEX assets_by_isan ON assets (isan) WHERE isan IS NOT NULL;
    CREATE INDEX assets_by_isrc ON assets (isrc) WHERE isrc IS NOT NULL;
    CREATE TABLE asset_feed_name (name TEXT NOT NULL);
    INSERT INTO asset_feed_name VALUES (lower(hex(randomblob(6))));
    CREATE TABLE asset_feed (
      no INTEGER PRIMARY KEY, catalogue TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL UNIQUE,
      UNIQUE (catalogue, id)
    );
    CREATE VIRTUAL TABLE asset_words USING fts5 (text, tokenize = "ascii", prefix = '2 3');
    CREATE TRIGGER asset_fed_new AFTER INSERT ON assets BEGIN ${put}
    END;
    CREATE TRIGGER asset_fed_changed AFTER UPDATE ON assets BEGIN ${put}
    END;
    CREATE TRIGGER asset_fed_removed AFTER DELETE ON assets BEGIN
      DELETE FROM asset_words
        WHERE rowid = (SELECT no FROM asset_feed WHERE catalogue = OLD.catalogue AND id = OLD.id);
      UPDATE asset_feed SET number = ${next} WHERE catalogue = OLD.catalogue AND id = OLD.id;
    END;
    CREATE TRIGGER asset_fed_job AFTER INSERT ON reference_jobs BEGIN ${worked('NEW')}
    END;
    CREATE TRIGGER asset_fed_worked AFTER UPDATE OF state ON reference_jobs WHEN OLD.state <> NEW.state BEGIN
      ${worked('NEW')}
    END;
    CREATE TRIGGER asset_fed_forgotten AFTER DELETE ON reference_jobs BEGIN ${worked('OLD')}
    END;`;
