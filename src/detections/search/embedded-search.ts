import type { DetectionId } from '../../domain/ids.js';
import type { Database } from '../../storage/database.js';
import type { ReviewState } from '../review.js';
import { type DetectionRow, detectionOf } from '../rows.js';
import { openStoreDatabase } from '../store-database.js';
import type {
  DetectionPage,
  DetectionQuery,
  Facet,
  Facets,
  FoundDetection,
  PageWanted,
  Sort,
  Total,
} from './detection-search.js';
import { COUNTED_AMONG, countFacets } from './facets.js';
import { type Resolved, resolve } from './filters.js';
import { EXAMINED, orderOf, type Place, type Rows, readPlace, rowsOf, writePlace } from './rows.js';

type FoundRow = DetectionRow & {
  readonly no: number;
  readonly host: string;
  readonly review: string;
};

const COLUMNS = 'f.no, f.review, s.host, d.*, s.name AS stream_name, s.url AS stream_url';
/** In this order: not for all that there are. */
const JOINED = 'found f CROSS JOIN detections d ON d.id = f.id CROSS JOIN streams s ON s.id = d.stream_id';

/** Looks at this many bytes of the database without reading them anew. */
const CACHE_KIB = 64 * 1024;

/**
 * Search in the embedded store, each call in one go: what takes long is bounded by rows looked at. Reads beside the
 * one who writes. `threaded-search.ts` takes it off the main thread.
 */
export class EmbeddedSearch {
  private constructor(private readonly database: Database) {}

  /** The store must be there, of the newest version: whoever writes it opens it first. */
  static open(dataDirectory: string): EmbeddedSearch {
    const database = openStoreDatabase(dataDirectory);
    database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    return new EmbeddedSearch(database);
  }

  close(): void {
    this.database.close();
  }

  page(query: DetectionQuery, { sort, limit, after }: PageWanted): DetectionPage {
    const place = after === null ? null : readPlace(sort, after);
    return this.#atOnce(query, { items: [], next: null }, (resolved) => {
      const rows = rowsOf(this.database, resolved, sort, place);
      const wanted = rows.wanted(limit + 1, EXAMINED);
      const { key, isFalling } = orderOf(sort);
      const way = isFalling ? 'DESC' : 'ASC';
      const found = this.database.all<FoundRow>(
        `SELECT ${COLUMNS} FROM (${wanted.sql}) w CROSS JOIN ${JOINED} WHERE f.no = w.no
         ORDER BY f.${key} ${way}, f.no ${way}`,
        ...wanted.values,
      );
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const next =
        found.length > limit && last
          ? { key: last[key], no: last.no }
          : this.#examinedTo(rows, key, EXAMINED);
      return { items: items.map(foundOf), next: next && writePlace(sort, next) };
    });
  }

  total(query: DetectionQuery): Total {
    return this.#atOnce(query, { count: 0, isExact: true }, (resolved) => {
      const known = knownTotal(this.database, resolved);
      if (known !== null) return { count: known, isExact: true };
      const rows = rowsOf(this.database, resolved, '-start', null);
      const { sql, values } = rows.counted(COUNTED_AMONG + 1);
      const counted = this.database.get<{ rows: number; n: number }>(sql, ...values);
      const { rows: among = 0, n = 0 } = counted ?? {};
      return { count: Math.min(n, COUNTED_AMONG), isExact: among <= COUNTED_AMONG };
    });
  }

  facets(query: DetectionQuery, sort: Sort, facets: readonly Facet[]): Facets {
    const values = Object.fromEntries(facets.map((facet) => [facet, []]));
    const none: Facets = { values, counted: 0, isComplete: true };
    return this.#atOnce(query, none, (resolved) => {
      const rows = rowsOf(this.database, resolved, sort, null);
      const { values, counted, isCut } = countFacets(this.database, rows, facets);
      return {
        values,
        counted,
        isComplete: !isCut && this.#examinedTo(rows, orderOf(sort).key, COUNTED_AMONG) === null,
      };
    });
  }

  get(visible: DetectionQuery['visible'], id: DetectionId): FoundDetection | null {
    const row = this.database.get<FoundRow>(`SELECT ${COLUMNS} FROM ${JOINED} WHERE f.id = ?`, id);
    return row && (visible === null || visible.includes(row.catalogue)) ? foundOf(row) : null;
  }

  /** The last row that was looked at, where there are more behind it. */
  #examinedTo(rows: Rows, key: 'start' | 'score', examined: number): Place | null {
    if (!rows.isWalk) return null;
    const { sql, values } = rows.candidates(examined + 1);
    const [last, more] = this.database.all<{ start: number; score: number; no: number }>(
      `SELECT start, score, no FROM (${sql}) LIMIT 2 OFFSET ${examined - 1}`,
      ...values,
    );
    return last && more ? { key: last[key], no: last.no } : null;
  }

  /** All of it is of one moment. */
  #atOnce<T>(query: DetectionQuery, nothing: T, work: (resolved: Resolved) => T): T {
    return this.database.snapshot(() => {
      const resolved = resolve(this.database, query);
      return resolved ? work(resolved) : nothing;
    });
  }
}

/** What is counted all the time: detections of assets, streams or catalogues; null = something else is asked. */
function knownTotal(database: Database, { query, catalogues, assets, streams }: Resolved): number | null {
  const { visible: _, catalogues: __, assets: ___, streams: ____, hosts: _____, ...others } = query;
  if (Object.values(others).some((value) => value !== undefined)) return null;
  if (streams) return assets || catalogues ? null : streams.detections;
  if (assets) return assets.detections;
  if (catalogues) return catalogues.detections;
  return database.get<{ n: number | null }>('SELECT sum(detections) AS n FROM found_catalogues')?.n ?? 0;
}

function foundOf(row: FoundRow): FoundDetection {
  return { detection: detectionOf(row), host: row.host, review: row.review as ReviewState };
}
