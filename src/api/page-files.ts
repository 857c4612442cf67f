import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/** A file of the pages, in memory: all of them are some hundred kB. */
export interface Page {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Its name changes with what is in it. */
  readonly isImmutable: boolean;
  /** As browsers take it, made when first asked for. */
  readonly compressed: { br?: Promise<Buffer>; gzip?: Promise<Buffer> };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files of a folder by their names in it (`assets/index-a1b2.js`); none where there is no such folder. */
export async function readPages(folder: string): Promise<ReadonlyMap<string, Page>> {
  const pages = new Map<string, Page>();
  for (const entry of await entriesOf(folder)) {
    const file = path.join(entry.parentPath, entry.name);
    const type = TYPES[path.extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const name = path.relative(folder, file).split(path.sep).join('/');
    const body = await fs.readFile(file);
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    pages.set(name, { body, type, etag, isImmutable: name.startsWith('assets/'), compressed: {} });
  }
  return pages;
}

async function entriesOf(folder: string) {
  try {
    return await fs.readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
