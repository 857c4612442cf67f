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
const DAY_MS = 86_400_000;
/** What has no value of a facet. */
const NONE = '-';

interface Group {
  /** As `KEYS` says it. */
  readonly key: string;
  readonly n: number;
}

/** What the rows of a facet are grouped by: a number or a word, without a space. */
const KEYS: Readonly<Record<Facet, string>> = {
  asset: 'asset',
  catalogue: 'catalogue',
  stream: 'stream',
  host: 'stream',
  modality: 'modality',
  state: 'state',
  review: 'review',
  score: `min(${SCORE_RANGES - 1}, CAST(score * ${SCORE_RANGES} AS INTEGER))`,
  delay: `CASE WHEN delay IS NULL THEN '${NONE}' ${[...DELAYS.entries()]
    .slice(1)
    .map(([range, below]) => `WHEN delay < ${below} THEN ${range - 1}`)
    .join(' ')} ELSE ${DELAYS.length - 1} END`,
  day: `start / ${DAY_MS}`,
};

/** What the groups `g` of numbers are called. */
const NAMES: Readonly<Partial<Record<Facet, string>>> = {
  asset: 'SELECT a.id AS value, a.title AS label, n FROM g CROSS JOIN found_assets a ON a.no = g.no',
  catalogue: 'SELECT c.name AS value, c.name AS label, n FROM g CROSS JOIN found_catalogues c ON c.no = g.no',
  stream: 'SELECT s.id AS value, s.name AS label, n FROM g CROSS JOIN found_streams s ON s.no = g.no',
  host: `SELECT s.host AS value, s.host AS label, sum(n) AS n FROM g CROSS JOIN found_streams s ON s.no = g.no
    WHERE s.host <> '' GROUP BY s.host`,
};

export interface CountedFacets {
  readonly values: Partial<Record<Facet, readonly FacetValue[]>>;
  readonly counted: number;
  /** There are more than were counted. */
  readonly isCut: boolean;
}

/** Counts the first rows that are wanted, by each facet. */
export function countFacets(database: Database, rows: Rows, facets: readonly Facet[]): CountedFacets {
  const wanted = rows.wanted(MOST_COUNTED + 1, COUNTED_AMONG);
  const columns = ["''", ...facets.map((facet) => `(${KEYS[facet]})`)].join(` || ' ' || `);
  // As one text, to be counted here: to group by each facet there takes several times as long.
  const found = database.get<{ n: number; keys: string | null }>(
    `SELECT count(*) AS n, group_concat(${columns}, '') AS keys FROM (${wanted.sql})`,
    ...wanted.values,
  );
  const keys = (found?.keys ?? '').split(' ');
  const values: Partial<Record<Facet, readonly FacetValue[]>> = {};
  for (const [place, facet] of facets.entries())
    values[facet] = mostOf(database, facet, groupsOf(keys, 1 + place, facets.length));
  const counted = found?.n ?? 0;
  return { values, counted, isCut: counted > MOST_COUNTED };
}

/** @param keys of one row after the other, as many as `each` */
function groupsOf(keys: readonly string[], first: number, each: number): Group[] {
  const counts = new Map<string, number>();
  for (let i = first; i < keys.length; i += each) counts.set(keys[i]!, (counts.get(keys[i]!) ?? 0) + 1);
  counts.delete(NONE);
  return [...counts].map(([key, n]) => ({ key, n }));
}

/** The values with the most detections, and of those with as many the first by their names. */
function mostOf(database: Database, facet: Facet, groups: Group[]): FacetValue[] {
  const names = NAMES[facet];
  groups.sort((a, b) => b.n - a.n || (a.key < b.key ? -1 : 1));
  if (names) {
    // Of hosts there are several streams: which are the most is seen when they are summed up.
    const least = facet === 'host' ? 0 : (groups[FACET_VALUES - 1]?.n ?? 0);
    const some = groups.filter(({ n }) => n >= least);
    return database
      .all<{ value: string; label: string; n: number }>(
        `WITH g AS (SELECT value ->> 0 AS no, value ->> 1 AS n FROM json_each(?))
         SELECT * FROM (${names}) ORDER BY n DESC, value LIMIT ${FACET_VALUES}`,
        JSON.stringify(some.map(({ key, n }) => [Number(key), n])),
      )
      .map(({ value, label, n }) => ({ value, label, count: n }));
  }
  return groups.slice(0, FACET_VALUES).map(({ key, n }) => {
    const value = facet === 'day' ? new Date(DAY_MS * Number(key)).toISOString().slice(0, 10) : key;
    return { ...shown(facet, value, value), count: n };
  });
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
