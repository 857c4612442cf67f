import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { StreamprintError } from '../domain/errors.js';
import { codeOf } from '../storage/disk-errors.js';
import { type BlobStore, isBlobKey, keyOfBlob } from './blobs.js';
import type { BlobPlace } from './fields.js';
import type { Bytes, StoredBytes } from './record.js';
import { StoredFile, storeFile } from './stored-file.js';

/** What is not lasting lies in folders of such names. */
const FOLDER = /^[0-9a-f]{2}$/;

/** Blobs in a folder, which may be one that several machines share. */
export class FileBlobStore implements BlobStore {
  readonly name = 'files';

  constructor(private readonly directory: string) {}

  async put(body: Bytes, sha256: string, lasting = false): Promise<BlobPlace> {
    const key = keyOfBlob(sha256, lasting);
    const file = this.#pathOf(key);
    await storeFile(file, body, true);
    // Its age counts from now, whatever the age of the file that it was.
    const now = new Date();
    await utimes(file, now, now);
    return { store: this.name, key };
  }

  async open(key: string): Promise<StoredBytes> {
    const file = this.#pathOf(key);
    try {
      return new StoredFile(file, (await stat(file)).size);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      throw new StreamprintError('SP_NOT_FOUND', `There is no blob ${key} in ${this.directory}.`, {
        cause: error,
      });
    }
  }

  async removeBefore(time: number): Promise<number> {
    await mkdir(this.directory, { recursive: true });
    let removed = 0;
    for (const folder of await readdir(this.directory)) {
      if (!FOLDER.test(folder)) continue;
      for (const name of await readdir(path.join(this.directory, folder))) {
        const file = path.join(this.directory, folder, name);
        if ((await changedAt(file)) >= time) continue;
        await rm(file, { force: true });
        removed++;
      }
    }
    return removed;
  }

  #pathOf(key: string): string {
    if (!isBlobKey(key)) throw new StreamprintError('SP_NOT_FOUND', `There is no blob "${key}".`);
    return path.join(this.directory, key);
  }
}

/** ms UTC; of a file that somebody else has removed meanwhile, for ever. */
async function changedAt(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return Number.POSITIVE_INFINITY;
  }
}
