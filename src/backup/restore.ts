import fs from 'node:fs/promises';
import path from 'node:path';
import { StreamprintError } from '../domain/errors.js';
import { Database } from '../storage/database.js';
import { codeOf, diskError } from '../storage/disk-errors.js';
import { digestOf, type Manifest, readManifest } from './manifest.js';

export interface RestoreOptions {
  /** A backup. */
  readonly from: string;
  /** A folder that is not there yet, or is empty. */
  readonly data: string;
}

/**
 * Makes a data directory of a backup: all of it, or nothing.
 * @throws SP_INPUT_MISSING where there is no backup, SP_DATA_CORRUPT where it is damaged, SP_USAGE where the data
 * directory is in use, SP_DISK_FULL
 */
export async function restore({ from, data }: RestoreOptions): Promise<Manifest> {
  const manifest = await readManifest(from);
  const aside = `${path.resolve(data)}.restoring`;
  try {
    await mustBeEmpty(data);
    await fs.rm(aside, { recursive: true, force: true });
    await fs.mkdir(aside, { recursive: true });
    for (const { path: file, bytes, sha256 } of manifest.files) {
      const to = path.join(aside, file);
      await fs.mkdir(path.dirname(to), { recursive: true });
      await fs.copyFile(path.join(from, file), to).catch((cause: unknown) => {
        if (codeOf(cause) !== 'ENOENT') throw cause;
        throw new StreamprintError('SP_DATA_CORRUPT', `The backup lacks ${file}.`, { cause });
      });
      const found = await digestOf(to);
      if (found.bytes !== bytes || found.sha256 !== sha256)
        throw new StreamprintError('SP_DATA_CORRUPT', `${file} of the backup is not as it was written.`);
    }
    const detections = 'detections/detections.db';
    if (manifest.files.some((file) => file.path === detections))
      beginAnew(path.join(aside, detections), manifest.hadBus);
    const rights = 'rights/rights.db';
    if (manifest.files.some((file) => file.path === rights)) change(path.join(aside, rights), renameFeeds);
    await fs.rm(data, { recursive: true, force: true });
    await fs.rename(aside, data);
    return manifest;
  } catch (error) {
    await fs.rm(aside, { recursive: true, force: true });
    throw diskError(data, error);
  }
}

/**
 * Where the bus that numbered what workers tell, and knew of what is open, is not there any more, numbers begin anew,
 * and what was open has ended.
 */
function beginAnew(file: string, hadBus: boolean): void {
  change(file, (database) => {
    renameFeeds(database);
    if (!hadBus) return;
    database.exec(`DELETE FROM told;
      INSERT INTO changes (detection_id, change, at)
        SELECT id, 'closed', CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM detections WHERE state = 'open';
      UPDATE detections SET state = 'closed' WHERE state = 'open';`);
  });
}

/** What was copied out of a store for search may be newer than the store is now: it is copied anew, as another's. */
function renameFeeds(database: Database): void {
  for (const table of ['search_feed_name', 'asset_feed_name'])
    if (database.get('SELECT 1 FROM sqlite_master WHERE name = ?', table))
      database.run(`UPDATE ${table} SET name = lower(hex(randomblob(6)))`);
}

function change(file: string, work: (database: Database) => void): void {
  const database = Database.open(file);
  try {
    database.transaction(() => work(database));
  } finally {
    database.close();
  }
}

async function mustBeEmpty(data: string): Promise<void> {
  try {
    if ((await fs.readdir(data)).length === 0) return;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  throw new StreamprintError('SP_USAGE', `${data} is not empty: nothing is restored over what is there.`);
}
