import { randomUUID } from 'node:crypto';
import { StreamprintError } from '../domain/errors.js';
import type { Database, Row } from '../storage/database.js';
import type { InputProblem } from './asset-input.js';

export const IMPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];
export type ImportState = 'waiting' | 'running' | 'done' | 'failed';
/** `running`: the asset is there, and its media are being fetched. */
export type ImportRowState = 'running' | 'done' | 'failed';

export interface NewImport {
  readonly id: string;
  readonly catalogue: string;
  readonly format: ImportFormat;
  /** Rows that it has. */
  readonly rows: number;
  readonly createdBy: string;
}

export interface Import extends NewImport {
  readonly number: number;
  readonly state: ImportState;
  readonly done: number;
  readonly failed: number;
  /** Why it could not go on. */
  readonly error: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What became of a row. */
export interface ImportRow {
  /** As a person counts lines in an editor. */
  readonly row: number;
  readonly state: ImportRowState;
  readonly assetId: string | null;
  readonly errors: readonly InputProblem[];
  /** That fetches its media; null = it names none. */
  readonly jobId: string | null;
}

export const IMPORTS = `
    CREATE TABLE imports (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, catalogue TEXT NOT NULL, format TEXT NOT NULL,
      rows INTEGER NOT NULL, created_by TEXT NOT NULL, state TEXT NOT NULL, error TEXT,
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
    );
    CREATE TABLE import_rows (
      import_id TEXT NOT NULL, row INTEGER NOT NULL, asset_id TEXT, errors TEXT NOT NULL, job_id TEXT,
      PRIMARY KEY (import_id, row)
    ) WITHOUT ROWID;
    CREATE INDEX import_rows_by_asset ON import_rows (import_id, asset_id);`;

/** Imports of a catalogue that wait or run. */
const MAX_WAITING = 100;
/** For so long what became of one can be asked for, ms. */
const KEEP_MS = 30 * 24 * 3_600_000;

interface ImportDatabaseRow extends Row {
  number: number;
  id: string;
  catalogue: string;
  format: ImportFormat;
  rows: number;
  created_by: string;
  state: ImportState;
  error: string | null;
  created_at: number;
  updated_at: number;
}

/** A row's state, from that of the job that fetches its media. */
const STATE = `CASE WHEN r.errors <> '[]' OR j.state = 'failed' THEN 'failed'
  WHEN j.state IN ('waiting', 'running') THEN 'running' ELSE 'done' END`;
const ROWS = `SELECT r.row, r.asset_id, r.errors, r.job_id, j.error_message, ${STATE} AS state
  FROM import_rows r LEFT JOIN reference_jobs j ON j.id = r.job_id`;

/** Tables of assets that are taken in, row by row. What a call has written is durable when it returns. */
export class Imports {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  /** @throws SP_CONFLICT when too many of a catalogue wait */
  add({ id, catalogue, format, rows, createdBy }: NewImport): Import {
    const at = this.now();
    const waiting =
      "SELECT count(*) AS n FROM imports WHERE catalogue = ? AND state IN ('waiting', 'running')";
    if ((this.database.get<{ n: number }>(waiting, catalogue)?.n ?? 0) >= MAX_WAITING)
      throw new StreamprintError(
        'SP_CONFLICT',
        `${MAX_WAITING} imports into ${catalogue} wait: try again later.`,
      );
    this.database.run(
      `INSERT INTO imports (id, catalogue, format, rows, created_by, state, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?)`,
      ...[id, catalogue, format, rows, createdBy, at, at],
    );
    return this.get(id)!;
  }

  static newId = (): string => randomUUID();

  get(id: string): Import | null {
    const row = this.database.get<ImportDatabaseRow>('SELECT * FROM imports WHERE id = ?', id);
    return row ? this.#importOf(row) : null;
  }

  /** The newest first, of those before a number. @param catalogues null = of all */
  list(catalogues: readonly string[] | null, before: number, limit: number): Import[] {
    return this.database
      .all<ImportDatabaseRow>(
        `SELECT * FROM imports WHERE number < ? AND (? IS NULL OR catalogue IN (SELECT value FROM json_each(?)))
         ORDER BY number DESC LIMIT ?`,
        ...[before, catalogues && 1, catalogues && JSON.stringify(catalogues), limit],
      )
      .map((row) => this.#importOf(row));
  }

  /** By number, from after one on. @param state null = all */
  rows(id: string, state: ImportRowState | null, after: number, limit: number): ImportRow[] {
    return this.database
      .all<Row>(
        `${ROWS} WHERE r.import_id = ? AND r.row > ? AND (? IS NULL OR ${STATE} = ?) ORDER BY r.row LIMIT ?`,
        ...[id, after, state, state, limit],
      )
      .map((row) => {
        const errors = JSON.parse(String(row.errors)) as InputProblem[];
        const fetching =
          row.error_message === null ? [] : [{ pointer: '/url', detail: String(row.error_message) }];
        return {
          row: Number(row.row),
          state: row.state as ImportRowState,
          assetId: row.asset_id as string | null,
          errors: row.state === 'failed' ? [...errors, ...fetching] : [],
          jobId: row.job_id as string | null,
        };
      });
  }

  /** The first that has not ended; null = there is none. */
  next(): Import | null {
    const row = this.database.get<ImportDatabaseRow>(
      "SELECT * FROM imports WHERE state IN ('waiting', 'running') ORDER BY number LIMIT 1",
    );
    return row ? this.#importOf(row) : null;
  }

  /** Number of the last row of which is known what became of it; 0 = there is none. */
  lastRow(id: string): number {
    const sql = 'SELECT max(row) AS n FROM import_rows WHERE import_id = ?';
    return this.database.get<{ n: number | null }>(sql, id)?.n ?? 0;
  }

  /** The row before that names an asset, and went in; null = there is none. */
  rowOf(id: string, asset: string): number | null {
    const sql = `SELECT min(row) AS n FROM import_rows WHERE import_id = ? AND asset_id = ? AND errors = '[]'`;
    return this.database.get<{ n: number | null }>(sql, id, asset)?.n ?? null;
  }

  /**
   * Notes what became of a row, with what `work` writes for it: both, or neither.
   * @param work returns the id of the job that fetches its media
   */
  note(
    id: string,
    { row, assetId, errors }: Pick<ImportRow, 'row' | 'assetId' | 'errors'>,
    work: () => string | null = () => null,
  ): void {
    this.database.transaction(() => {
      this.database.run(
        'INSERT INTO import_rows VALUES (?, ?, ?, ?, ?)',
        ...[id, row, assetId, JSON.stringify(errors), work()],
      );
    });
  }

  begin(id: string): void {
    this.#set(id, 'running', null);
  }

  end(id: string, error: string | null = null): void {
    this.#set(id, error === null ? 'done' : 'failed', error);
  }

  /** Ids of those that have not ended. */
  unfinished(): Set<string> {
    const rows = this.database.all<{ id: string }>(
      "SELECT id FROM imports WHERE state IN ('waiting', 'running')",
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Forgets those that ended long ago. */
  prune(): void {
    this.database.transaction(() => {
      const old = "SELECT id FROM imports WHERE state IN ('done', 'failed') AND updated_at < ?";
      this.database.run(`DELETE FROM import_rows WHERE import_id IN (${old})`, this.now() - KEEP_MS);
      this.database.run(`DELETE FROM imports WHERE id IN (${old})`, this.now() - KEEP_MS);
    });
  }

  #set(id: string, state: ImportState, error: string | null): void {
    this.database.run(
      'UPDATE imports SET state = ?, error = ?, updated_at = ? WHERE id = ?',
      ...[state, error, this.now(), id],
    );
  }

  #importOf(row: ImportDatabaseRow): Import {
    const counts = this.database.all<{ state: ImportRowState; n: number }>(
      `SELECT ${STATE} AS state, count(*) AS n FROM import_rows r LEFT JOIN reference_jobs j ON j.id = r.job_id
       WHERE r.import_id = ? GROUP BY 1`,
      row.id,
    );
    const countOf = (state: ImportRowState) => counts.find((one) => one.state === state)?.n ?? 0;
    const isFetching = row.state === 'done' && countOf('running') > 0;
    return {
      number: row.number,
      id: row.id,
      catalogue: row.catalogue,
      format: row.format,
      rows: row.rows,
      createdBy: row.created_by,
      state: isFetching ? 'running' : row.state,
      done: countOf('done'),
      failed: countOf('failed'),
      error: row.error,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    };
  }
}
