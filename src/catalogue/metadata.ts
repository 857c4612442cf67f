import fs from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { StatedAsset } from '../domain/catalogue.js';
import { bareAsset } from '../domain/catalogue.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { assetId } from '../domain/ids.js';
import type { Interval } from '../domain/match.js';
import { slug } from '../domain/slug.js';
import { parseIntervals } from './excluded-intervals.js';

const MAX_BYTES = 64 * 1024 * 1024;
const COLUMNS = [
  'file',
  'title',
  'asset_id',
  'eidr',
  'isan',
  'isrc',
  'rights_holder',
  'territories',
  'valid_from',
  'valid_to',
  'excluded',
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

/** What a metadata file says of the media files that it names. */
export interface Metadata {
  /** The asset of a media file; the error of its row; or null where no row names it. */
  assetFor(file: string): StatedAsset | StreamprintError | null;
  /** Rows that cannot be used, each error naming file and row. */
  readonly errors: readonly StreamprintError[];
}

/** Without metadata the title is the file's name without its extension, and the asset id a slug of it. */
export function assetFromName(catalogue: string, name: string): StatedAsset {
  const title = path.parse(name).name;
  return bareAsset(catalogue, assetId(slug(title)), title);
}

/**
 * Reads a CSV file with a header row (columns `file,title,asset_id,eidr,isan,isrc,rights_holder,territories,
 * valid_from,valid_to,excluded`; UTF-8; only `file` and `asset_id` must be filled). `file` is relative to the CSV file's folder.
 * @throws SP_CSV when the file as a whole is no such table; a bad row is an entry of `errors` instead
 */
export async function readMetadata(file: string, catalogue: string): Promise<Metadata> {
  const byFile = new Map<string, StatedAsset | StreamprintError>();
  const errors: StreamprintError[] = [];
  const rowOfId = new Map<string, number>();
  for (const { record, number } of await rowsOf(file)) {
    const where = `row ${number} of ${file}`;
    const named = record.file ? path.resolve(path.dirname(file), record.file) : null;
    const outcome = assetFrom(record, catalogue, where, rowOfId, number);
    if (outcome instanceof StreamprintError) errors.push(outcome);
    if (named) byFile.set(named, outcome);
  }
  return { errors, assetFor: (media) => byFile.get(path.resolve(media)) ?? null };
}

function assetFrom(
  row: Row,
  catalogue: string,
  where: string,
  rowOfId: Map<string, number>,
  number: number,
): StatedAsset | StreamprintError {
  const bad = (message: string) => new StreamprintError('SP_CSV', `${where} ${message}`);
  if (!row.file) return bad('has no file.');
  if (!row.asset_id) return bad(`(${row.file}) has no asset_id.`);
  const before = rowOfId.get(row.asset_id);
  if (before !== undefined) return bad(`(${row.file}) repeats asset_id ${row.asset_id} of row ${before}.`);
  rowOfId.set(row.asset_id, number);
  for (const column of ['valid_from', 'valid_to'] as const)
    if (row[column] && Number.isNaN(Date.parse(row[column])))
      return bad(`(${row.file}) has ${column} "${row[column]}", which is no ISO 8601 date.`);
  const stated = { ...row, title: row.title || path.parse(row.file).name };
  try {
    return assetOf(catalogue, stated, row.excluded ? parseIntervals(row.excluded.split(';')) : null);
  } catch (error) {
    return bad(`(${row.file}): ${messageOf(error)}`);
  }
}

function assetOf(catalogue: string, row: Row, excluded: readonly Interval[] | null = null): StatedAsset {
  return {
    catalogue,
    id: assetId(row.asset_id ?? ''),
    title: row.title ?? '',
    eidr: row.eidr || null,
    isan: row.isan || null,
    isrc: row.isrc || null,
    rightsHolder: row.rights_holder || null,
    territories: (row.territories ?? '').split(/[\s,;|]+/).filter(Boolean),
    validFrom: row.valid_from || null,
    validTo: row.valid_to || null,
    excluded,
  };
}

interface NumberedRow {
  readonly record: Row;
  /** As a person counts in an editor: the header is row 1. */
  readonly number: number;
}

async function rowsOf(file: string): Promise<NumberedRow[]> {
  const { size } = await fs.stat(file).catch((cause: unknown) => {
    throw new StreamprintError('SP_INPUT_MISSING', `The metadata file ${file} cannot be read.`, { cause });
  });
  if (size > MAX_BYTES)
    throw new StreamprintError('SP_CSV', `${file} is larger than ${MAX_BYTES / 1024 / 1024} MiB.`);
  const text = await fs.readFile(file, 'utf8');
  let rows: { record: Row; info: { lines: number } }[];
  try {
    rows = parse(text, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof rows;
  } catch (cause) {
    throw new StreamprintError('SP_CSV', `${file} is no CSV table: ${messageOf(cause)}`, { cause });
  }
  if (rows[0] && !('file' in rows[0].record))
    throw new StreamprintError(
      'SP_CSV',
      `${file} has no column "file": its columns must be ${COLUMNS.join(',')}.`,
    );
  return rows.map(({ record, info }) => ({ record, number: info.lines }));
}
