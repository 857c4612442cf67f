import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { StreamprintError } from '../domain/errors.js';
import { Database } from '../storage/database.js';
import { codeOf, diskError } from '../storage/disk-errors.js';
import { version } from '../version.js';
import { filesToKeep, isDatabase } from './files.js';
import { type BackedFile, digestOf, MANIFEST, type Manifest } from './manifest.js';

/** What changes while it is copied is copied again, so often at most. */
const ROUNDS = 5;

/**
 * Of databases, in this order: one that says how far another was read is copied before that other. So what is told
 * twice after a restore is told twice, and nothing is passed over.
 */
const ORDER = ['events/', 'access/', 'rights/', 'past/', 'live-references/', 'references/', 'detections/'];

export interface BackupOptions {
  readonly data: string;
  /** A folder that is not there yet, or is empty. */
  readonly target: string;
  readonly now: () => number;
}

/**
 * Copies a data directory to where it can be restored from, also while others work with it. Each database is as it
 * was at one moment, and the files that it names are there. The bus, and what else is on its way, is left out.
 * @throws SP_INPUT_MISSING where there is no data directory, SP_USAGE where the target is in use, SP_DISK_FULL
 */
export async function backUp({ data, target, now }: BackupOptions): Promise<Manifest> {
  try {
    await prepare(data, target);
    const at = new Date(now()).toISOString();
    const copied = new Map<string, string>();
    await copyFiles(data, target, copied);
    await copyDatabases(data, target);
    await copyNamedSegments(data, target);
    await copyFiles(data, target, copied);
    const files = await describe(target);
    const hadBus = await isThere(path.join(data, 'bus'));
    const manifest: Manifest = { format: 1, version, at, hadBus, files };
    const aside = path.join(target, `${MANIFEST}.tmp`);
    await fs.writeFile(aside, `${JSON.stringify(manifest, null, 2)}\n`);
    await fs.rename(aside, path.join(target, MANIFEST));
    return manifest;
  } catch (error) {
    throw diskError(target, error);
  }
}

async function prepare(data: string, target: string): Promise<void> {
  if (!(await isThere(data)))
    throw new StreamprintError('SP_INPUT_MISSING', `There is no data directory ${data}.`);
  const inside = path.relative(path.resolve(data), path.resolve(target));
  if (inside === '' || !(inside.startsWith('..') || path.isAbsolute(inside)))
    throw new StreamprintError('SP_USAGE', `${target} lies in ${data}: a backup goes elsewhere.`);
  await fs.mkdir(target, { recursive: true });
  if ((await fs.readdir(target)).length > 0)
    throw new StreamprintError('SP_USAGE', `${target} is not empty: name a folder of its own.`);
}

/** What is no database, and once more what changes meanwhile. @param copied what was, and as what */
async function copyFiles(data: string, target: string, copied: Map<string, string>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const files = (await filesToKeep(data)).filter((file) => !isDatabase(file));
    let changed = false;
    for (const file of files) {
      const state = await stateOf(path.join(data, file));
      if (state === null || copied.get(file) === state) continue;
      await copy(path.join(data, file), path.join(target, file));
      copied.set(file, state);
      changed = true;
    }
    if (!changed) return;
  }
}

async function copyDatabases(data: string, target: string): Promise<void> {
  const place = (file: string) => {
    const at = ORDER.findIndex((folder) => file.startsWith(folder));
    return Math.max(at, 0);
  };
  const databases = (await filesToKeep(data)).filter(isDatabase).sort((a, b) => place(a) - place(b));
  for (const file of databases) {
    const copied = path.join(target, file);
    await fs.mkdir(path.dirname(copied), { recursive: true });
    const database = Database.open(path.join(data, file));
    try {
      database.copyTo(copied);
    } finally {
      database.close();
    }
  }
}

/**
 * The catalogue names files that may have been made, merged and deleted since files were copied: then it is copied
 * again.
 */
async function copyNamedSegments(data: string, target: string): Promise<void> {
  const folder = path.join('references', 'segments');
  const file = path.join('references', 'catalogue.db');
  if (!(await isThere(path.join(target, file)))) return;
  for (let round = 0; round < ROUNDS; round++) {
    const missing: string[] = [];
    for (const name of segmentsIn(path.join(target, file))) {
      const copied = path.join(target, folder, name);
      if (!(await isThere(copied)) && !(await copy(path.join(data, folder, name), copied)))
        missing.push(name);
    }
    if (missing.length === 0) return;
    const database = Database.open(path.join(data, file));
    try {
      database.copyTo(path.join(target, file));
    } finally {
      database.close();
    }
  }
  throw new StreamprintError(
    'SP_DATA_LOCKED',
    'The catalogue changes faster than it can be copied: try again when less is registered.',
  );
}

function segmentsIn(catalogue: string): string[] {
  const database = Database.open(catalogue);
  try {
    return database
      .all<{ number: number }>('SELECT number FROM segments')
      .map(({ number }) => `${String(number).padStart(6, '0')}.seg`);
  } finally {
    database.close();
  }
}

async function describe(target: string): Promise<BackedFile[]> {
  const files: BackedFile[] = [];
  for (const file of await filesToKeep(target))
    files.push({ path: file, ...(await digestOf(path.join(target, file))) });
  return files;
}

/** False = it is gone. */
async function copy(from: string, to: string): Promise<boolean> {
  try {
    await fs.mkdir(path.dirname(to), { recursive: true });
    await fs.copyFile(from, to, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function stateOf(file: string): Promise<string | null> {
  try {
    const { size, mtimeMs } = await fs.stat(file);
    return `${size} ${mtimeMs}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function isThere(file: string): Promise<boolean> {
  return (await stateOf(file)) !== null;
}
