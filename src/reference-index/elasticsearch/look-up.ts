import type { ChunkReader } from './chunk-reader.js';
import type { ElasticClient } from './client.js';
import type { IndexNames } from './indices.js';
import type { TermCounts } from './term-counts.js';

/** What a look-up works with. */
export interface LookUp {
  readonly client: ElasticClient;
  readonly names: IndexNames;
  readonly counts: TermCounts;
  /** Chunks of a later change are none yet. */
  readonly generation: number;
  readonly chunks: ChunkReader;
}
