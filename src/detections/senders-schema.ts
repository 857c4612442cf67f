/** Senders of one detection that are kept. */
export const MOST_SENDERS = 32;

const known = `
      INSERT OR IGNORE INTO found_addresses (ip, asn, stream)
        SELECT NEW.ip, NEW.asn, stream FROM found WHERE no = NEW.detection;
      DELETE FROM search_feed WHERE no = NEW.detection;
      INSERT INTO search_feed (no) VALUES (NEW.detection);`;

/**
 * Who sent the stream while a detection went on (asn 0 = not known), and beside it, as those may be many, which streams
 * each sender has sent at all.
 */
export const SENDERS = `
    CREATE TABLE found_senders (
      detection INTEGER NOT NULL, ip TEXT NOT NULL, asn INTEGER NOT NULL, PRIMARY KEY (detection, ip)
    ) WITHOUT ROWID;
    CREATE TABLE found_addresses (
      ip TEXT NOT NULL, asn INTEGER NOT NULL, stream INTEGER NOT NULL, PRIMARY KEY (ip, asn, stream)
    ) WITHOUT ROWID;
    CREATE INDEX found_addresses_by_asn ON found_addresses (asn, stream);
    CREATE TRIGGER found_sender_new AFTER INSERT ON found_senders BEGIN ${known}
    END;
    CREATE TRIGGER found_sender_known AFTER UPDATE OF asn ON found_senders BEGIN ${known}
    END;`;
