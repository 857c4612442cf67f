import { StreamprintError } from '../domain/errors.js';

/** What the file system says about an input, as an error of ours that names it. Ours pass through. */
export function inputErrorOf(error: unknown, input: string): unknown {
  if (error instanceof StreamprintError || !isSystemError(error)) return error;
  const what = error.code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${error.code})`;
  return new StreamprintError('SP_INPUT_MISSING', `${input}: ${what}`, { cause: error });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
