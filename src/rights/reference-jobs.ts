import { randomUUID } from 'node:crypto';
import { StreamprintError } from '../domain/errors.js';
import {
  type AssetId,
  assetId,
  type ReferenceId,
  referenceId,
  type UtcMillis,
  utcMillis,
} from '../domain/ids.js';
import type { Database, Row } from '../storage/database.js';
import type { Assets } from './assets.js';

export type JobState = 'waiting' | 'running' | 'done' | 'failed';

/** What is to be registered: a file that was uploaded, or media that is to be fetched. */
export interface NewReferenceJob {
  readonly catalogue: string;
  readonly assetId: AssetId;
  /** Of an asset that is not known yet; null = its id. */
  readonly title: string | null;
  /** What the reference is called: a file's name, an address without what is secret in it. */
  readonly source: string;
  /** Where it is to be fetched; null = it is a file. */
  readonly url: string | null;
  /** Name of the file in the folder of uploads; null = it is to be fetched. */
  readonly file: string | null;
  /** Id of who asked for it. */
  readonly createdBy: string;
}

export interface ReferenceJob extends NewReferenceJob {
  /** Grows from one to the next. */
  readonly number: number;
  readonly id: string;
  readonly state: JobState;
  /** 0..1 */
  readonly progress: number;
  /** How often it was begun. */
  readonly starts: number;
  readonly referenceId: ReferenceId | null;
  /** Why it failed, or what it waits for. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** What a person should know of a reference that was registered. */
  readonly notes: readonly string[];
  readonly createdAt: UtcMillis;
  readonly updatedAt: UtcMillis;
}

export interface JobFilter {
  /** Null = of all. */
  readonly catalogues: readonly string[] | null;
  readonly catalogue?: string;
  readonly assetId?: string;
  readonly state?: JobState;
}

export const REFERENCE_JOBS = `
    CREATE TABLE reference_jobs (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, catalogue TEXT NOT NULL,
      asset_id TEXT NOT NULL, title TEXT, source TEXT NOT NULL, url TEXT, file TEXT, created_by TEXT NOT NULL,
      state TEXT NOT NULL, progress REAL NOT NULL, starts INTEGER NOT NULL, not_before INTEGER NOT NULL,
      reference_id TEXT, error_code TEXT, error_message TEXT, notes TEXT NOT NULL,
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
    );
    CREATE INDEX reference_jobs_by_state ON reference_jobs (state, number);
    CREATE INDEX reference_jobs_by_asset ON reference_jobs (catalogue, asset_id, number);`;

/** Jobs in the order in which they ended, noted by the database itself, with that. Numbers are never given again. */
export const REFERENCE_ENDINGS = `
    CREATE TABLE reference_endings (number INTEGER PRIMARY KEY AUTOINCREMENT, job_id TEXT NOT NULL);
    CREATE TRIGGER reference_job_ended AFTER UPDATE OF state ON reference_jobs
    WHEN NEW.state IN ('done', 'failed') AND OLD.state NOT IN ('done', 'failed') BEGIN
      INSERT INTO reference_endings (job_id) VALUES (NEW.id);
    END;`;

/** Jobs that may wait at once. */
export const MAX_WAITING = 250_000;
/** Those that ended are forgotten after so long, ms. */
const KEEP_MS = 30 * 24 * 3_600_000;

export interface JobRow extends Row {
  number: number;
  id: string;
  catalogue: string;
  asset_id: string;
  title: string | null;
  source: string;
  url: string | null;
  file: string | null;
  created_by: string;
  state: JobState;
  progress: number;
  starts: number;
  reference_id: string | null;
  error_code: string | null;
  error_message: string | null;
  notes: string;
  created_at: number;
  updated_at: number;
}

/** The queue of what is to be registered. What a call has written is durable when it returns. */
export class ReferenceJobs {
  constructor(
    private readonly database: Database,
    private readonly assets: Pick<Assets, 'expect'>,
    private readonly now: () => number,
  ) {}

  /** Not to be called within a transaction. @throws SP_USAGE when too many wait */
  add(job: NewReferenceJob): ReferenceJob {
    return this.database.transaction(() => this.insert(job));
  }

  /** The same within a transaction of the caller's, who writes what else belongs to it. */
  insert(job: NewReferenceJob, id: string = randomUUID()): ReferenceJob {
    const sql = "SELECT count(*) AS n FROM reference_jobs WHERE state = 'waiting'";
    if ((this.database.get<{ n: number }>(sql)?.n ?? 0) >= MAX_WAITING)
      throw new StreamprintError(
        'SP_USAGE',
        `${MAX_WAITING} references wait to be registered: try again later.`,
      );
    this.assets.expect(job.catalogue, job.assetId, job.title ?? job.assetId);
    const at = this.now();
    this.database.run(
      `INSERT INTO reference_jobs (id, catalogue, asset_id, title, source, url, file, created_by, state, progress,
         starts, not_before, notes, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0, 0, '[]', ?, ?)`,
      ...[id, job.catalogue, job.assetId, job.title, job.source, job.url, job.file, job.createdBy, at, at],
    );
    return this.get(id)!;
  }

  get(id: string): ReferenceJob | null {
    const row = this.database.get<JobRow>('SELECT * FROM reference_jobs WHERE id = ?', id);
    return row ? jobOf(row) : null;
  }

  /** The newest first, of those before a number. */
  list(filter: JobFilter, before: number, limit: number): ReferenceJob[] {
    const { catalogues, catalogue = null, assetId: asset = null, state = null } = filter;
    return this.database
      .all<JobRow>(
        `SELECT * FROM reference_jobs
         WHERE number < ? AND (? IS NULL OR catalogue IN (SELECT value FROM json_each(?)))
           AND (? IS NULL OR catalogue = ?) AND (? IS NULL OR asset_id = ?) AND (? IS NULL OR state = ?)
         ORDER BY number DESC LIMIT ?`,
        ...[before, catalogues && 1, catalogues && JSON.stringify(catalogues)],
        ...[catalogue, catalogue, asset, asset, state, state, limit],
      )
      .map(jobOf);
  }

  /** The state of the newest job of an asset; null = there is none. */
  latestOf(catalogue: string, asset: AssetId): JobState | null {
    const sql =
      'SELECT state FROM reference_jobs WHERE catalogue = ? AND asset_id = ? ORDER BY number DESC LIMIT 1';
    return this.database.get<{ state: JobState }>(sql, catalogue, asset)?.state ?? null;
  }

  /** The next that may be begun, which it is with that; null = there is none now. */
  begin(): ReferenceJob | null {
    const at = this.now();
    return this.database.transaction(() => {
      const row = this.database.get<JobRow>(
        `SELECT * FROM reference_jobs WHERE state = 'waiting' AND not_before <= ? ORDER BY number LIMIT 1`,
        at,
      );
      if (!row) return null;
      this.#set(row.id, { state: 'running', starts: row.starts + 1, progress: 0, error_code: null });
      return this.get(row.id);
    });
  }

  progress(id: string, progress: number): void {
    this.#set(id, { progress });
  }

  /**
   * It is tried again after so long, ms, unless it has ended; that it was begun counts no more.
   * @param error what it waits for
   */
  putOff({ id, starts }: ReferenceJob, delay: number, error: ReferenceJob['error']): void {
    if (this.get(id)?.state !== 'running') return;
    const [error_code, error_message] = [error?.code ?? null, error?.message ?? null];
    const not_before = this.now() + delay;
    this.#set(id, { state: 'waiting', starts: starts - 1, not_before, error_code, error_message });
  }

  done(id: string, reference: ReferenceId, notes: readonly string[]): void {
    this.#set(id, {
      state: 'done',
      progress: 1,
      reference_id: reference,
      notes: JSON.stringify(notes),
      error_code: null,
    });
  }

  failed(id: string, error: NonNullable<ReferenceJob['error']>): void {
    this.#set(id, { state: 'failed', error_code: error.code, error_message: error.message });
  }

  /** Those that a process had begun which is no more, wait again. */
  resume(): void {
    this.database.run("UPDATE reference_jobs SET state = 'waiting' WHERE state = 'running'");
  }

  /** Files of jobs that have not ended. */
  files(): Set<string> {
    const rows = this.database.all<{ file: string }>(
      "SELECT file FROM reference_jobs WHERE file IS NOT NULL AND state IN ('waiting', 'running')",
    );
    return new Set(rows.map(({ file }) => file));
  }

  /** Forgets those that ended long ago. */
  prune(): void {
    const old = "SELECT id FROM reference_jobs WHERE state IN ('done', 'failed') AND updated_at < ?";
    const before = this.now() - KEEP_MS;
    this.database.transaction(() => {
      this.database.run(`DELETE FROM reference_endings WHERE job_id IN (${old})`, before);
      this.database.run(`DELETE FROM reference_jobs WHERE id IN (${old})`, before);
    });
  }

  #set(id: string, values: Readonly<Record<string, string | number | null>>): void {
    const names = Object.keys(values);
    this.database.run(
      `UPDATE reference_jobs SET ${names.map((name) => `${name} = ?`).join(', ')}, updated_at = ? WHERE id = ?`,
      ...[...Object.values(values), this.now(), id],
    );
  }
}

export function jobOf(row: JobRow): ReferenceJob {
  return {
    number: row.number,
    id: row.id,
    catalogue: row.catalogue,
    assetId: assetId(row.asset_id),
    title: row.title,
    source: row.source,
    url: row.url,
    file: row.file,
    createdBy: row.created_by,
    state: row.state,
    progress: row.progress,
    starts: row.starts,
    referenceId: row.reference_id === null ? null : referenceId(row.reference_id),
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    notes: JSON.parse(row.notes) as string[],
    createdAt: utcMillis(row.created_at),
    updatedAt: utcMillis(row.updated_at),
  };
}
