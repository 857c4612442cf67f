import { messageOf, StreamprintError } from '../domain/errors.js';

/** An error as JSON output shows it. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
}

export function errorJson(error: unknown): ErrorJson {
  return { code: error instanceof StreamprintError ? error.code : 'SP_INTERNAL', message: messageOf(error) };
}

/** One line of output. A reader that went away (`| head`) is no error. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** A line for the person at the terminal, beside the output. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function tellError(error: unknown): void {
  const known = error instanceof StreamprintError;
  tell(`error: ${messageOf(error)}${known ? ` [${error.code}]` : ''}`);
  if (!known && error instanceof Error && isDebugging()) tell(error.stack ?? '');
}

/** Read here, since a configuration that cannot be read is an error to be shown, too. */
const isDebugging = (): boolean => ['1', 'true'].includes(process.env.STREAMPRINT_DEBUG ?? '');

/** 83.4 → `1:23.4`. */
export function clock(seconds: number): string {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  const hours = Math.floor(tenths / 36000);
  const minutes = Math.floor(tenths / 600) % 60;
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** Rows with aligned columns. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  return [header, ...rows].map(line).join('\n');
}
