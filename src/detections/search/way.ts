import type { Database, SqlValue } from '../../storage/database.js';
import { type Condition, FEW, json, type Resolved } from './filters.js';

/** Rows up to so many are all looked at, in whichever order they lie. */
export const GATHERED = 2000;

/** A part of the rows, lying in an index by time and in one by score. */
export interface Arm {
  /** Of its indexes: `found_by_asset`, with `_start` or `_score` after it. */
  readonly index: string;
  /** What its rows have in common; empty = nothing. */
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Rows that lie together, in an index by time. */
export interface Gathering {
  readonly index: string;
  readonly condition: Condition;
}

/** How to come by the rows among which those that are wanted are. */
export type Way =
  /** All of a few. */
  | ({ readonly kind: 'gather' } & Gathering)
  /** In the order of the sort, each arm in its own, until there are enough. */
  | {
      readonly kind: 'walk';
      readonly arms: readonly Arm[];
      /** The rows of all arms, where there are several and the order does not matter. */
      readonly whole: Gathering | null;
    };

interface Choice {
  readonly rows: number;
  /** Null = there are too many to be gathered anyhow. */
  readonly gather: Gathering | null;
  readonly arms: readonly Arm[] | null;
}

/** The way past the fewest rows. */
export function wayTo(database: Database, resolved: Resolved): Way {
  const known = [ofAssets(resolved), ofStreams(resolved), ofWord(resolved), ofCatalogues(resolved)].flatMap(
    (choice) => choice ?? [],
  );
  const isFew = known.some(({ rows, gather }) => gather && rows <= GATHERED);
  const counted = isFew ? [] : [ofOpen, ofReviews, ofTimes].flatMap((of) => of(database, resolved) ?? []);
  const choices = [...known, ...counted].sort((a, b) => a.rows - b.rows);
  const few = choices.find(({ rows, gather }) => gather && rows <= GATHERED);
  if (few?.gather) return { kind: 'gather', ...few.gather };
  const walked = choices.find((choice) => choice.arms);
  const arms = walked?.arms ?? [{ index: 'found_by', sql: '', values: [] }];
  return { kind: 'walk', arms, whole: arms.length > 1 ? (walked?.gather ?? null) : null };
}

/** Detections that began before this are over by `since`. */
export function earliestStart(database: Database, since: number): number {
  const longest = database.get<{ most: number | null }>('SELECT max(end - start) AS most FROM found')?.most;
  return since - (longest ?? 0);
}

function ofNumbers(column: string, { numbers, detections }: NonNullable<Resolved['assets']>): Choice {
  const arms = numbers.map((value) => ({
    index: `found_by_${column}`,
    sql: `${column} = ?`,
    values: [value],
  }));
  return {
    rows: detections,
    gather: {
      index: `found_by_${column}_start`,
      condition: { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [json(numbers)] },
    },
    arms: numbers.length <= FEW ? padded(arms) : null,
  };
}

const ofAssets = ({ assets }: Resolved) => (assets ? ofNumbers('asset', assets) : null);
const ofStreams = ({ streams }: Resolved) => (streams ? ofNumbers('stream', streams) : null);
const ofCatalogues = ({ catalogues }: Resolved) => (catalogues ? ofNumbers('catalogue', catalogues) : null);

/** Of the rarest word: the assets whose titles have it, and the streams, but for what was found by the title. */
function ofWord({ words }: Resolved): Choice | null {
  const choices = words.flatMap(({ few }): Choice[] => {
    if (!few) return [];
    const { assets, streams } = few;
    const others = json(assets.numbers);
    const byTitle = ofNumbers('asset', assets);
    const byName = ofNumbers('stream', streams);
    const rows = assets.detections + streams.detections;
    const arms = [
      ...(byTitle.arms ?? []),
      ...(byName.arms ?? []).map((arm) => ({
        ...arm,
        sql: `${arm.sql} AND asset NOT IN (SELECT value FROM json_each(?))`,
        values: [...arm.values, others],
      })),
    ];
    const one = assets.numbers.length === 0 ? byName : streams.numbers.length === 0 ? byTitle : null;
    return [{ rows, gather: one?.gather ?? null, arms }];
  });
  return choices.sort((a, b) => a.rows - b.rows)[0] ?? null;
}

function ofOpen(database: Database, { query }: Resolved): Choice | null {
  if (query.state !== 'open') return null;
  const condition = { sql: "state = 'open'", values: [] };
  const rows = countUpTo(database, 'found_open', condition);
  return { rows, gather: { index: 'found_open', condition }, arms: null };
}

function ofReviews(database: Database, { query }: Resolved): Choice | null {
  const { reviews } = query;
  if (!reviews || reviews.includes('none')) return null;
  const one = (review: string) => ({ sql: "review = ? AND review <> 'none'", values: [review] });
  const rows = reviews.reduce(
    (sum, review) => sum + countUpTo(database, 'found_by_review_start', one(review)),
    0,
  );
  const condition = {
    sql: "review IN (SELECT value FROM json_each(?)) AND review <> 'none'",
    values: [json(reviews)],
  };
  const arms = reviews.map((review) => ({ index: 'found_by_review', ...one(review) }));
  return { rows, gather: { index: 'found_by_review_start', condition }, arms };
}

function ofTimes(database: Database, { query }: Resolved): Choice | null {
  const { since, until } = query;
  if (since === undefined && until === undefined) return null;
  const from = since === undefined ? Number.MIN_SAFE_INTEGER : earliestStart(database, since);
  const condition = { sql: 'start >= ? AND start < ?', values: [from, until ?? Number.MAX_SAFE_INTEGER] };
  const rows = countUpTo(database, 'found_by_start', condition);
  return { rows, gather: { index: 'found_by_start', condition }, arms: null };
}

function countUpTo(database: Database, index: string, { sql, values }: Condition): number {
  const counted = database.get<{ rows: number }>(
    `SELECT count(*) AS rows FROM (SELECT 1 FROM found INDEXED BY ${index} WHERE ${sql} LIMIT ${GATHERED + 1})`,
    ...values,
  );
  return counted?.rows ?? 0;
}

/** As many arms as a power of two, so that there are few different statements: no row has the number −1. */
function padded(arms: readonly Arm[]): Arm[] {
  const [first] = arms;
  if (!first) return [];
  const size = 2 ** Math.ceil(Math.log2(arms.length));
  return [...arms, ...Array.from({ length: size - arms.length }, () => ({ ...first, values: [-1] }))];
}
