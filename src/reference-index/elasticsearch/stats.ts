import type { IndexStats } from '../reference-index.js';
import type { ElasticClient } from './client.js';
import type { IndexNames } from './indices.js';
import type { RecordReader } from './record-reader.js';
import type { IndexState } from './state.js';

const NOTHING: IndexStats = {
  assets: 0,
  references: 0,
  hours: 0,
  segments: 0,
  landmarks: 0,
  pictureTerms: 0,
  indexBytes: 0,
  stillBytes: 0,
  removedWaiting: 0,
};

interface StatsAnswer {
  readonly _all: {
    readonly primaries: {
      readonly store: { readonly size_in_bytes: number };
      readonly segments: { readonly count: number };
    };
  };
}

/** How much there is; bytes are those on the server's disk, copies not counted. */
export async function indexStats(
  client: ElasticClient,
  names: IndexNames,
  records: RecordReader,
  state: IndexState,
): Promise<IndexStats> {
  if (state.generation === 0) return NOTHING;
  const { seconds, ...totals } = await records.totals();
  const chunks = await sizeOf(client, names.chunks);
  const others = [await sizeOf(client, names.records), await sizeOf(client, names.counts)];
  return {
    ...totals,
    hours: seconds / 3600,
    segments: chunks.segments,
    indexBytes: others.reduce((sum, { bytes }) => sum + bytes, chunks.bytes),
    removedWaiting: state.removed,
  };
}

async function sizeOf(client: ElasticClient, index: string): Promise<{ bytes: number; segments: number }> {
  const { _all } = await client.request<StatsAnswer>({
    method: 'GET',
    path: `/${index}/_stats/store,segments`,
  });
  return { bytes: _all.primaries.store.size_in_bytes, segments: _all.primaries.segments.count };
}
