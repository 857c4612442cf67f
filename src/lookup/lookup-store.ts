import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Match, StreamInfo } from '../domain/match.js';
import { Database, type SqlValue } from '../storage/database.js';
import { prepareSchema, type Schema } from '../storage/schema.js';

/** Times are milliseconds since 1970 (UTC). */
const SCHEMA: Schema = {
  what: 'list of look-ups',
  create: `
    CREATE TABLE lookups (
      no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT, name TEXT NOT NULL, url TEXT, file TEXT,
      state TEXT NOT NULL, starts INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, ended_at INTEGER,
      error_code TEXT, error TEXT, result TEXT
    );
    CREATE INDEX lookups_to_do ON lookups (no) WHERE state IN ('waiting', 'running');`,
  migrations: [],
};

/** A clip that is looked up. */
export interface Lookup {
  readonly id: string;
  /** Whose it is; null = of those who are over all tenants. */
  readonly tenant: string | null;
  /** As it is to be called. */
  readonly name: string;
  /** Where it is to be had; null = it was uploaded. */
  readonly url: string | null;
  /** Its name in the folder of clips; null = it is not there yet, or no longer. */
  readonly file: string | null;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly result: LookupResult | null;
}

/** Where a clip ran on a stream. Times are ms since 1970. */
export interface SeenClip {
  readonly stream: StreamInfo;
  readonly start: number;
  readonly end: number;
  readonly match: Match;
}

export interface LookupResult {
  /** s */
  readonly duration: number;
  /** What of the catalogue is in it. */
  readonly matches: readonly Match[];
  /** On which streams it ran. */
  readonly streams: readonly SeenClip[];
  readonly notes: readonly string[];
}

/** What ended so many processes is not begun again. */
const MAX_STARTS = 3;
/** Results are kept for so long, ms, and so many of them. */
const KEPT_MS = 7 * 86_400_000;
const MOST_KEPT = 1000;
/** What one tenant may have waiting. */
export const MOST_WAITING = 20;

type Row = {
  readonly [column: string]: SqlValue;
  readonly id: string;
  readonly tenant: string | null;
  readonly name: string;
  readonly url: string | null;
  readonly file: string | null;
  readonly state: string;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly error_code: string | null;
  readonly error: string | null;
  readonly result: string | null;
};

/** Clips that are looked up, and what was found: what was accepted is worked on, whatever becomes of the process. */
export class LookupStore {
  private constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  /** DATA/lookups/lookups.db. @throws SP_DATA_VERSION */
  static open(dataDirectory: string, now: () => number): LookupStore {
    const folder = path.resolve(dataDirectory, 'lookups');
    fs.mkdirSync(folder, { recursive: true });
    const database = Database.open(path.join(folder, 'lookups.db'));
    prepareSchema(database, SCHEMA);
    return new LookupStore(database, now);
  }

  close(): void {
    this.database.close();
  }

  add(stated: Pick<Lookup, 'tenant' | 'name' | 'url' | 'file'>): Lookup {
    const id = randomUUID();
    const { tenant, name, url, file } = stated;
    this.database.run(
      "INSERT INTO lookups (id, tenant, name, url, file, state, created_at) VALUES (?, ?, ?, ?, ?, 'waiting', ?)",
      ...[id, tenant, name, url, file, this.now()],
    );
    return this.get(id)!;
  }

  get(id: string): Lookup | null {
    const row = this.database.get<Row>('SELECT * FROM lookups WHERE id = ?', id);
    return row ? lookupOf(row) : null;
  }

  /** How many of a tenant are not done yet. */
  waitingOf(tenant: string | null): number {
    const sql = "SELECT count(*) AS n FROM lookups WHERE state IN ('waiting', 'running') AND tenant IS ?";
    return this.database.get<{ n: number }>(sql, tenant)?.n ?? 0;
  }

  /** What a process before this one had begun, begins anew. */
  resume(): void {
    this.database.run(
      `UPDATE lookups SET state = 'failed', ended_at = ?, error_code = 'SP_DECODER_DIED',
         error = 'The service ended several times while it looked this clip up.'
       WHERE state = 'running' AND starts >= ?`,
      ...[this.now(), MAX_STARTS],
    );
    this.database.run("UPDATE lookups SET state = 'waiting' WHERE state = 'running'");
  }

  /** The next one, which is running from now on; null = there is none. */
  begin(): Lookup | null {
    return this.database.transaction(() => {
      const row = this.database.get<Row>("SELECT * FROM lookups WHERE state = 'waiting' ORDER BY no LIMIT 1");
      if (!row) return null;
      this.database.run("UPDATE lookups SET state = 'running', starts = starts + 1 WHERE id = ?", row.id);
      return { ...lookupOf(row), state: 'running' };
    });
  }

  done(id: string, result: LookupResult): void {
    this.database.run(
      "UPDATE lookups SET state = 'done', ended_at = ?, result = ?, file = NULL WHERE id = ?",
      ...[this.now(), JSON.stringify(result), id],
    );
    this.#prune();
  }

  failed(id: string, code: string, message: string): void {
    this.database.run(
      "UPDATE lookups SET state = 'failed', ended_at = ?, error_code = ?, error = ?, file = NULL WHERE id = ?",
      ...[this.now(), code, message, id],
    );
    this.#prune();
  }

  /** Files that are still needed. */
  files(): Set<string> {
    const rows = this.database.all<{ file: string }>('SELECT file FROM lookups WHERE file IS NOT NULL');
    return new Set(rows.map(({ file }) => file));
  }

  #prune(): void {
    this.database.run(
      `DELETE FROM lookups WHERE state IN ('done', 'failed') AND (created_at < ? OR no <= (
         SELECT no FROM lookups ORDER BY no DESC LIMIT 1 OFFSET ?))`,
      ...[this.now() - KEPT_MS, MOST_KEPT],
    );
  }
}

function lookupOf(row: Row): Lookup {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    url: row.url,
    file: row.file,
    state: row.state as Lookup['state'],
    createdAt: row.created_at,
    endedAt: row.ended_at,
    error: row.error === null ? null : { code: row.error_code ?? '', message: row.error },
    result: row.result === null ? null : (JSON.parse(row.result) as LookupResult),
  };
}
