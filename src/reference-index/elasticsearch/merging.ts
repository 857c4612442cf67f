import { setTimeout as pause } from 'node:timers/promises';
import type { ElasticClient } from './client.js';
import { refreshIndex } from './documents.js';
import type { IndexNames } from './indices.js';
import { rewriteChunks } from './rewriting.js';

/** A merge of a large index takes minutes, and the answer comes when it is done. */
const MERGE_TIMEOUT_MS = 6 * 3600_000;
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

interface CountAnswer {
  readonly _all: {
    readonly primaries: { readonly docs: { readonly count: number; readonly deleted: number } };
  };
}

/**
 * Merges the chunks into one segment a shard, which makes look-ups several times faster, and drops what was removed.
 * @returns whether they were written anew
 */
export async function mergeChunks(client: ElasticClient, names: IndexNames): Promise<boolean> {
  const { _all } = await client.request<CountAnswer>({
    method: 'GET',
    path: `/${names.chunks}/_stats/docs`,
  });
  const { count, deleted } = _all.primaries.docs;
  const isAnew = deleted > (count + deleted) * REMOVED_SHARE;
  if (isAnew) await rewriteChunks(client, names);
  for (const index of [names.chunks, names.stills, names.records, names.counts]) {
    await client.request({ method: 'POST', path: `/${index}/_flush` });
    await untilLetGo(client, index);
    await client.request({
      method: 'POST',
      path: `/${index}/_forcemerge`,
      query: { max_num_segments: 1 },
      timeoutMs: MERGE_TIMEOUT_MS,
    });
    await refreshIndex(client, index);
    // Files that were merged go when a commit says that they are no longer needed.
    await client.request({ method: 'POST', path: `/${index}/_flush`, query: { force: true } });
  }
  return isAnew;
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
