import type { Seconds } from '../../../fingerprints/units.js';
import type { Database } from '../../storage/database.js';
import { FACET_VALUES, type Facet, type FacetValue } from './detection-search.js';
import type { Rows } from './rows.js';

/** Detections that facets are counted over, and rows among which those are looked for. */
const MOST_COUNTED = 5000;
export const COUNTED_AMONG = 8000;

/** Lower ends of the ranges of delays, s. */
const DELAYS = [-1e9, 0, 5, 15, 30, 60, 300, 3600];
const SCORE_RANGES = 10;

/** For each facet what gives a value, its label and its count, from the rows `m`. */
const QUERIES: Readonly<Record<Facet, string>> = {
  asset: `SELECT a.id AS value, a.title AS label, count(*) AS n FROM m JOIN found_assets a ON a.no = m.asset
    GROUP BY m.asset`,
  catalogue: `SELECT c.name AS value, c.name AS label, count(*) AS n FROM m JOIN found_catalogues c
    ON c.no = m.catalogue GROUP BY m.catalogue`,
  stream: `SELECT s.id AS value, s.name AS label, count(*) AS n FROM m JOIN found_streams s ON s.no = m.stream
    GROUP BY m.stream`,
  host: `SELECT s.host AS value, s.host AS label, count(*) AS n FROM m JOIN found_streams s ON s.no = m.stream
    WHERE s.host <> '' GROUP BY s.host`,
  modality: plain('modality'),
  state: plain('state'),
  review: plain('review'),
  score: `SELECT CAST(min(${SCORE_RANGES - 1}, CAST(score * ${SCORE_RANGES} AS INTEGER)) AS TEXT) AS value,
    '' AS label, count(*) AS n FROM m GROUP BY 1`,
  delay: `SELECT CAST(CASE ${[...DELAYS.entries()]
    .slice(1)
    .map(([range, below]) => `WHEN delay < ${below} THEN ${range - 1}`)
    .join(' ')} ELSE ${DELAYS.length - 1} END AS TEXT) AS value, '' AS label, count(*) AS n FROM m
    WHERE delay IS NOT NULL GROUP BY 1`,
  day: `SELECT date(start / 1000, 'unixepoch') AS value, date(start / 1000, 'unixepoch') AS label, count(*) AS n
    FROM m GROUP BY 1`,
};

function plain(column: string): string {
  return `SELECT ${column} AS value, ${column} AS label, count(*) AS n FROM m GROUP BY ${column}`;
}

export interface CountedFacets {
  readonly values: Partial<Record<Facet, readonly FacetValue[]>>;
  readonly counted: number;
  /** There are more than were counted. */
  readonly isCut: boolean;
}

/** Counts the first rows that are wanted, by each facet. */
export function countFacets(database: Database, rows: Rows, facets: readonly Facet[]): CountedFacets {
  const wanted = rows.wanted(MOST_COUNTED + 1, COUNTED_AMONG);
  const counts = facets.map(
    (facet) =>
      `SELECT * FROM (SELECT '${facet}' AS facet, value, label, n FROM (${QUERIES[facet]})
       ORDER BY n DESC, value LIMIT ${FACET_VALUES})`,
  );
  const found = database.all<{ facet: string; value: string; label: string; n: number }>(
    `WITH m AS MATERIALIZED (${wanted.sql})
     ${[...counts, `SELECT '' AS facet, '' AS value, '' AS label, count(*) AS n FROM m`].join(' UNION ALL ')}`,
    ...wanted.values,
  );
  const counted = found.at(-1)?.n ?? 0;
  const values: Partial<Record<Facet, readonly FacetValue[]>> = {};
  for (const facet of facets)
    values[facet] = found
      .filter((row) => row.facet === facet)
      .map(({ value, label, n }) => ({ ...shown(facet, value, label), count: n }));
  return { values, counted, isCut: counted > MOST_COUNTED };
}

/** Number of the range that a score lies in. */
export function scoreRangeOf(score: number): number {
  return Math.min(SCORE_RANGES - 1, Math.floor(score * SCORE_RANGES));
}

/** Number of the range that a delay lies in, s. */
export function delayRangeOf(delay: Seconds): number {
  const next = DELAYS.findIndex((below, range) => range > 0 && delay < below);
  return next < 0 ? DELAYS.length - 1 : next - 1;
}

/** Value and label to be shown; ranges are given by their numbers. */
export function shown(facet: Facet, value: string, label: string): Pick<FacetValue, 'value' | 'label'> {
  if (facet === 'score') {
    const range = Number(value);
    return {
      value: String(range / SCORE_RANGES),
      label: `${range / SCORE_RANGES} – ${(range + 1) / SCORE_RANGES}`,
    };
  }
  if (facet === 'delay') {
    const from = DELAYS[Number(value)]!;
    const to = DELAYS[Number(value) + 1];
    const words = from < 0 ? 'ahead' : to === undefined ? `${from} s and more` : `${from} – ${to} s`;
    return { value: String(from), label: words };
  }
  return { value, label };
}
