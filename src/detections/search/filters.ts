import type { Database, SqlValue } from '../../storage/database.js';
import { type DetectionQuery, wordsOf } from './detection-search.js';

/** What a word is in: so many titles and names at most are asked one by one. */
export const FEW = 32;

/** A condition on rows of `found`. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Numbers of assets, streams or catalogues, and how many detections those have together. */
export interface Numbers {
  readonly numbers: readonly number[];
  readonly detections: number;
}

/** A word, and where it is, if that is in few titles and names. */
export interface Word {
  readonly match: string;
  readonly few: { readonly assets: Numbers; readonly streams: Numbers } | null;
}

/** A query in the numbers of its database. */
export interface Resolved {
  readonly query: DetectionQuery;
  /** Null = whichever. Assets are given only where they may be seen. */
  readonly catalogues: Numbers | null;
  readonly assets: Numbers | null;
  readonly streams: Numbers | null;
  readonly words: readonly Word[];
}

/** @returns null where nothing can be found */
export function resolve(database: Database, query: DetectionQuery): Resolved | null {
  const names = visibleOf(query);
  const catalogues = names && numbersOf(database, CATALOGUES, [json(names)]);
  const assets = query.assets
    ? numbersOf(database, ASSETS, [json(query.assets), names ? json(names) : null])
    : null;
  const streams =
    query.streams || query.hosts || query.ips || query.asns
      ? numbersOf(
          database,
          STREAMS,
          [query.streams, query.hosts, query.ips, query.asns].map((values) => jsonOrNull(values)),
        )
      : null;
  if ([catalogues, assets, streams].some((some) => some?.numbers.length === 0)) return null;
  const words = query.text === undefined ? [] : wordsOf(query.text).map((word) => wordIn(database, word));
  const isNowhere = ({ few }: Word) =>
    few !== null && few.assets.numbers.length + few.streams.numbers.length === 0;
  if (words.some(isNowhere) || (query.text !== undefined && words.length === 0)) return null;
  return { query, catalogues, assets, streams, words };
}

/** Of the catalogues asked for those that may be seen; null = all. */
function visibleOf({ visible, catalogues }: DetectionQuery): readonly string[] | null {
  if (!visible || !catalogues) return visible ?? catalogues ?? null;
  return catalogues.filter((name) => visible.includes(name));
}

const CATALOGUES =
  'SELECT no, detections FROM found_catalogues WHERE name IN (SELECT value FROM json_each(?))';
const ASSETS = `SELECT no, detections FROM found_assets WHERE id IN (SELECT value FROM json_each(?1))
  AND (?2 IS NULL OR catalogue IN (SELECT value FROM json_each(?2)))`;
const STREAMS = `SELECT no, detections FROM found_streams
  WHERE (?1 IS NULL OR id IN (SELECT value FROM json_each(?1)))
  AND (?2 IS NULL OR host IN (SELECT value FROM json_each(?2)))
  AND (?3 IS NULL OR no IN (
    SELECT stream FROM found_addresses WHERE ip IN (SELECT value FROM json_each(?3))))
  AND (?4 IS NULL OR no IN (
    SELECT stream FROM found_addresses WHERE asn IN (SELECT value FROM json_each(?4))))`;

function numbersOf(database: Database, sql: string, values: readonly SqlValue[]): Numbers {
  const rows = database.all<{ no: number; detections: number }>(sql, ...values);
  return {
    numbers: rows.map(({ no }) => no),
    detections: rows.reduce((sum, { detections }) => sum + detections, 0),
  };
}

function wordIn(database: Database, word: string): Word {
  const match = `"${word}"*`;
  const within = (words: string, of: string) =>
    numbersOf(
      database,
      `SELECT no, detections FROM ${words} CROSS JOIN ${of} ON no = ${words}.rowid WHERE ${words} MATCH ? LIMIT ${FEW + 1}`,
      [match],
    );
  const assets = within('found_titles', 'found_assets');
  const streams = within('found_names', 'found_streams');
  const isFew = assets.numbers.length + streams.numbers.length <= FEW;
  return { match, few: isFew ? { assets, streams } : null };
}

export const json = (values: readonly unknown[]) => JSON.stringify(values);
const jsonOrNull = (values: readonly unknown[] | undefined) => (values ? json(values) : null);

/** All that a row must be. */
export function conditionsOf({ query, catalogues, assets, streams, words }: Resolved): Condition[] {
  const conditions: Condition[] = [];
  const where = (sql: string, ...values: SqlValue[]) => conditions.push({ sql, values });
  // One value is compared several times faster than it is looked for in a list.
  const among = (column: string, values: readonly SqlValue[]) =>
    values.length === 1
      ? where(`${column} = ?`, ...values)
      : where(`${column} IN (SELECT value FROM json_each(?))`, json(values));
  if (assets) among('asset', assets.numbers);
  else if (catalogues) among('catalogue', catalogues.numbers);
  if (streams) among('stream', streams.numbers);
  for (const { match } of words)
    where(
      `(asset IN (SELECT rowid FROM found_titles WHERE found_titles MATCH ?)
        OR stream IN (SELECT rowid FROM found_names WHERE found_names MATCH ?))`,
      match,
      match,
    );
  const sentBy = (column: string, values: readonly unknown[]) =>
    where(
      `EXISTS (SELECT 1 FROM found_senders WHERE detection = no AND ${column} IN (SELECT value FROM json_each(?)))`,
      json(values),
    );
  if (query.ips) sentBy('ip', query.ips);
  if (query.asns) sentBy('asn', query.asns);
  if (query.since !== undefined) where('end >= ?', query.since);
  if (query.until !== undefined) where('start < ?', query.until);
  if (query.minScore !== undefined) where('score >= ?', query.minScore);
  if (query.maxScore !== undefined) where('score <= ?', query.maxScore);
  if (query.minDelay !== undefined) where('delay >= ?', query.minDelay);
  if (query.maxDelay !== undefined) where('delay <= ?', query.maxDelay);
  if (query.modalities) among('modality', query.modalities);
  if (query.state !== undefined) where('state = ?', query.state);
  if (query.reviews) among('review', query.reviews);
  return conditions;
}
