import { askedWords } from '../../domain/words.js';
import type { Database, SqlValue } from '../../storage/database.js';
import { type AssetRow, recordOf } from '../asset-record.js';
import { SELECT_ASSETS_FROM, STATE_OF_ASSET } from '../assets.js';
import type { AssetPage, AssetQuery, AssetSearch, AssetsWanted } from './asset-search.js';
import { identifierForms } from './identifier.js';
import { orderOf, type Place, readPlace, writePlace } from './place.js';

/** Assets that have some words, so many at most, are put in order when they are found; of more, all are walked. */
const FEW = 2000;
const COLUMNS = { title: 'title_key', updatedAt: 'updated_at' } as const;
/** In this order: not for all that there are. */
const FROM_WORDS = `SELECT n.catalogue, n.id FROM asset_words w CROSS JOIN asset_feed n ON n.no = w.rowid
  WHERE w.text MATCH ?`;

interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Search in the store itself. */
export class EmbeddedAssetSearch implements AssetSearch {
  /** @param database is the caller's */
  constructor(private readonly database: Database) {}

  async close(): Promise<void> {}

  async page(query: AssetQuery, { sort, limit, after }: AssetsWanted): Promise<AssetPage> {
    const order = orderOf(sort);
    const place = after === null ? null : readPlace(sort, after);
    const words = query.text === undefined ? null : askedWords(query.text);
    if (words?.length === 0 && query.text?.trim() !== '') return { items: [], next: null };
    const { among, left } = this.#wordsIn(words ?? []);
    const conditions = [...conditionsOf(query), ...left, ...(place ? [behind(place, sort)] : [])];
    const columns = [...(order.by ? [COLUMNS[order.by]] : []), 'catalogue', 'id'];
    const way = order.isFalling ? 'DESC' : 'ASC';
    const rows = this.database.all<AssetRow & { title_key: string }>(
      `${SELECT_ASSETS_FROM} ${among ? `(${among.sql}) f CROSS JOIN assets a USING (catalogue, id)` : 'assets a'}
       WHERE ${conditions.map(({ sql }) => sql).join(' AND ') || 'true'}
       ORDER BY ${columns.map((column) => `a.${column} ${way}`).join(', ')} LIMIT ?`,
      ...(among?.values ?? []),
      ...conditions.flatMap(({ values }) => values),
      limit + 1,
    );
    const found = rows.slice(0, limit);
    const last = found.at(-1);
    const next =
      rows.length > limit && last
        ? writePlace(sort, {
            key: order.by ? last[COLUMNS[order.by]] : null,
            ...{ catalogue: last.catalogue, id: last.id },
          })
        : null;
    return { items: found.map(recordOf), next };
  }

  /** Where few have the words, those; else each that is walked by is asked. */
  #wordsIn(words: readonly string[]): { readonly among: Condition | null; readonly left: Condition[] } {
    if (words.length === 0) return { among: null, left: [] };
    const match = words.map((word) => `"${word}"*`).join(' AND ');
    const counted = this.database.get<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT rowid FROM asset_words WHERE asset_words MATCH ? LIMIT ${FEW + 1})`,
      match,
    );
    if ((counted?.n ?? 0) <= FEW) return { among: { sql: FROM_WORDS, values: [match] }, left: [] };
    const left = words.map((word) => ({ sql: 'instr(a.words, ?) > 0', values: [` ${word}`] }));
    return { among: null, left };
  }
}

function conditionsOf(query: AssetQuery): Condition[] {
  const { visible, catalogue, identifier, state, changedSince, changedUntil } = query;
  const conditions: Condition[] = [];
  const where = (sql: string, ...values: SqlValue[]) => conditions.push({ sql, values });
  if (visible) where('a.catalogue IN (SELECT value FROM json_each(?))', JSON.stringify(visible));
  if (catalogue !== undefined) where('a.catalogue = ?', catalogue);
  if (identifier !== undefined) {
    const { id, eidr, isan, isrc } = identifierForms(identifier);
    where('(a.id = ? OR a.eidr = ? OR a.isan = ? OR a.isrc = ?)', id, eidr, isan, isrc);
  }
  if (state !== undefined) where(`${STATE_OF_ASSET} = ?`, state);
  if (changedSince !== undefined) where('a.updated_at >= ?', changedSince);
  if (changedUntil !== undefined) where('a.updated_at < ?', changedUntil);
  return conditions;
}

function behind({ key, catalogue, id }: Place, sort: AssetsWanted['sort']): Condition {
  const { by, isFalling } = orderOf(sort);
  const sign = isFalling ? '<' : '>';
  return by === null
    ? { sql: `(a.catalogue, a.id) ${sign} (?, ?)`, values: [catalogue, id] }
    : { sql: `(a.${COLUMNS[by]}, a.catalogue, a.id) ${sign} (?, ?, ?)`, values: [key, catalogue, id] };
}
