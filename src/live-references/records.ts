import fs from 'node:fs';
import path from 'node:path';
import { assetId } from '../domain/ids.js';
import type { StreamPosition } from '../domain/stream-position.js';
import { Database, type Row } from '../storage/database.js';
import { prepareSchema, type Schema, schemaState } from '../storage/schema.js';
import type { LiveReference } from './live-reference.js';

const SCHEMA: Schema = {
  what: 'list of live references',
  create: `
    CREATE TABLE live (
      catalogue TEXT NOT NULL, asset_id TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL, days REAL NOT NULL,
      position TEXT, captured_by TEXT NOT NULL DEFAULT 'command', paused INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (catalogue, asset_id)
    ) WITHOUT ROWID;`,
  migrations: [
    `ALTER TABLE live ADD COLUMN captured_by TEXT NOT NULL DEFAULT 'command';
     ALTER TABLE live ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;`,
  ],
};

interface LiveRow extends Row {
  catalogue: string;
  asset_id: string;
  title: string;
  url: string;
  days: number;
  position: string | null;
  captured_by: 'command' | 'service';
  paused: number;
}

/** The live references of a data directory, and where their captures stood. Many may have it open. */
export class LiveRecords {
  private constructor(private readonly database: Database) {}

  /** @throws SP_DATA_VERSION */
  static open(dataDirectory: string): LiveRecords {
    const folder = path.resolve(dataDirectory, 'live-references');
    fs.mkdirSync(folder, { recursive: true });
    const database = Database.open(path.join(folder, 'live.db'));
    if (schemaState(database, SCHEMA) !== 'current') prepareSchema(database, SCHEMA);
    return new LiveRecords(database);
  }

  all(): LiveReference[] {
    return this.database.all<LiveRow>('SELECT * FROM live ORDER BY catalogue, asset_id').map(liveOf);
  }

  get(catalogue: string, asset: string): LiveReference | null {
    const row = this.#row(catalogue, asset);
    return row ? liveOf(row) : null;
  }

  /** True when there is one. */
  pause(catalogue: string, asset: string, isPaused: boolean): boolean {
    const sql = 'UPDATE live SET paused = ? WHERE catalogue = ? AND asset_id = ?';
    return this.database.run(sql, Number(isPaused), catalogue, asset) > 0;
  }

  /** Adds one, or changes it: then its capture goes on where it was. */
  put({ catalogue, assetId: asset, title, url, days, capturedBy, isPaused }: LiveReference): void {
    this.database.run(
      `INSERT INTO live (catalogue, asset_id, title, url, days, captured_by, paused) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (catalogue, asset_id) DO UPDATE SET title = excluded.title, url = excluded.url, days = excluded.days,
         captured_by = excluded.captured_by, paused = excluded.paused`,
      ...[catalogue, asset, title, url, days, capturedBy, Number(isPaused)],
    );
  }

  /** True when there was one. */
  remove(catalogue: string, asset: string): boolean {
    return this.database.run('DELETE FROM live WHERE catalogue = ? AND asset_id = ?', catalogue, asset) > 0;
  }

  /** Where its capture stood when it was last noted. */
  positionOf({ catalogue, assetId: asset }: LiveReference): StreamPosition | null {
    const row = this.#row(catalogue, asset);
    return row?.position ? (JSON.parse(row.position) as StreamPosition) : null;
  }

  note({ catalogue, assetId: asset }: LiveReference, position: StreamPosition): void {
    this.database.run(
      'UPDATE live SET position = ? WHERE catalogue = ? AND asset_id = ?',
      JSON.stringify(position),
      catalogue,
      asset,
    );
  }

  close(): void {
    this.database.close();
  }

  #row(catalogue: string, asset: string): LiveRow | undefined {
    const sql = 'SELECT * FROM live WHERE catalogue = ? AND asset_id = ?';
    return this.database.get<LiveRow>(sql, catalogue, asset);
  }
}

function liveOf(row: LiveRow): LiveReference {
  const { catalogue, asset_id: asset, title, url, days, captured_by: capturedBy, paused } = row;
  return { catalogue, assetId: assetId(asset), title, url, days, capturedBy, isPaused: paused === 1 };
}
