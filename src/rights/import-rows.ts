import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type CsvError, parse } from 'csv-parse';
import { parseIntervals } from '../catalogue/excluded-intervals.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import type { InputProblem } from './asset-input.js';
import type { ImportFormat } from './imports.js';

/** Rows of one import. */
export const MAX_IMPORT_ROWS = 100_000;
export const MAX_IMPORT_BYTES = 32 * 1024 * 1024;
const MAX_ROW_BYTES = 256 * 1024;

/** Columns, and what of an asset they say. */
const COLUMNS = {
  asset_id: 'assetId',
  title: 'title',
  eidr: 'eidr',
  isan: 'isan',
  isrc: 'isrc',
  rights_holder: 'rightsHolder',
  territories: 'territories',
  valid_from: 'licenceWindows/0/from',
  valid_to: 'licenceWindows/0/to',
  excluded: 'excluded',
  policy: 'policy',
  url: 'url',
} as const;
/** Of tables for `register`: files of this machine are nothing that a table could name here. */
const IGNORED = 'file';

/** A row as it was read: not looked at any further. */
export interface ReadRow {
  /** As a person counts lines in an editor. */
  readonly row: number;
  readonly value: unknown;
  /** What cannot be read of it. */
  readonly problems: readonly InputProblem[];
}

/**
 * Reads a table row by row. What cannot be read of a row is told with it, and the others are read all the same.
 * @throws SP_CSV when the file as a whole is no such table, or has too many rows
 */
export async function* rowsOf(file: string, format: ImportFormat): AsyncGenerator<ReadRow> {
  let count = 0;
  let last = 0;
  for await (const { row, ...read } of format === 'csv' ? csvRows(file) : jsonRows(file)) {
    if (++count > MAX_IMPORT_ROWS)
      throw new StreamprintError(
        'SP_CSV',
        `The table has more than ${MAX_IMPORT_ROWS} rows: send it in parts.`,
      );
    // What is broken may be told under the number of its neighbour; each has one of its own.
    last = Math.max(row, last + 1);
    yield { row: last, ...read };
  }
}

/** A pointer into a row as its table has it: to the column. */
export function pointerIn(format: ImportFormat, pointer: string): string {
  if (format !== 'csv') return pointer;
  const path = pointer.slice(1);
  const column = Object.entries(COLUMNS).find(([, field]) => path === field || path.startsWith(`${field}/`));
  return column ? `/${column[0]}` : pointer;
}

interface CsvRecord {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

async function* csvRows(file: string): AsyncGenerator<ReadRow> {
  const broken: ReadRow[] = [];
  const parser = parse({
    bom: true,
    columns: (header: string[]) => columnsOf(header),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    trim: true,
    max_record_size: MAX_ROW_BYTES,
    on_skip: (error: CsvError | undefined) => {
      const row = Number((error as { lines?: unknown } | undefined)?.lines ?? 0);
      broken.push({ row, value: null, problems: [{ pointer: '', detail: messageOf(error) }] });
      return undefined;
    },
  });
  const feeding = pipeline(createReadStream(file), parser).catch(() => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      yield* broken.splice(0);
      yield { row: info.lines, ...assetSaid(record) };
    }
    yield* broken.splice(0);
  } catch (cause) {
    if (cause instanceof StreamprintError) throw cause;
    throw new StreamprintError('SP_CSV', `The body is no CSV table: ${messageOf(cause)}.`, { cause });
  } finally {
    parser.destroy();
    await feeding;
  }
}

function columnsOf(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const known = [...Object.keys(COLUMNS), IGNORED];
  const missing = names.includes('asset_id') ? null : 'has no column "asset_id"';
  const unknown = names.find((name) => !known.includes(name));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  const why =
    missing ??
    (unknown !== undefined ? `has a column "${unknown.slice(0, 100)}" that is not known` : null) ??
    (twice !== undefined ? `has the column "${twice}" twice` : null);
  if (why === null) return names;
  throw new StreamprintError('SP_CSV', `The table ${why}: its columns are ${known.join(',')}.`);
}

/** What a record says of an asset; empty cells say nothing. */
function assetSaid(record: Readonly<Record<string, string>>): Omit<ReadRow, 'row'> {
  const problems: InputProblem[] = [];
  const cell = (name: keyof typeof COLUMNS) => record[name] || undefined;
  const [from, to] = [cell('valid_from'), cell('valid_to')];
  const territories = cell('territories')
    ?.split(/[\s,;|]+/)
    .filter(Boolean);
  const excluded = cell('excluded');
  const value = {
    ...present('assetId', cell('asset_id')),
    ...present('title', cell('title')),
    ...present('eidr', cell('eidr')),
    ...present('isan', cell('isan')),
    ...present('isrc', cell('isrc')),
    ...present('rightsHolder', cell('rights_holder')),
    ...present('territories', territories),
    ...present('policy', cell('policy')),
    ...present('url', cell('url')),
    ...((from || to) && { licenceWindows: [{ from: from ?? null, to: to ?? null, territories: [] }] }),
    ...(excluded && present('excluded', intervalsIn(excluded, problems))),
  };
  return { value, problems };
}

const present = <V>(name: string, value: V | undefined) => (value === undefined ? {} : { [name]: value });

function intervalsIn(text: string, problems: InputProblem[]) {
  try {
    return parseIntervals(text.split(';'));
  } catch (error) {
    problems.push({ pointer: '/excluded', detail: messageOf(error) });
    return undefined;
  }
}

async function* jsonRows(file: string): AsyncGenerator<ReadRow> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number++;
    if (line.trim() === '') continue;
    yield { row: number, ...jsonIn(line) };
  }
}

function jsonIn(line: string): Omit<ReadRow, 'row'> {
  if (line.length > MAX_ROW_BYTES)
    return {
      value: null,
      problems: [{ pointer: '', detail: `The line is longer than ${MAX_ROW_BYTES} bytes.` }],
    };
  try {
    return { value: JSON.parse(line), problems: [] };
  } catch (error) {
    return { value: null, problems: [{ pointer: '', detail: `The line is no JSON: ${messageOf(error)}.` }] };
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
