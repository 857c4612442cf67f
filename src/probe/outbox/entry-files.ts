import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../../storage/disk-errors.js';
import { removeFile, replaceFile } from '../../storage/durable-files.js';
import type { Entry } from './entry.js';

const ENTRY = /^(\d{12})\.json$/;

/** What a process that was killed left. */
export interface Found {
  readonly entries: readonly Entry[];
  /** Entries that could not be read, and those whose body is gone: one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Messages on disk: one file each, written aside and renamed, so that it is there whole or not at all however the
 * process ends, and its body beside it. (A loss of power may take the last seconds.)
 */
export class EntryFiles {
  constructor(private readonly directory: string) {}

  /** Where the body of a message lies. */
  bodyOf(number: number): string {
    return `${this.#nameOf(number)}.body`;
  }

  /** @throws SP_DISK_FULL */
  async write(entry: Entry): Promise<void> {
    try {
      await replaceFile(`${this.#nameOf(entry.number)}.json`, JSON.stringify(entry));
    } catch (error) {
      throw diskError(this.directory, error);
    }
  }

  /** Makes a file the body of a message. @throws SP_DISK_FULL */
  async takeBody(number: number, file: string): Promise<string> {
    const name = this.bodyOf(number);
    try {
      await rename(file, name);
    } catch (error) {
      throw diskError(this.directory, error);
    }
    return name;
  }

  /** Deletes a message, and the body that goes with it. */
  async remove({ number, body }: Entry): Promise<void> {
    await removeFile(`${this.#nameOf(number)}.json`);
    if (body?.owned) await removeFile(body.file);
  }

  /** What is there, in order; leftovers of messages that were not whole are deleted. */
  async load(): Promise<Found> {
    await mkdir(this.directory, { recursive: true });
    const names = (await readdir(this.directory)).sort();
    const entries: Entry[] = [];
    const notes: string[] = [];
    for (const name of names) {
      if (!ENTRY.test(name)) continue;
      const file = path.join(this.directory, name);
      try {
        entries.push(this.#placed(JSON.parse(await readFile(file, 'utf8')) as Entry));
      } catch {
        notes.push(`${file} cannot be read: that message is lost`);
        await removeFile(file);
      }
    }
    const wanted = new Set(entries.flatMap(({ body }) => (body ? [path.basename(body.file)] : [])));
    for (const name of names)
      if (!ENTRY.test(name) && !wanted.has(name)) await removeFile(path.join(this.directory, name));
    return { entries, notes };
  }

  /** The folder may have been moved meanwhile. */
  #placed(entry: Entry): Entry {
    const { number, body } = entry;
    return body?.owned ? { ...entry, body: { ...body, file: this.bodyOf(number) } } : entry;
  }

  #nameOf(number: number): string {
    return path.join(this.directory, String(number).padStart(12, '0'));
  }
}

/** Whether a body is there with all its bytes. */
export async function isWhole({ body }: Entry): Promise<boolean> {
  if (body === null) return true;
  const found = await stat(body.file).catch(() => null);
  return found?.size === body.bytes;
}
