import { StreamprintError } from '../../domain/errors.js';
import type { Database, SqlValue } from '../../storage/database.js';
import type { DetectionQuery, Sort } from './detection-search.js';
import { type Condition, conditionsOf, type Resolved } from './filters.js';
import { type Arm, earliestStart, type Gathering, wayTo } from './way.js';

/** Rows that one page looks at, at most; after those it says how far it came. */
export const EXAMINED = 20_000;

const COLUMNS = 'no, catalogue, asset, stream, start, end, score, modality, state, delay, review';

/** Where a list goes on: after the row with this key and number. */
export interface Place {
  readonly key: number;
  readonly no: number;
  /** Name of the moment that the list is of, where an engine keeps one. */
  readonly moment?: string;
}

export interface Sql {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Rows that may be wanted, and what those that are must be: to be put into statements. */
export interface Rows {
  readonly isWalk: boolean;
  /** The rows of the way, in its order when it is a walk. */
  candidates(limit: number): Sql;
  /** Of the first that are looked at, those that are wanted: as many as the limit, in order. */
  wanted(limit: number, examined: number): Sql;
  /** Counts `rows` of the way, up to the limit, and `n` of those that are wanted among them. */
  counted(limit: number): Sql;
}

/** @param after null = from the start */
export function rowsOf(database: Database, resolved: Resolved, sort: Sort, after: Place | null): Rows {
  const { key, isFalling } = orderOf(sort);
  const way = wayTo(database, resolved);
  const conditions = conditionsOf(resolved);
  const start = after ? [placeAfter(key, isFalling, after)] : [];
  const order = `ORDER BY ${key} ${isFalling ? 'DESC' : 'ASC'}, no ${isFalling ? 'DESC' : 'ASC'}`;
  const times = timesOf(database, resolved.query);
  const ranges = [...start, ...(key === 'start' ? times : [])];
  const candidates = (limit: number): Sql => {
    const { sql, values } = way.kind === 'walk' ? walk(way.arms, key, ranges) : gather(way, times);
    return way.kind === 'walk'
      ? { sql: `${sql} ${order} LIMIT ${limit}`, values }
      : { sql: `${sql} LIMIT ${limit}`, values };
  };
  return {
    isWalk: way.kind === 'walk',
    candidates,
    wanted: (limit, examined) => {
      const among = candidates(examined);
      const where = joined(way.kind === 'walk' ? conditions : [...conditions, ...start]);
      // A walk is in order already: to sort it would be to walk to its end.
      const sorted = way.kind === 'walk' ? '' : order;
      return {
        sql: `SELECT * FROM (${among.sql}) ${where.sql === '' ? '' : `WHERE ${where.sql}`} ${sorted} LIMIT ${limit}`,
        values: [...among.values, ...where.values],
      };
    },
    counted: (limit) => {
      // Of one arm in its order, which costs nothing; of several as they lie.
      const whole = way.kind === 'gather' ? way : way.whole;
      const among = whole ? { ...gather(whole, times) } : candidates(limit);
      const where = joined(conditions);
      const n = where.sql === '' ? 'count(*)' : `coalesce(sum(${where.sql}), 0)`;
      return {
        sql: `SELECT count(*) AS rows, ${n} AS n FROM (${among.sql}${whole ? ` LIMIT ${limit}` : ''})`,
        values: [...where.values, ...among.values],
      };
    },
  };
}

export function orderOf(sort: Sort): { readonly key: 'start' | 'score'; readonly isFalling: boolean } {
  return { key: sort.endsWith('score') ? 'score' : 'start', isFalling: sort.startsWith('-') };
}

export const writePlace = (sort: Sort, { key, no, moment }: Place): string =>
  JSON.stringify([sort, key, no, ...(moment === undefined ? [] : [moment])]);

/** @throws SP_USAGE */
export function readPlace(sort: Sort, text: string): Place {
  let place: unknown;
  try {
    place = JSON.parse(text);
  } catch {
    place = null;
  }
  if (Array.isArray(place) && place.length <= 4 && place[0] === sort) {
    const [, key, no, moment] = place as unknown[];
    if (typeof key === 'number' && typeof no === 'number')
      return { key, no, ...(typeof moment === 'string' && { moment }) };
  }
  throw new StreamprintError('SP_USAGE', 'This place is none in a list of this order.');
}

function placeAfter(key: string, isFalling: boolean, place: Place): Condition {
  const than = isFalling ? '<' : '>';
  // The first half is what an index is entered by.
  return {
    sql: `${key} ${than}= ? AND (${key}, no) ${than} (?, ?)`,
    values: [place.key, place.key, place.no],
  };
}

/** What bounds the walk along an index by time. */
function timesOf(database: Database, { since, until }: DetectionQuery): Condition[] {
  return [
    ...(until === undefined ? [] : [{ sql: 'start < ?', values: [until] }]),
    ...(since === undefined ? [] : [{ sql: 'start >= ?', values: [earliestStart(database, since)] }]),
  ];
}

function walk(arms: readonly Arm[], key: string, ranges: readonly Condition[]): Sql {
  const parts = arms.map(({ index, sql, values }) => {
    const where = joined([...(sql === '' ? [] : [{ sql, values }]), ...ranges]);
    const clause = where.sql === '' ? '' : `WHERE ${where.sql}`;
    return { sql: `SELECT ${COLUMNS} FROM found INDEXED BY ${index}_${key} ${clause}`, values: where.values };
  });
  return {
    sql: parts.map(({ sql }) => sql).join(' UNION ALL '),
    values: parts.flatMap(({ values }) => values),
  };
}

/** What is gathered lies in indexes by time. */
function gather({ index, condition }: Gathering, times: readonly Condition[]): Sql {
  const where = joined([condition, ...times]);
  return { sql: `SELECT ${COLUMNS} FROM found INDEXED BY ${index} WHERE ${where.sql}`, values: where.values };
}

function joined(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  };
}
