import { deletesOf } from './chunk-writer.js';
import type { BulkItem, ElasticClient } from './client.js';
import { findAll, refreshIndex } from './documents.js';
import type { IndexNames } from './indices.js';
import {
  type IndexState,
  NEW_STATE,
  type PendingChange,
  readState,
  type SeenState,
  writeState,
} from './state.js';

/**
 * Makes changes whole: a change is made once the state document names it, with all that it does to the records; what a
 * killed process has left of it is done by the next one. Each step may be done twice.
 */
export class Committer {
  private seen: SeenState | null = null;
  /** Whether how the last change ended is not known: it is found out before the next one. */
  private unsure = true;

  constructor(
    private readonly client: ElasticClient,
    private readonly names: IndexNames,
  ) {}

  get state(): IndexState {
    return this.seen?.state ?? NEW_STATE;
  }

  /** Finishes or undoes what was begun and not ended. To be called before each change. */
  async recover(): Promise<void> {
    if (!this.unsure) return;
    this.seen =
      (await readState(this.client, this.names)) ??
      (await writeState(this.client, this.names, NEW_STATE, null));
    if (this.state.pending) await this.finish(this.state.pending);
    await this.deleteUnnamed();
    this.unsure = false;
  }

  /** Runs the steps of one change; when one fails, how it ended is found out before the next. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.recover();
    this.unsure = true;
    const result = await work();
    this.unsure = false;
    return result;
  }

  /** The commit point of a change, and then what it does. Its chunks must have been sent before. */
  async commit(change: PendingChange): Promise<void> {
    if (change.generation > this.state.generation) await refreshIndex(this.client, this.names.chunks);
    await this.write({ ...this.state, pending: change });
    await this.finish(change);
  }

  /** Changes what the state says beside changes. */
  async note(facts: Partial<Pick<IndexState, 'counted' | 'countedSeconds' | 'removed'>>): Promise<void> {
    await this.write({ ...this.state, ...facts });
  }

  private async finish(change: PendingChange): Promise<void> {
    const { generation, dropped } = change;
    await this.client.bulk(recordItems(this.names, change));
    await refreshIndex(this.client, this.names.records);
    if (dropped.length > 0) {
      // What came is shown before what goes is gone.
      await this.write({ ...this.state, generation });
      for (const { id, chunks, stills } of dropped)
        await this.client.bulk(deletesOf(this.names, id, chunks, stills));
      await refreshIndex(this.client, this.names.chunks);
    }
    const removed = this.state.removed + dropped.length;
    await this.write({ ...this.state, generation, removed, pending: null });
  }

  /** Deletes chunks and stills that no change has named. */
  private async deleteUnnamed(): Promise<void> {
    for (const index of [this.names.chunks, this.names.stills]) {
      await refreshIndex(this.client, index);
      const unnamed = await findAll(this.client, index, {
        range: { generation: { gt: this.state.generation } },
      });
      if (unnamed.length === 0) continue;
      await this.client.bulk(unnamed.map(({ id }): BulkItem => ({ action: 'delete', index, id })));
      await refreshIndex(this.client, index);
    }
  }

  private async write(state: IndexState): Promise<void> {
    this.seen = await writeState(this.client, this.names, state, this.seen);
  }
}

function* recordItems(names: IndexNames, { puts, deletes }: PendingChange): Generator<BulkItem> {
  for (const [id, document] of puts)
    yield { action: 'index', index: names.records, id, document: JSON.stringify(document) };
  for (const id of deletes) yield { action: 'delete', index: names.records, id };
}
