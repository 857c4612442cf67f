import type { Detection } from '../domain/match.js';
import { DatabaseFeed } from '../storage/database-feed.js';
import { type DetectionRow, detectionOf } from './rows.js';
import { openStoreDatabase } from './store-database.js';
import type { DetectionChange } from './tracker.js';

/** Something that happened to a detection. */
export interface NumberedChange {
  /** Grows by one with each change of any detection. */
  readonly number: number;
  readonly change: DetectionChange['type'];
  /** When it was written down, ms since 1970. */
  readonly at: number;
  /** As it is now, which may be more than the change said. */
  readonly detection: Detection;
}

type ChangeRow = DetectionRow & {
  readonly number: number;
  readonly change: string;
  readonly changed_at: number;
};

/** What happens to the detections of a data directory, in order, whichever process writes it. */
export class ChangeFeed extends DatabaseFeed {
  /** Of a store that is there. */
  static open(dataDirectory: string): ChangeFeed {
    return new ChangeFeed(openStoreDatabase(dataDirectory));
  }

  /** Number of the last change; 0 = there was none. */
  get last(): number {
    return this.database.get<{ last: number | null }>('SELECT max(number) AS last FROM changes')?.last ?? 0;
  }

  /** The changes after a number, in order. Of those that are too old nothing is known: the numbers show it. */
  after(number: number, limit: number): NumberedChange[] {
    return this.database
      .all<ChangeRow>(
        `SELECT c.number, c.change, c.at AS changed_at, d.*, s.name AS stream_name, s.url AS stream_url
         FROM (SELECT * FROM changes WHERE number > ? ORDER BY number LIMIT ?) c
         JOIN detections d ON d.id = c.detection_id JOIN streams s ON s.id = d.stream_id ORDER BY c.number`,
        number,
        limit,
      )
      .map((row) => ({
        number: row.number,
        change: row.change as DetectionChange['type'],
        at: row.changed_at,
        detection: detectionOf(row),
      }));
  }
}
