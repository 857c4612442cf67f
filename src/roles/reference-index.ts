import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../config.js';
import { StreamprintError } from '../domain/errors.js';
import type { ElasticIndexOptions } from '../reference-index/elasticsearch/index.js';
import {
  openEmbeddedIndex,
  openEmbeddedIndexWriter,
  type ReaderOptions,
} from '../reference-index/embedded/index.js';
import type { ReferenceIndex, ReferenceIndexWriter } from '../reference-index/reference-index.js';
import { isShared } from './bus.js';

/** Loaded where it is wanted: commands that need no server begin sooner. */
const elasticsearch = () => import('../reference-index/elasticsearch/index.js');

/** Folder in the data directory of a worker that follows the catalogue by the bus: its index. */
export const FOLLOWED = 'followed';

/**
 * The reference index that the configuration asks for, for reading: on Elasticsearch, or embedded in the data directory.
 * @throws SP_USAGE when settings do not go together
 * @throws SP_INDEX_UNAVAILABLE, SP_INDEX_REFUSED
 * @throws SP_DATA_VERSION, SP_DATA_CORRUPT, SP_DATA_LOCKED
 */
export async function openIndex(
  config: Config,
  dataDirectory: string,
  ofEmbedded: ReaderOptions = {},
): Promise<ReferenceIndex> {
  const elastic = elasticOptions(config);
  return elastic
    ? (await elasticsearch()).openElasticIndex(elastic)
    : openEmbeddedIndex(whereToRead(config, dataDirectory), ofEmbedded);
}

/** Where a worker follows the catalogue by the bus, and there is none of its own, what it follows is read. */
function whereToRead(config: Config, dataDirectory: string): string {
  const followed = path.join(dataDirectory, FOLLOWED);
  const hasOwn = fs.existsSync(path.join(dataDirectory, 'references'));
  const follows = isShared(config) && config.catalogue !== 'data' && fs.existsSync(followed);
  return follows && !hasOwn ? followed : dataDirectory;
}

/** The same for writing. Throws as `openIndex` does, SP_DATA_LOCKED while another writer has it, and SP_DISK_FULL. */
export async function openIndexWriter(config: Config, dataDirectory: string): Promise<ReferenceIndexWriter> {
  const elastic = elasticOptions(config);
  return elastic
    ? (await elasticsearch()).openElasticIndexWriter(elastic)
    : openEmbeddedIndexWriter(dataDirectory);
}

/** null = no server is configured. @throws SP_USAGE when settings do not go together */
export function elasticOptions(config: Config): ElasticIndexOptions | null {
  const { elasticsearch: url, elasticsearchApiKey: apiKey, elasticsearchCa: ca } = config;
  if (url === null) return null;
  if (ca !== null && !url.startsWith('https:'))
    throw new StreamprintError(
      'SP_USAGE',
      'STREAMPRINT_ELASTICSEARCH_CA is set, but STREAMPRINT_ELASTICSEARCH is not an address of https:.',
    );
  return {
    url,
    apiKey,
    ca,
    prefix: config.elasticsearchPrefix,
    shards: config.elasticsearchShards,
    patienceMs: 1000 * config.elasticsearchWait,
  };
}
