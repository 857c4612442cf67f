import path from 'node:path';
import { type StreamId, streamId, utcMillis } from '../domain/ids.js';
import type { Coverage, CoverageState } from '../domain/ledger.js';
import { Database, type Row, type SqlValue } from '../storage/database.js';

/** What goes on for longer than this, ms, is rare, and found by its length. */
const LONG = 86_400_000;

/** What a time line shows of a detection. Times are ms since 1970 (UTC). */
export interface Bar extends Row {
  readonly id: string;
  readonly stream_id: string;
  readonly catalogue: string;
  readonly asset_id: string;
  readonly title: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly state: string;
}

export interface BarFilter {
  /** What lies in [since, until) in part. */
  readonly since: number;
  readonly until: number;
  /** Absent = all. */
  readonly streams?: readonly string[];
  readonly asset?: string;
  /** Null = all. */
  readonly catalogues: readonly string[] | null;
  readonly limit: number;
}

/** Reads what happened when, beside whoever writes it. */
export class TimelineReader {
  private constructor(private readonly database: Database) {}

  /** Of a store that is there. */
  static open(dataDirectory: string): TimelineReader {
    return new TimelineReader(Database.open(path.join(dataDirectory, 'detections', 'detections.db')));
  }

  /** Detections within some time, by their start; at most `limit`. */
  bars({ since, until, streams, asset, catalogues, limit }: BarFilter): Bar[] {
    const conditions: string[] = [];
    const values: SqlValue[] = [];
    const oneOf = (column: string, names: readonly string[]) => {
      conditions.push(`${column} IN (SELECT value FROM json_each(?))`);
      values.push(JSON.stringify(names));
    };
    if (streams) oneOf('stream_id', streams);
    if (asset !== undefined) oneOf('asset_id', [asset]);
    if (catalogues) oneOf('catalogue', catalogues);
    const more = conditions.map((condition) => ` AND ${condition}`).join('');
    const columns = 'id, stream_id, catalogue, asset_id, title, start, end, score, state';
    // Whatever is not long and reaches into the time starts shortly before it.
    const short = `SELECT ${columns} FROM detections WHERE start >= ? AND start < ? AND end > ?${more}`;
    const long = `SELECT ${columns} FROM detections
      WHERE id IN (SELECT id FROM found WHERE end - start > ${LONG} AND end > ? AND start < ?)${more}`;
    return this.database.all<Bar>(
      `SELECT * FROM (${short} UNION ${long}) ORDER BY start, id LIMIT ?`,
      ...[since - LONG, until, since, ...values],
      ...[since, Math.min(until, since - LONG), ...values],
      limit,
    );
  }

  /** Lines of the ledger of a stream that lie in [since, until) in part, in order; at most `limit`. */
  coverage(stream: StreamId, since: number, until: number, limit: number): Coverage[] {
    return this.database
      .all<{ start: number; end: number; state: string; reason: string }>(
        `SELECT start, end, state, reason FROM coverage
         WHERE stream_id = ? AND end > ? AND start < ? ORDER BY end, start LIMIT ?`,
        ...[stream, since, until, limit],
      )
      .map(({ start, end, state, reason }) => ({
        streamId: streamId(stream),
        time: { start: utcMillis(start), end: utcMillis(end) },
        state: state as CoverageState,
        reason,
      }));
  }

  close(): void {
    this.database.close();
  }
}
