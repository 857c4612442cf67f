import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import * as calls from '../../api/calls.js';
import { ApiError } from '../../api/client.js';
import type { ImportJob, ImportRow } from '../../api/types.js';
import { many } from '../../lib/format.js';
import { type CsvRow, parseCsv, writeCsv } from './csv.js';

const ASK_EVERY_MS = 500;
const MAX_SHOWN = 200;

interface Props {
  readonly catalogue: string;
  readonly file: File;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** An import with its progress; rows that failed stand there with the reason, to be mended and sent again. */
export function ImportPanel({ catalogue, file, onDone, onClose }: Props) {
  const job = useSignal<ImportJob | null>(null);
  const failed = useSignal<readonly ImportRow[]>([]);
  const error = useSignal<string | null>(null);
  const table = useSignal<readonly CsvRow[] | null>(null);
  const isTable = /\.csv$/i.test(file.name);

  const run = async (body: Blob) => {
    error.value = null;
    failed.value = [];
    job.value = null;
    try {
      if (isTable) table.value = parseCsv(await body.text());
      let state = await calls.startImport(catalogue, body, isTable ? 'text/csv' : 'application/x-ndjson');
      for (;;) {
        job.value = state;
        if (state.state === 'done' || state.state === 'failed') break;
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
        state = await calls.importJob(state.id);
      }
      if (state.failed > 0) failed.value = await calls.importRows(state.id);
      onDone();
    } catch (caught) {
      error.value = ApiError.from(caught).message;
    }
  };
  useEffect(() => {
    void run(file);
  }, [file]);

  const edit = (line: number, column: number, text: string) => {
    table.value = table.value!.map((row) =>
      row.line === line
        ? { line, cells: header.map((_, at) => (at === column ? text : (row.cells[at] ?? ''))) }
        : row,
    );
  };
  const header = table.value?.[0]?.cells ?? [];
  const cellsOf = (line: number) => table.value?.find((row) => row.line === line)?.cells ?? [];
  const again = () => {
    const rows = [header, ...failed.value.map(({ row }) => cellsOf(row)).filter((cells) => cells.length > 0)];
    void run(new Blob([writeCsv(rows)], { type: 'text/csv' }));
  };
  const state = job.value;
  return (
    <section class="card stack" aria-label="Import">
      <div class="row spread">
        <h2 class="any">
          Import of <bdi>{file.name}</bdi>
        </h2>
        <button type="button" class="button quiet" onClick={onClose}>
          Close
        </button>
      </div>
      {error.value && (
        <p class="problem" role="alert">
          {error.value}
        </p>
      )}
      {state && (
        <p aria-live="polite">
          {state.state === 'done' || state.state === 'failed'
            ? `${many(state.rows - state.failed, 'row')} taken${state.failed > 0 ? `, ${many(state.failed, 'row')} not` : ''}.`
            : `${state.done} of ${many(state.rows, 'row')} …`}
        </p>
      )}
      {state && state.state !== 'done' && state.state !== 'failed' && (
        <progress max={Math.max(1, state.rows)} value={state.done} aria-label="Rows imported" />
      )}
      {failed.value.length > 0 && table.value && (
        <>
          <div class="scroll-x">
            <table class="rows">
              <thead>
                <tr>
                  <th scope="col">Row</th>
                  {header.map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {failed.value.slice(0, MAX_SHOWN).map((row) => (
                  <FailedRow
                    key={row.row}
                    row={row}
                    header={header}
                    cells={cellsOf(row.row)}
                    onEdit={(column, text) => edit(row.row, column, text)}
                  />
                ))}
              </tbody>
            </table>
          </div>
          <div class="row">
            <button type="button" class="button main" onClick={again}>
              Import {many(failed.value.length, 'row')} again
            </button>
          </div>
        </>
      )}
      {failed.value.length > 0 && !table.value && (
        <ul>
          {failed.value.slice(0, MAX_SHOWN).map((row) => (
            <li key={row.row}>
              Row {row.row}: {row.error?.detail}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface RowProps {
  readonly row: ImportRow;
  readonly header: readonly string[];
  readonly cells: readonly string[];
  readonly onEdit: (column: number, text: string) => void;
}

function FailedRow({ row, header, cells, onEdit }: RowProps) {
  const fields = new Set(row.errors.map(({ pointer }) => pointer.split('/')[1]?.toLowerCase()));
  const isWrong = (name: string) => fields.has(name.trim().toLowerCase());
  const id = `row-${row.row}`;
  return (
    <>
      <tr>
        <th scope="row">{row.row}</th>
        {header.map((name, column) => (
          <td key={name}>
            <input
              type="text"
              class={isWrong(name) ? 'wrong' : ''}
              aria-label={`${name}, row ${row.row}`}
              aria-invalid={isWrong(name)}
              aria-describedby={id}
              value={cells[column] ?? ''}
              onInput={(event) => onEdit(column, event.currentTarget.value)}
            />
          </td>
        ))}
      </tr>
      <tr class="reason">
        <td />
        <td colSpan={header.length} id={id}>
          {row.errors.map(({ detail }) => detail).join(' ') || 'It was not taken.'}
        </td>
      </tr>
    </>
  );
}
