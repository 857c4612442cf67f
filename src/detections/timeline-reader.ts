import { type StreamId, streamId, utcMillis } from '../domain/ids.js';
import type { Coverage, CoverageState } from '../domain/ledger.js';
import type { Database, SqlValue } from '../storage/database.js';
import { openStoreDatabase } from './store-database.js';

/** What goes on for longer than this, ms, is rare, and found by its length. */
const LONG = 86_400_000;

/** Which of the streams, start and end (ms since 1970, UTC), which of the assets, score, id, 1 = it is open. */
export type Bar = [number, number, number, number, number, string, number];

/** What a time line shows. */
export interface Bars {
  readonly streams: readonly { readonly id: string; readonly name: string }[];
  readonly assets: readonly { readonly catalogue: string; readonly id: string; readonly title: string }[];
  readonly bars: readonly Bar[];
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

/** Who sent streams: one of these addresses, and one of these networks; absent = whoever. */
export interface StreamSenders {
  readonly ips?: readonly string[] | undefined;
  readonly asns?: readonly number[] | undefined;
}

/** Reads what happened when, beside whoever writes it. */
export class TimelineReader {
  private constructor(private readonly database: Database) {}

  /** Of a store that is there. */
  static open(dataDirectory: string): TimelineReader {
    return new TimelineReader(openStoreDatabase(dataDirectory));
  }

  /** Detections within some time, by their start; at most `limit`. */
  bars({ since, until, streams, asset, catalogues, limit }: BarFilter): Bars {
    const conditions: string[] = [];
    const values: SqlValue[] = [];
    const oneOf = (column: string, table: string, name: string, names: readonly string[]) => {
      conditions.push(
        ` AND ${column} IN (SELECT no FROM ${table} WHERE ${name} IN (SELECT value FROM json_each(?)))`,
      );
      values.push(JSON.stringify(names));
    };
    if (streams) oneOf('stream', 'found_streams', 'id', streams);
    if (asset !== undefined) oneOf('asset', 'found_assets', 'id', [asset]);
    if (catalogues) oneOf('catalogue', 'found_catalogues', 'name', catalogues);
    const more = conditions.join('');
    const columns = 'stream, start, end, asset, score, id, state';
    // Whatever is not long and reaches into the time starts shortly before it.
    const short = `SELECT ${columns} FROM found WHERE start >= ? AND start < ? AND end > ?${more}`;
    const long = `SELECT ${columns} FROM found WHERE end - start > ${LONG} AND start < ? AND end > ?${more}`;
    // As one text: ten thousand rows would take much longer to get out of the database.
    const row = this.database.get<{ bars: string }>(
      `SELECT json_group_array(json_array(stream, start, end, asset, score, id, state = 'open')) AS bars
       FROM (SELECT * FROM (${short} UNION ALL ${long}) ORDER BY start, id LIMIT ?)`,
      ...[since - LONG, until, since, ...values],
      ...[Math.min(until, since - LONG), since, ...values],
      limit,
    );
    return this.#named(JSON.parse(row?.bars ?? '[]') as Bar[]);
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

  /** Ids of streams that one of these addresses, and one of these networks, has sent while something was detected. */
  streamsSentBy({ ips, asns }: StreamSenders): string[] {
    const given = [
      ...(ips ? [{ column: 'ip', values: ips }] : []),
      ...(asns ? [{ column: 'asn', values: asns }] : []),
    ];
    const where = given.map(({ column }) => `a.${column} IN (SELECT value FROM json_each(?))`).join(' AND ');
    return this.#ids(
      `SELECT DISTINCT s.id FROM found_addresses a JOIN found_streams s ON s.no = a.stream WHERE ${where || 'TRUE'}`,
      ...given.map(({ values }) => JSON.stringify(values)),
    );
  }

  /** Ids of streams that something was captured of in [since, until). */
  streamsSeen(since: number, until: number): string[] {
    // Lines of a stream follow each other: the first one that ends later is the first one that begins.
    return this.#ids(
      `SELECT s.id FROM streams s WHERE (
         SELECT c.start FROM coverage c WHERE c.stream_id = s.id AND c.end > ? AND c.state <> 'lost'
         ORDER BY c.end LIMIT 1) < ?`,
      ...[since, until],
    );
  }

  close(): void {
    this.database.close();
  }

  #ids(sql: string, ...values: SqlValue[]): string[] {
    return this.database.all<{ id: string }>(sql, ...values).map(({ id }) => id);
  }

  /** Gives names to what the database has as numbers. */
  #named(bars: readonly Bar[]): Bars {
    const streams = new Numbers(
      this.database.all<{ no: number; id: string; name: string }>('SELECT no, id, name FROM found_streams'),
      ({ id, name }) => ({ id, name }),
    );
    const assets = new Numbers(
      this.database.all<{ no: number; catalogue: string; id: string; title: string }>(
        'SELECT no, catalogue, id, title FROM found_assets WHERE no IN (SELECT value FROM json_each(?))',
        JSON.stringify([...new Set(bars.map((bar) => bar[3]))]),
      ),
      ({ catalogue, id, title }) => ({ catalogue, id, title }),
    );
    const numbered = bars.map(
      ([stream, start, end, asset, score, id, open]): Bar => [
        streams.indexOf(stream),
        start,
        end,
        assets.indexOf(asset),
        score,
        id,
        open,
      ],
    );
    return { bars: numbered, streams: streams.used, assets: assets.used };
  }
}

/** Things of a table that are told apart by their place in a list, those that are asked for. */
class Numbers<R extends { readonly no: number }, T> {
  readonly used: T[] = [];
  readonly #rows: ReadonlyMap<number, R>;
  readonly #places = new Map<number, number>();

  constructor(
    rows: readonly R[],
    private readonly shown: (row: R) => T,
  ) {
    this.#rows = new Map(rows.map((row) => [row.no, row]));
  }

  indexOf(no: number): number {
    const known = this.#places.get(no);
    if (known !== undefined) return known;
    const row = this.#rows.get(no);
    if (!row) throw new Error(`nothing has the number ${no}`);
    const place = this.used.push(this.shown(row)) - 1;
    this.#places.set(no, place);
    return place;
  }
}
