import type { ChunkReader } from './chunk-reader.js';
import type { SearchBatch } from './search-batch.js';
import type { TermCounts } from './term-counts.js';

/** What a look-up works with. */
export interface LookUp {
  /** Of the chunks. */
  readonly searches: SearchBatch;
  readonly counts: TermCounts;
  /** Chunks of a later change are none yet. */
  readonly generation: number;
  readonly chunks: ChunkReader;
}
