import fs from 'node:fs';
import path from 'node:path';
import { CatalogueFollower } from '../catalogue/follow-catalogue.js';
import type { Config } from '../config.js';
import { StreamprintError } from '../domain/errors.js';
import { type EmbeddedIndexWriter, openEmbeddedIndexWriter } from '../reference-index/embedded/index.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { Bus } from '../transport/index.js';
import { catalogueGoesBy } from './catalogue.js';
import { FOLLOWED, openIndex } from './reference-index.js';

/** With one data directory. */
const MAX_WORKERS = 64;

/** The catalogue as a worker has it: up to date when this is there, and kept so. */
export interface WorkersCatalogue {
  readonly index: ReferenceIndex;
  /** Where the index is, if it is embedded. */
  readonly directory: string;
  /** null = the index is the catalogue's own, and `refresh` shows what was changed. */
  readonly follower: CatalogueFollower | null;
  close(): Promise<void>;
}

/**
 * The catalogue for a worker. One that follows it by the bus has an index of its own, in `followed` in the data
 * directory; several workers with one data directory have several: `followed-2`, …
 * @param bus the worker's, which stays open
 * @param onTrouble told of references that cannot be used, and of what is tried again, one sentence each
 * @throws SP_USAGE
 * @throws SP_BUS_UNAVAILABLE
 * @throws SP_DATA_LOCKED, SP_DATA_VERSION, SP_DATA_CORRUPT, SP_DISK_FULL
 */
export async function openWorkersCatalogue(
  config: Config,
  dataDirectory: string,
  bus: Bus,
  onTrouble: (message: string) => void,
): Promise<WorkersCatalogue> {
  if (catalogueGoesBy(config) === 'data') {
    const index = await openIndex(config, dataDirectory);
    return { index, directory: dataDirectory, follower: null, close: () => index.close() };
  }
  const { index, directory } = await openFreeIndex(dataDirectory, 1);
  try {
    const follower = await CatalogueFollower.start({ bus, index, directory, onTrouble });
    if (follower.references === 0 && fs.existsSync(path.join(dataDirectory, 'references')))
      onTrouble(
        `The catalogue on the bus is empty, and there is one in ${dataDirectory}: \`streamprint catalogue publish\` ` +
          'tells the bus of it, and with STREAMPRINT_CATALOGUE=data it is read where it is.',
      );
    const close = async () => {
      await follower.close();
      await index.close();
    };
    return { index, directory, follower, close };
  } catch (error) {
    await index.close();
    throw error;
  }
}

/** The first that no other worker has. */
async function openFreeIndex(
  dataDirectory: string,
  number: number,
): Promise<{ readonly index: EmbeddedIndexWriter; readonly directory: string }> {
  const directory = path.join(dataDirectory, number === 1 ? FOLLOWED : `${FOLLOWED}-${number}`);
  try {
    return { index: await openEmbeddedIndexWriter(directory), directory };
  } catch (error) {
    const isTaken = error instanceof StreamprintError && error.code === 'SP_DATA_LOCKED';
    if (!isTaken || number === MAX_WORKERS) throw error;
    return openFreeIndex(dataDirectory, number + 1);
  }
}
