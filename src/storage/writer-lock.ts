import fs from 'node:fs';
import path from 'node:path';
import Libsql from 'libsql';
import { StreamprintError } from '../domain/errors.js';
import { codeOf, diskError } from './disk-errors.js';

/** Held by the one process that writes to a directory. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the right to write to a directory, which is created when it is missing.
 *
 * A transaction on `lock.db` that stays open is a lock of the operating system: it goes with the process,
 * however that ends. Nothing may open `lock.db` by other means: closing any descriptor of a file drops the
 * locks that a process has on it (POSIX), so the holder's process id stands in `lock.pid` beside it.
 *
 * @param what what is written there, for the message: `reference index`
 * @throws SP_DATA_LOCKED in one sentence that names the holder's process id
 */
export function acquireWriterLock(directory: string, what: string): WriterLock {
  const pidFile = path.join(directory, 'lock.pid');
  try {
    fs.mkdirSync(directory, { recursive: true });
    const connection = new Libsql(path.resolve(directory, 'lock.db'));
    try {
      connection.exec('BEGIN EXCLUSIVE');
      fs.writeFileSync(pidFile, `${process.pid}\n`);
    } catch (error) {
      letGo(connection);
      throw error;
    }
    return { release: () => release(connection, pidFile) };
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_BUSY') throw diskError(directory, error);
    throw new StreamprintError(
      'SP_DATA_LOCKED',
      `The ${what} in ${directory} is being written by ${holder(pidFile)}: wait until it ends, or stop it.`,
    );
  }
}

function release(connection: Libsql.Database, pidFile: string): void {
  if (!connection.open) return;
  fs.rmSync(pidFile, { force: true });
  letGo(connection);
}

/** Closing alone is not enough: the library keeps the file open until the connection is collected. */
function letGo(connection: Libsql.Database): void {
  if (connection.inTransaction) connection.exec('ROLLBACK');
  connection.close();
}

function holder(pidFile: string): string {
  try {
    const pid = Number.parseInt(fs.readFileSync(pidFile, 'utf8'), 10);
    if (Number.isInteger(pid)) return `process ${pid}`;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  return 'another process';
}
