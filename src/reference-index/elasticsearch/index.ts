import { ElasticClient, type ElasticOptions } from './client.js';
import { ElasticIndex } from './elastic-index.js';
import { ElasticIndexWriter } from './elastic-writer.js';
import { indexNames } from './indices.js';
import { checkServer } from './server.js';

export type { ElasticIndex, ElasticIndexWriter, ElasticOptions };

export interface ElasticIndexOptions extends ElasticOptions {
  /** First part of the names of the indices: one for each installation on a cluster. */
  readonly prefix: string;
  /** Shards of the chunks when they are made; each costs its look-ups again. */
  readonly shards?: number;
}

/**
 * Opens the index on an Elasticsearch server for reading, beside any number of readers and one writer. Where there is
 * none yet it is empty, until `refresh` finds one. Throws SP_INDEX_UNAVAILABLE, SP_INDEX_REFUSED, SP_DATA_VERSION.
 */
export async function openElasticIndex(options: ElasticIndexOptions): Promise<ElasticIndex> {
  return opened(options, async (client) => {
    const index = new ElasticIndex(client, indexNames(options.prefix));
    await index.refresh();
    return index;
  });
}

/**
 * Opens it for writing, and makes what is missing. Throws SP_DATA_LOCKED, naming the process, while another writer has
 * it; SP_INDEX_UNAVAILABLE, SP_INDEX_REFUSED, SP_DATA_VERSION, SP_DISK_FULL.
 * @param now the clock that registrations are dated by, ms since 1970
 */
export async function openElasticIndexWriter(
  options: ElasticIndexOptions,
  now: () => number = Date.now,
): Promise<ElasticIndexWriter> {
  const shape = { shards: options.shards ?? 1 };
  return opened(options, (client) =>
    ElasticIndexWriter.openWriter(client, indexNames(options.prefix), shape, now),
  );
}

async function opened<T>(options: ElasticOptions, open: (client: ElasticClient) => Promise<T>): Promise<T> {
  const client = new ElasticClient(options);
  try {
    await checkServer(client);
    return await open(client);
  } catch (error) {
    await client.close();
    throw error;
  }
}
