import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './disk-errors.js';

/** Ends the name of a file that is being written: one that is found later is a leftover. */
export const UNFINISHED = '.tmp';

/** Makes names created, renamed or deleted in a folder survive a loss of power. */
export const syncDirectory = (directory: string): void => syncFile(directory);

/** Makes what was written to a file survive a loss of power. */
export function syncFile(file: string): void {
  const fd = fs.openSync(file, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Deletes a file, if it is there: in one call of the system, where `rm` asks first what it is. */
export async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Writes all of `bytes` at a place in a file; one call of the system may write less. */
export function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += fs.writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}

/** Reads all of `bytes` from a place in a file. Throws RangeError when the file ends before. */
export function readFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    const n = fs.readSync(fd, bytes, done, bytes.length - done, position + done);
    if (n === 0) throw new RangeError('the file ends too early');
    done += n;
  }
}

/**
 * Writes a whole file so that under its name there is all of it or nothing: aside, synced, renamed.
 * The name itself lasts once `syncDirectory` was called for its folder.
 */
export function writeWhole(file: string, parts: readonly Uint8Array[]): void {
  const aside = file + UNFINISHED;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const fd = fs.openSync(aside, 'w');
  try {
    let at = 0;
    for (const part of parts) {
      writeFully(fd, part, at);
      at += part.length;
    }
    fs.fsyncSync(fd);
  } catch (error) {
    fs.closeSync(fd);
    fs.rmSync(aside, { force: true });
    throw error;
  }
  fs.closeSync(fd);
  fs.renameSync(aside, file);
}

/**
 * Writes a whole file so that under its name there is all of it or nothing, however the process ends; a loss of power
 * may take it.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomBytes(4).toString('hex')}${UNFINISHED}`;
  try {
    await writeFile(aside, text, { flag: 'wx' });
    await rename(aside, file);
  } catch (error) {
    await removeFile(aside);
    throw error;
  }
}
