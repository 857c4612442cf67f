import { setTimeout as pause } from 'node:timers/promises';
import { StreamprintError } from '../../domain/errors.js';
import type { ElasticClient } from './client.js';
import { refreshIndex } from './documents.js';
import type { IndexNames, IndexShape } from './indices.js';
import { rewriteChunks } from './rewriting.js';

/** A merge of a large index takes minutes to hours. */
const MERGED_WITHIN_MS = 12 * 3600_000;
const MERGE_LOOK_MS = 500;
const MERGE_ACTION = 'indices:admin/forcemerge';
/** The server lets go of what nobody needs to recover from every 30 s: … */
const LET_GO_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 2000;
/** … waited for where there is so much to be won. */
const WORTH_WAITING_BYTES = 64 * 1024 * 1024;

interface ShardStats {
  readonly seq_no: { readonly global_checkpoint: number };
  readonly retention_leases: { readonly leases: readonly { readonly retaining_seq_no: number }[] };
}

interface StatsAnswer {
  readonly _all: {
    readonly primaries: { readonly store: { readonly size_in_bytes: number } };
  };
  readonly indices: Readonly<
    Record<string, { readonly shards: Readonly<Record<string, readonly ShardStats[]>> }>
  >;
}

/** Chunks are written anew when so much of what there is was removed. */
const REMOVED_SHARE = 1 / 3;

interface TasksAnswer {
  readonly tasks: readonly { readonly description?: string }[];
}

interface CountAnswer {
  readonly _all: {
    readonly primaries: { readonly docs: { readonly count: number; readonly deleted: number } };
  };
}

/**
 * Merges the chunks into one segment a shard, which makes look-ups several times faster, and drops what was removed.
 * @param anew how they are to be written anew in any case; null = only where much was removed
 * @returns whether they were
 */
export async function mergeChunks(
  client: ElasticClient,
  names: IndexNames,
  anew: IndexShape | null,
): Promise<boolean> {
  const { _all } = await client.request<CountAnswer>({
    method: 'GET',
    path: `/${names.chunks}/_stats/docs`,
  });
  const { count, deleted } = _all.primaries.docs;
  const isAnew = anew !== null || deleted > (count + deleted) * REMOVED_SHARE;
  if (isAnew) await rewriteChunks(client, names, anew);
  for (const index of [names.chunks, names.stills, names.records, names.counts]) {
    await client.request({ method: 'POST', path: `/${index}/_flush` });
    await untilLetGo(client, index);
    await mergeIndex(client, index);
    await refreshIndex(client, index);
    // Files that were merged go when a commit says that they are no longer needed.
    await client.request({ method: 'POST', path: `/${index}/_flush`, query: { force: true } });
  }
  return isAnew;
}

/** Begins a merge into one segment a shard, and looks until it is done: no connection is held open for as long. */
export async function mergeIndex(client: ElasticClient, index: string): Promise<void> {
  await client.request({
    method: 'POST',
    path: `/${index}/_forcemerge`,
    query: { max_num_segments: 1, wait_for_completion: false },
  });
  const deadline = Date.now() + MERGED_WITHIN_MS;
  for (let wait = MERGE_LOOK_MS / 10; ; wait = MERGE_LOOK_MS) {
    await pause(wait);
    const { tasks } = await client.request<TasksAnswer>({
      method: 'GET',
      path: '/_tasks',
      query: { actions: MERGE_ACTION, detailed: true, group_by: 'none' },
    });
    if (!tasks.some(({ description = '' }) => description.includes(index))) return;
    if (Date.now() > deadline)
      throw new StreamprintError(
        'SP_INDEX_UNAVAILABLE',
        `Elasticsearch at ${client.where} has not ended a merge of ${index} within ${MERGED_WITHIN_MS / 3600_000} h.`,
      );
  }
}

/** Until then, deleted documents and copies for recovery would be kept by a merge. */
async function untilLetGo(client: ElasticClient, index: string): Promise<void> {
  const deadline = Date.now() + LET_GO_WITHIN_MS;
  for (;;) {
    const answer = await client.request<StatsAnswer>({
      method: 'GET',
      path: `/${index}/_stats/store,docs`,
      query: { level: 'shards' },
    });
    if (answer._all.primaries.store.size_in_bytes < WORTH_WAITING_BYTES) return;
    const shards = Object.values(answer.indices).flatMap((of) => Object.values(of.shards).flat());
    const isHeld = shards.some(({ seq_no, retention_leases }) =>
      retention_leases.leases.some(({ retaining_seq_no: from }) => from <= seq_no.global_checkpoint),
    );
    if (!isHeld || Date.now() > deadline) return;
    await pause(LOOK_EVERY_MS);
  }
}
