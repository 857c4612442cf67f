import type { Database } from '../storage/database.js';
import { type JobRow, jobOf, type ReferenceJob } from './reference-jobs.js';

/** A reference job that has ended, well or not. */
export interface ReferenceEnding {
  /** Grows by one with each that ends. */
  readonly number: number;
  readonly job: ReferenceJob;
}

/** Reference jobs in the order in which they ended. */
export class ReferenceEndings {
  /** Only asking tells: the database is this process's own. */
  readonly hasChanged = true;

  constructor(private readonly database: Database) {}

  /** Number of the last that ended, forgotten ones included; 0 = there was none. */
  get last(): number {
    const sql = "SELECT seq FROM sqlite_sequence WHERE name = 'reference_endings'";
    return this.database.get<{ seq: number }>(sql)?.seq ?? 0;
  }

  /** Those after a number, in order. */
  after(number: number, limit: number): ReferenceEnding[] {
    return this.database
      .all<JobRow & { readonly ending: number }>(
        `SELECT e.number AS ending, j.* FROM reference_endings e JOIN reference_jobs j ON j.id = e.job_id
         WHERE e.number > ? ORDER BY e.number LIMIT ?`,
        number,
        limit,
      )
      .map((row) => ({ number: row.ending, job: jobOf(row) }));
  }
}
