import type { Database } from './database.js';
import { DatabaseFeed } from './database-feed.js';

/**
 * What a store has, each thing behind the number of its last change, so that whoever knows the things up to a number
 * goes on there. Numbers grow and are never used again. The table is kept up by triggers of the store.
 */
export abstract class NumberedFeed<T extends { readonly number: number }> extends DatabaseFeed {
  /** @param table has a column `number`; `TABLE_name` has the name of the feed */
  protected constructor(
    database: Database,
    private readonly table: string,
  ) {
    super(database);
  }

  /** Those that were changed last after a number, in order. */
  abstract after(number: number, limit: number): T[];

  /** Small letters and digits: tells the copies of this store from those of others. */
  get name(): string {
    return this.database.get<{ name: string }>(`SELECT name FROM ${this.table}_name`)?.name ?? '';
  }

  /** Number of the last change; 0 = there was none. */
  get last(): number {
    const row = this.database.get<{ last: number | null }>(`SELECT max(number) AS last FROM ${this.table}`);
    return row?.last ?? 0;
  }

  /** Number of the change that lies so many things before a number, that one counted; 0 = the beginning. */
  before(number: number, things: number): number {
    const row = this.database.get<{ number: number }>(
      `SELECT number FROM ${this.table} WHERE number <= ? ORDER BY number DESC LIMIT 1 OFFSET ?`,
      ...[number, things],
    );
    return row?.number ?? 0;
  }

  /** How many things were changed last after a number. */
  countAfter(number: number): number {
    const sql = `SELECT count(*) AS n FROM ${this.table} WHERE number > ?`;
    return this.database.get<{ n: number }>(sql, number)?.n ?? 0;
  }
}
