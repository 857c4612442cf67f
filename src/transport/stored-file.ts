import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../storage/disk-errors.js';
import { removeFile, UNFINISHED } from '../storage/durable-files.js';
import { linkOrCopy } from '../storage/link-or-copy.js';
import type { Bytes, StoredBytes } from './record.js';

export class StoredFile implements StoredBytes {
  constructor(
    private readonly file: string,
    readonly bytes: number,
  ) {}

  read(): Promise<Uint8Array> {
    return readFile(this.file);
  }

  saveTo(file: string): Promise<void> {
    return linkOrCopy(this.file, file);
  }
}

/** Bytes that are in memory. */
export class StoredMemory implements StoredBytes {
  constructor(private readonly memory: Uint8Array) {}

  get bytes(): number {
    return this.memory.length;
  }

  async read(): Promise<Uint8Array> {
    return this.memory;
  }

  saveTo(file: string): Promise<void> {
    return writeFile(file, this.memory, { flag: 'wx' });
  }
}

/**
 * Puts bytes under a name, whole or not at all; a file in the same file system costs nothing but a second name.
 * @param sync they survive a loss of power, too
 * @throws SP_DISK_FULL
 */
export async function storeFile(file: string, body: Bytes, sync: boolean): Promise<void> {
  if ('file' in body && !sync && (await linked(body.file, file))) return;
  const directory = path.dirname(file);
  const aside = `${file}.${randomBytes(4).toString('hex')}${UNFINISHED}`;
  try {
    await mkdir(directory, { recursive: true });
    if ('file' in body) await linkOrCopy(body.file, aside);
    else await writeFile(aside, body, { flag: 'wx' });
    if (sync) await syncPath(aside);
    await rename(aside, file);
    // Renaming onto another name of the same file leaves both.
    await removeFile(aside);
    if (sync) await syncPath(directory);
  } catch (error) {
    await removeFile(aside);
    throw diskError(directory, error);
  }
}

/** Whether a file has got a second name, which is there at once or not at all. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch {
    // Its folder may be missing, the name be taken, the file system know no such thing: what goes on from here tells.
    return false;
  }
}

async function syncPath(name: string): Promise<void> {
  const handle = await open(name, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
