/** A row, and the line that it ends on, as an editor counts. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Rows of a CSV text (RFC 4180; also with lone line feeds and a byte order mark); empty lines are none. */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let isQuoted = false;
  const source = text.replace(/^\ufeff/, '');
  const endRow = () => {
    cells.push(cell);
    cell = '';
    if (cells.length > 1 || cells[0] !== '') rows.push({ line, cells });
    cells = [];
  };
  for (let at = 0; at < source.length; at++) {
    const letter = source[at]!;
    if (isQuoted) {
      if (letter === '"' && source[at + 1] !== '"') isQuoted = false;
      else cell += letter;
      if (letter === '"' && isQuoted) at++;
    } else if (letter === '"' && cell === '') isQuoted = true;
    else if (letter === ',') {
      cells.push(cell);
      cell = '';
    } else if (letter === '\n') endRow();
    else if (letter !== '\r') cell += letter;
    if (letter === '\n') line++;
  }
  if (cell !== '' || cells.length > 0) endRow();
  return rows;
}

export const writeCsv = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => row.map(quoted).join(',')).join('\r\n');

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
