import fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import Libsql from 'libsql';
import { diskError } from './disk-errors.js';
import { syncDirectory, syncFile, UNFINISHED } from './durable-files.js';

export type SqlValue = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

/** How long a statement waits for another process that is committing, ms. */
const BUSY_TIMEOUT = 5000;
/** Statements that are kept prepared; beyond, the one that was prepared first goes. */
const MOST_STATEMENTS = 500;

type Statement = Libsql.Statement<unknown[]>;

/**
 * One connection to an SQLite file: synchronous, in WAL mode (readers beside a writer), every commit synced.
 * The one place that knows which library is underneath.
 * Methods throw SP_DISK_FULL and SP_DATA_CORRUPT; other SqliteErrors are programmer errors and pass.
 */
export class Database {
  private readonly connection: Libsql.Database;
  private readonly directory: string;
  private readonly statements = new Map<string, Statement>();

  private constructor(readonly path: string) {
    this.directory = dirname(path);
    this.connection = new Libsql(path, { timeout: BUSY_TIMEOUT });
  }

  /** Opens a database, creating it when it is missing; its folder must be there. */
  static open(file: string): Database {
    const absolute = resolve(file);
    fs.accessSync(dirname(absolute));
    const database = new Database(absolute);
    database.guard(() => database.connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL'));
    return database;
  }

  /** Runs statements without parameters. */
  exec(sql: string): void {
    this.guard(() => this.connection.exec(sql));
  }

  /** Runs one statement; returns the number of rows that it changed. */
  run(sql: string, ...parameters: SqlValue[]): number {
    return this.guard(() => this.statement(sql).run(parameters).changes);
  }

  all<T extends Row>(sql: string, ...parameters: SqlValue[]): T[] {
    return this.guard(() => this.statement(sql).all(parameters).map(rowOf)) as T[];
  }

  get<T extends Row>(sql: string, ...parameters: SqlValue[]): T | undefined {
    return this.all<T>(sql, ...parameters)[0];
  }

  /** All that `work` writes, or, when it throws, nothing. Not to be nested. */
  transaction<T>(work: () => T): T {
    return this.within('BEGIN IMMEDIATE', work);
  }

  /** All that `work` reads is of one moment. Not to be nested. */
  snapshot<T>(work: () => T): T {
    return this.within('BEGIN', work);
  }

  /** Changes when another connection has committed. */
  get dataVersion(): number {
    return this.pragma('data_version');
  }

  /** The number that the owner of the schema keeps in the file; 0 in a new one. */
  get userVersion(): number {
    return this.pragma('user_version');
  }

  /** Bytes that the database takes, its log left out. */
  get bytes(): number {
    return this.pragma('page_count') * this.pragma('page_size');
  }

  /** Writes a copy, consistent and whole, beside the database. */
  copyTo(file: string): void {
    const aside = file + UNFINISHED;
    fs.rmSync(aside, { force: true });
    this.run('VACUUM INTO ?', aside);
    syncFile(aside);
    fs.renameSync(aside, file);
    syncDirectory(dirname(file));
  }

  close(): void {
    if (!this.connection.open) return;
    // The library lets go of the file when the last statement is collected.
    this.statements.clear();
    this.connection.close();
  }

  private within<T>(begin: string, work: () => T): T {
    this.exec(begin);
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if (this.connection.inTransaction) this.exec('ROLLBACK');
      throw error;
    }
  }

  private pragma(name: string): number {
    const row = this.get<Record<string, number>>(`PRAGMA ${name}`);
    return Object.values(row ?? {})[0] ?? 0;
  }

  private statement(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.connection.prepare(sql);
      this.statements.set(sql, statement);
      const [oldest] = this.statements.keys();
      if (this.statements.size > MOST_STATEMENTS && oldest !== undefined) this.statements.delete(oldest);
    }
    return statement;
  }

  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw diskError(this.directory, error);
    }
  }
}

/** The library gives blobs as ArrayBuffers. In place: most rows have none, and a copy costs as much as the row. */
function rowOf(row: unknown): Row {
  const values = row as Record<string, SqlValue | ArrayBuffer>;
  for (const name in values) {
    const value = values[name];
    if (value instanceof ArrayBuffer) values[name] = new Uint8Array(value);
  }
  return values as Row;
}
