import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../storage/disk-errors.js';

/** What is only on its way, or made again from something else: not part of a backup. */
const LEFT_OUT = [
  /^bus$/,
  /^blobs$/,
  /^probe$/,
  /^spool/,
  /^followed(-\d+)?$/,
  /^(rights|live-references)\/spool$/,
  /(^|\/)lock\.(db|pid)(-\w+)?$/,
  /\.tmp$/,
  /\.bak$/,
  /\.db-(wal|shm|journal)$/,
];

export const isDatabase = (name: string): boolean => name.endsWith('.db');

/** The files of a data directory that a backup holds, with slashes, from there on; sorted. */
export async function filesToKeep(data: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await entriesOf(path.join(data, folder))) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (LEFT_OUT.some((pattern) => pattern.test(name))) continue;
      if (entry.isDirectory()) await walk(name);
      else if (entry.isFile()) found.push(name);
    }
  };
  await walk('');
  return found.sort();
}

/** Folders come and go while somebody works there. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await fs.readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
