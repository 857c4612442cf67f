import { streamId } from '../domain/ids.js';
import type { StreamInfo } from '../domain/match.js';
import { DatabaseFeed } from '../storage/database-feed.js';
import { openStoreDatabase } from './store-database.js';

export interface RecordedStream {
  /** Of its last change; grows with each change of any stream. */
  readonly number: number;
  readonly stream: StreamInfo;
}

/** Streams that something was ever written down of, whoever wrote it: those that are new, or have another name. */
export class RecordedStreams extends DatabaseFeed {
  /** Of a store that is there, of the newest version. */
  static open(dataDirectory: string): RecordedStreams {
    return new RecordedStreams(openStoreDatabase(dataDirectory));
  }

  /** Those that were changed last after a number, in order. */
  after(number: number): RecordedStream[] {
    return this.database
      .all<{ number: number; id: string; name: string; url: string }>(
        `SELECT f.number, s.id, s.name, s.url FROM stream_feed f CROSS JOIN streams s ON s.id = f.id
         WHERE f.number > ? ORDER BY f.number`,
        number,
      )
      .map((row) => ({
        number: row.number,
        stream: { id: streamId(row.id), name: row.name, url: row.url },
      }));
  }
}
