import fs from 'node:fs/promises';
import path from 'node:path';
import { type AssetId, assetId, type UtcMillis, utcMillis } from '../domain/ids.js';
import type { Database, Row } from '../storage/database.js';
import { codeOf } from '../storage/disk-errors.js';
import { syncDirectory, syncFile } from '../storage/durable-files.js';
import type { ReferenceJob, ReferenceJobs } from './reference-jobs.js';

/** What a file is that is being uploaded. */
export interface NewUpload {
  readonly id: string;
  readonly catalogue: string;
  readonly assetId: AssetId;
  readonly title: string | null;
  /** As its owner calls it; never part of a path. */
  readonly fileName: string;
  /** bytes */
  readonly size: number;
  readonly createdBy: string;
}

export interface Upload extends NewUpload {
  readonly createdAt: UtcMillis;
  /** That registers it, when it is whole; null = it is not. */
  readonly jobId: string | null;
}

export const UPLOADS = `
    CREATE TABLE uploads (
      id TEXT PRIMARY KEY, catalogue TEXT NOT NULL, asset_id TEXT NOT NULL, title TEXT, file_name TEXT NOT NULL,
      size INTEGER NOT NULL, created_by TEXT NOT NULL, created_at INTEGER NOT NULL, job_id TEXT
    ) WITHOUT ROWID;
    CREATE INDEX uploads_by_catalogue ON uploads (catalogue) WHERE job_id IS NULL;`;

/** Uploads of a catalogue that are not whole. */
export const MAX_UNFINISHED = 1000;
/** For so long one that is whole can be asked for, ms. */
const KEEP_MS = 30 * 24 * 3_600_000;
const SWEEP_EVERY_MS = 600_000;

interface UploadRow extends Row {
  id: string;
  catalogue: string;
  asset_id: string;
  title: string | null;
  file_name: string;
  size: number;
  created_by: string;
  created_at: number;
  job_id: string | null;
}

export interface UploadsOptions {
  readonly database: Database;
  readonly jobs: ReferenceJobs;
  /** Where their files lie, by their ids. */
  readonly folder: string;
  /** What is not whole so long after it was begun is deleted, ms. */
  readonly keepUnfinished: number;
  readonly now: () => number;
  /** Told that there is a new job. */
  readonly onJob: () => void;
}

/** Files that are being uploaded, and what becomes of them: one that is whole becomes a job that registers it, once. */
export class Uploads {
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: UploadsOptions) {}

  /** Takes what is whole and has no job yet, as a process that was killed leaves it; deletes what nobody needs. */
  async start(): Promise<void> {
    await fs.mkdir(this.options.folder, { recursive: true });
    for (const upload of this.#unfinished()) await this.finish(upload.id);
    await this.#deleteLeftovers();
    await this.sweep();
    this.#timer = setInterval(() => {
      // What cannot be deleted now is deleted later.
      this.sweep().catch(() => undefined);
    }, SWEEP_EVERY_MS);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  fileOf(id: string): string {
    return path.join(this.options.folder, path.basename(id));
  }

  expiresAt({ createdAt, jobId }: Upload): number | null {
    return jobId === null ? createdAt + this.options.keepUnfinished : null;
  }

  get(id: string): Upload | null {
    const row = this.options.database.get<UploadRow>('SELECT * FROM uploads WHERE id = ?', id);
    return row ? uploadOf(row) : null;
  }

  /** How many of a catalogue are not whole. */
  countUnfinished(catalogue: string): number {
    const sql = 'SELECT count(*) AS n FROM uploads WHERE catalogue = ? AND job_id IS NULL';
    return this.options.database.get<{ n: number }>(sql, catalogue)?.n ?? 0;
  }

  add(upload: NewUpload): void {
    this.options.database.run(
      'INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)',
      ...[upload.id, upload.catalogue, upload.assetId, upload.title, upload.fileName, upload.size],
      ...[upload.createdBy, this.options.now()],
    );
  }

  /** How much of it is there, bytes. */
  async offsetOf({ id, size, jobId }: Upload): Promise<number> {
    if (jobId !== null) return size;
    try {
      return (await fs.stat(this.fileOf(id))).size;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return 0;
      throw error;
    }
  }

  /**
   * Makes the job of one that is whole, if there is none; the file survives a loss of power by then.
   * @returns null = it is not whole
   */
  async finish(id: string): Promise<ReferenceJob | null> {
    const { database, jobs, onJob } = this.options;
    const upload = this.get(id);
    if (!upload) return null;
    if (upload.jobId !== null) return jobs.get(upload.jobId);
    if ((await this.offsetOf(upload)) !== upload.size) return null;
    syncFile(this.fileOf(id));
    syncDirectory(this.options.folder);
    const job = database.transaction(() => {
      const known = this.get(id)?.jobId;
      if (known) return jobs.get(known);
      const { catalogue, assetId: asset, title, fileName, createdBy } = upload;
      const made = jobs.insert({
        catalogue,
        assetId: asset,
        title,
        source: fileName,
        url: null,
        file: id,
        createdBy,
      });
      database.run('UPDATE uploads SET job_id = ? WHERE id = ?', made.id, id);
      return made;
    });
    onJob();
    return job;
  }

  /** Takes one away that is not whole. */
  async remove(id: string): Promise<void> {
    this.options.database.run('DELETE FROM uploads WHERE id = ? AND job_id IS NULL', id);
    if (!this.get(id)) await fs.rm(this.fileOf(id), { force: true });
  }

  /** Deletes those that were begun too long ago, and forgets those that have been whole for long. */
  async sweep(): Promise<void> {
    const { database, keepUnfinished, now } = this.options;
    for (const { id, createdAt } of this.#unfinished())
      if (createdAt < now() - keepUnfinished) await this.remove(id);
    database.run('DELETE FROM uploads WHERE job_id IS NOT NULL AND created_at < ?', now() - KEEP_MS);
  }

  /** Files that neither an upload nor a job speaks of. */
  async #deleteLeftovers(): Promise<void> {
    const needed = this.options.jobs.files();
    for (const { id } of this.#unfinished()) needed.add(id);
    for (const name of await fs.readdir(this.options.folder))
      if (!needed.has(name))
        await fs.rm(path.join(this.options.folder, name), { force: true, recursive: true });
  }

  #unfinished(): Upload[] {
    return this.options.database.all<UploadRow>('SELECT * FROM uploads WHERE job_id IS NULL').map(uploadOf);
  }
}

function uploadOf(row: UploadRow): Upload {
  return {
    id: row.id,
    catalogue: row.catalogue,
    assetId: assetId(row.asset_id),
    title: row.title,
    fileName: row.file_name,
    size: row.size,
    createdBy: row.created_by,
    createdAt: utcMillis(row.created_at),
    jobId: row.job_id,
  };
}
