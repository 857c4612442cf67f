import type { Database } from './database.js';

/** What happens in a database, in the order of its numbers, whichever process writes it. */
export abstract class DatabaseFeed {
  #seenVersion = -1;

  protected constructor(protected readonly database: Database) {}

  /** Whether somebody has written since this was asked last; the first time it is so. */
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
