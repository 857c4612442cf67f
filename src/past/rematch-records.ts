import fs from 'node:fs';
import path from 'node:path';
import type { SeenMatch } from '../detections/tracker.js';
import type { ReferenceId } from '../domain/ids.js';
import type { StreamInfo } from '../domain/match.js';
import { Database } from '../storage/database.js';
import { prepareSchema, type Schema, schemaState } from '../storage/schema.js';
import { PastLayout } from './layout.js';

const SCHEMA: Schema = {
  what: 'record of what was asked of the past',
  create: `
    CREATE TABLE asked (reference_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE waiting (
      stream_id TEXT NOT NULL, reference_id TEXT NOT NULL, start INTEGER NOT NULL, found TEXT NOT NULL,
      PRIMARY KEY (stream_id, reference_id, start)
    ) WITHOUT ROWID;`,
  migrations: [],
};

/** A match that waits until a detection that it touches is closed. */
export interface WaitingMatch {
  readonly stream: StreamInfo;
  readonly seen: SeenMatch;
}

/** Which references the past was asked for, and what was found and could not be entered yet. Many may have it open. */
export class RematchRecords {
  private constructor(private readonly database: Database) {}

  /** @throws SP_DATA_VERSION */
  static open(dataDirectory: string): RematchRecords {
    const { root } = new PastLayout(dataDirectory);
    fs.mkdirSync(root, { recursive: true });
    const database = Database.open(path.join(root, 'rematch.db'));
    if (schemaState(database, SCHEMA) !== 'current') prepareSchema(database, SCHEMA);
    return new RematchRecords(database);
  }

  asked(): Set<ReferenceId> {
    const rows = this.database.all<{ reference_id: ReferenceId }>('SELECT reference_id FROM asked');
    return new Set(rows.map((row) => row.reference_id));
  }

  markAsked(references: readonly ReferenceId[], at: number): void {
    this.database.transaction(() => {
      for (const id of references) this.database.run('INSERT OR REPLACE INTO asked VALUES (?, ?)', id, at);
    });
  }

  /** Forgets references that are no longer there. */
  keepOnly(known: ReadonlySet<ReferenceId>): void {
    const gone = [...this.asked()].filter((id) => !known.has(id));
    if (gone.length === 0) return;
    this.database.transaction(() => {
      for (const id of gone) this.database.run('DELETE FROM asked WHERE reference_id = ?', id);
    });
  }

  wait({ stream, seen }: WaitingMatch): void {
    this.database.run(
      'INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?)',
      stream.id,
      seen.match.referenceId,
      seen.time.start,
      JSON.stringify({ stream, seen }, (_, value) => (Math.abs(value) === Infinity ? String(value) : value)),
    );
  }

  waiting(): WaitingMatch[] {
    return this.database
      .all<{ found: string }>('SELECT found FROM waiting ORDER BY stream_id, start')
      .map(({ found }) => JSON.parse(found, (_, value) => ENDLESS.get(value) ?? value) as WaitingMatch);
  }

  settled({ stream, seen }: WaitingMatch): void {
    this.database.run(
      'DELETE FROM waiting WHERE stream_id = ? AND reference_id = ? AND start = ?',
      stream.id,
      seen.match.referenceId,
      seen.time.start,
    );
  }

  close(): void {
    this.database.close();
  }
}

/** JSON has no word for them. */
const ENDLESS: ReadonlyMap<unknown, number> = new Map([
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
