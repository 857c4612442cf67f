import path from 'node:path';
import { Database } from '../storage/database.js';

/** What happens to the detection store of a data directory, in the order of its numbers, whichever process writes it. */
export abstract class StoreFeed {
  #seenVersion = -1;

  protected constructor(protected readonly database: Database) {}

  protected static databaseOf(dataDirectory: string): Database {
    return Database.open(path.join(dataDirectory, 'detections', 'detections.db'));
  }

  /** Whether somebody has written to the store since this was asked last; the first time it is so. */
  get hasChanged(): boolean {
    const version = this.database.dataVersion;
    const changed = version !== this.#seenVersion;
    this.#seenVersion = version;
    return changed;
  }

  close(): void {
    this.database.close();
  }
}
