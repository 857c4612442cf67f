import { StreamprintError } from '../domain/errors.js';

/** No room, a quota, or a limit on the size of files: what a person can do about it is the same. */
const NO_ROOM = new Set([
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_SHMSIZE',
]);
const DAMAGED = new Set(['SQLITE_NOTADB', 'SQLITE_CORRUPT']);

/** The code that Node or SQLite gave an error, or ''. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

/**
 * Whether a commit that failed may yet turn out to be there after a crash: it was written, but could not be
 * synced. What it names must then stay.
 */
export function isUncertain(error: unknown): boolean {
  return (
    codeOf(error).startsWith('SQLITE_IOERR') ||
    (error instanceof StreamprintError && isUncertain(error.cause))
  );
}

/**
 * What was thrown while writing to or reading from `directory`, as an expected failure where it is one:
 * SP_DISK_FULL or SP_DATA_CORRUPT; anything else comes back as it is.
 */
export function diskError(directory: string, error: unknown): unknown {
  if (error instanceof StreamprintError) return error;
  const code = codeOf(error);
  if (NO_ROOM.has(code)) {
    const message = `No room left to write in ${directory} (${code}): make room and try again; what was stored before is whole.`;
    return new StreamprintError('SP_DISK_FULL', message, { cause: error });
  }
  if (DAMAGED.has(code)) {
    const message = `The data in ${directory} is damaged (${code}): restore a copy of that directory.`;
    return new StreamprintError('SP_DATA_CORRUPT', message, { cause: error });
  }
  return error;
}
