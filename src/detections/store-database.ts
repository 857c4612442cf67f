import path from 'node:path';
import { Database } from '../storage/database.js';

/** The database of the detection store of a data directory, as it is. */
export function openStoreDatabase(dataDirectory: string): Database {
  return Database.open(path.join(dataDirectory, 'detections', 'detections.db'));
}
