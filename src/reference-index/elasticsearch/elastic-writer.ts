import type { Asset, Registration, RegistrationOutcome } from '../../domain/catalogue.js';
import { StreamprintError } from '../../domain/errors.js';
import { type AssetId, type FingerprintId, type ReferenceId, utcMillis } from '../../domain/ids.js';
import type { Interval } from '../../domain/match.js';
import { Serial } from '../../storage/serial.js';
import { referenceIdOf } from '../reference-id.js';
import type { CompactOptions, Overlap, ReferenceIndexWriter } from '../reference-index.js';
import { checkRegistration, noAsset, type RegistrationRecord } from '../registration.js';
import { ChunkWriter } from './chunk-writer.js';
import type { BulkItem, ElasticClient } from './client.js';
import { Committer } from './committer.js';
import { refreshIndex } from './documents.js';
import { ElasticIndex } from './elastic-index.js';
import { createIndices, type IndexNames, type IndexShape } from './indices.js';
import { mergeChunks } from './merging.js';
import { assetDocument, assetKey, fingerprintKey, overlapKey, referenceKey } from './record-documents.js';
import { RecordDraft } from './record-draft.js';

import type { PendingChange } from './state.js';
import { WriterLock } from './writer-lock.js';

/**
 * Tables of terms are stored when so much came since, s, or such a share of what they have counted: readers count the
 * rest by themselves. They are tens of megabytes, however little came.
 */
const STORE_COUNTS_EVERY = 20 * 3600;
const STORE_COUNTS_SHARE = 1 / 40;

/** The one writer of an index on an Elasticsearch server: changes come one after the other. */
export class ElasticIndexWriter extends ElasticIndex implements ReferenceIndexWriter {
  private readonly changes = new Serial();
  private readonly committer: Committer;
  /** Of references that the stored tables of terms don't count, s. */
  private uncounted = 0;

  private constructor(
    client: ElasticClient,
    names: IndexNames,
    private readonly lock: WriterLock,
    private readonly shape: IndexShape,
    private readonly now: () => number,
  ) {
    super(client, names);
    this.committer = new Committer(client, names);
  }

  /**
   * Opens an index for writing, and makes what is missing. Throws SP_DATA_LOCKED, SP_DATA_VERSION and what the server
   * refuses.
   */
  static async openWriter(
    client: ElasticClient,
    names: IndexNames,
    shape: IndexShape,
    now: () => number,
  ): Promise<ElasticIndexWriter> {
    await createIndices(client, names, shape);
    const lock = await WriterLock.acquire(client, names);
    const index = new ElasticIndexWriter(client, names, lock, shape, now);
    try {
      await index.committer.recover();
      index.show(index.committer.state);
      // Of an empty index everything is counted, and what comes is counted as it comes.
      if (index.committer.state.generation === 0) index.statistics.goOn(0);
      const uncounted = await index.records.fingerprintsSince(index.committer.state.counted);
      index.uncounted = uncounted.reduce((sum, { duration }) => sum + duration, 0);
      return index;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async hasFingerprint(id: FingerprintId): Promise<boolean> {
    return (await this.records.fingerprints([id])).size > 0;
  }

  async register(batch: readonly Registration[]): Promise<RegistrationOutcome[]> {
    for (const registration of batch) checkRegistration(registration);
    return this.change((draft, generation) => this.enterAll(batch, draft, generation));
  }

  async registerExisting(registration: RegistrationRecord): Promise<RegistrationOutcome> {
    return this.change(async (draft) => {
      if (!(await draft.fingerprint(registration.fingerprintId))) {
        throw new StreamprintError(
          'SP_NOT_FOUND',
          `Nothing is fingerprinted for the bytes of ${registration.source}.`,
        );
      }
      return draft.enter(registration, utcMillis(this.now()));
    });
  }

  async replaceReference(old: ReferenceId, registration: Registration): Promise<RegistrationOutcome> {
    checkRegistration(registration);
    return this.change(async (draft, generation) => {
      const reference = await draft.reference(old);
      if (!reference) throw new StreamprintError('SP_NOT_FOUND', `There is no reference ${old} to replace.`);
      const { asset, fingerprintId } = registration;
      const same = referenceIdOf(asset.catalogue, asset.id, fingerprintId) === old;
      const [outcome] = await this.enterAll([registration], draft, generation);
      if (!same) draft.deleteReference(reference);
      return !same && outcome === 'unchanged' ? 'updated' : outcome!;
    });
  }

  async removeReference(id: ReferenceId): Promise<boolean> {
    return this.change(async (draft) => {
      const reference = await draft.reference(id);
      if (reference) draft.deleteReference(reference);
      return reference !== null;
    });
  }

  async removeAsset(catalogue: string, id: AssetId): Promise<number> {
    return this.change(async (draft) => {
      const references = await this.records.referencesOfAsset(catalogue, id);
      for (const reference of references) draft.deleteReference(reference);
      if (await draft.asset(catalogue, id)) draft.delete(assetKey(catalogue, id));
      return references.length;
    });
  }

  async saveOverlaps(id: FingerprintId, overlaps: readonly Overlap[]): Promise<void> {
    await this.change(async (draft) => {
      await draft.prefetch([id, ...overlaps.map(({ other }) => other)].map(fingerprintKey));
      for (const key of (await this.records.overlaps([id])).keys()) draft.delete(key);
      const fingerprint = await draft.fingerprint(id);
      if (!fingerprint) return;
      for (const [n, { other, own, others, modality, score }] of overlaps.entries()) {
        if (!(await draft.fingerprint(other))) continue;
        draft.put(overlapKey(id, n), {
          kind: 'overlap',
          fingerprintId: id,
          other,
          own,
          others,
          modality,
          score,
        });
      }
      draft.put(fingerprintKey(id), { ...fingerprint, compared: true });
    });
  }

  async setAsset(asset: Asset): Promise<void> {
    await this.restate(asset.catalogue, asset.id, () => asset);
  }

  async setExcluded(catalogue: string, id: AssetId, excluded: readonly Interval[]): Promise<void> {
    await this.restate(catalogue, id, (asset) => ({ ...asset, excluded }));
  }

  async compact({ anew = false }: CompactOptions = {}): Promise<void> {
    await this.changes.run(() =>
      this.committer.run(async () => {
        const isAnew = await mergeChunks(this.client, this.names, anew ? this.shape : null);
        const { state } = this.committer;
        if (isAnew) await this.statistics.recount(state);
        if (isAnew && state.counted > 0) await this.statistics.save();
        await this.committer.note({
          removed: 0,
          ...(isAnew && state.counted > 0 && { counted: state.generation }),
        });
        this.show(this.committer.state);
      }),
    );
  }

  /** Waits for the changes that were begun. */
  override async close(): Promise<void> {
    await this.changes.idle();
    await this.lock.release().catch(() => undefined);
    await super.close();
  }

  /** Changes what is said of an asset. Throws SP_NOT_FOUND. */
  private async restate(catalogue: string, id: AssetId, change: (asset: Asset) => Asset): Promise<void> {
    await this.change(async (draft) => {
      const asset = await draft.asset(catalogue, id);
      if (!asset) throw noAsset(catalogue, id);
      draft.put(assetKey(catalogue, id), assetDocument(change(asset)));
    });
  }

  /** Drafts one change after those before it, commits it where it does anything, and shows its result. */
  private async change<T>(work: (draft: RecordDraft, generation: number) => Promise<T>): Promise<T> {
    return this.changes.run(() =>
      this.committer.run(async () => {
        const generation = this.committer.state.generation + 1;
        const draft = new RecordDraft(this.client, this.names, this.records);
        const result = await work(draft, generation);
        const change = await draft.finish(generation);
        if (isNothing(change)) return result;
        const wasCounted = this.statistics.isAt(generation - 1);
        await this.committer.commit(change);
        if (wasCounted) this.statistics.goOn(generation);
        await this.storeCounts();
        this.show(this.committer.state);
        return result;
      }),
    );
  }

  /** Sends what is new of a batch, and drafts its records. */
  private async enterAll(
    batch: readonly Registration[],
    draft: RecordDraft,
    generation: number,
  ): Promise<RegistrationOutcome[]> {
    await draft.prefetch(batch.flatMap(keysOf));
    const counts = this.statistics.isAt(generation - 1) ? this.statistics.counts : null;
    const fresh = new Map<FingerprintId, ChunkWriter>();
    for (const registration of batch) {
      const { fingerprintId } = registration;
      if (fresh.has(fingerprintId) || (await draft.fingerprint(fingerprintId))) continue;
      fresh.set(fingerprintId, new ChunkWriter(registration, generation, this.names, counts));
    }
    // The server puts what came in order when it is to be shown, on one core: it does so beside what follows, and has
    // less left to do when all is there.
    await this.client.bulk(itemsOf(fresh.values()), {
      meanwhile: () => refreshIndex(this.client, this.names.chunks),
    });
    for (const [id, writer] of fresh) {
      const document = writer.document();
      draft.put(fingerprintKey(id), document);
      this.uncounted += document.duration;
    }
    const outcomes: RegistrationOutcome[] = [];
    for (const registration of batch) outcomes.push(await draft.enter(registration, utcMillis(this.now())));
    return outcomes;
  }

  private async storeCounts(): Promise<void> {
    const { countedSeconds = 0 } = this.committer.state;
    if (this.uncounted < Math.max(STORE_COUNTS_EVERY, countedSeconds * STORE_COUNTS_SHARE)) return;
    await this.statistics.update(this.committer.state);
    await this.statistics.save();
    await this.committer.note({
      counted: this.committer.state.generation,
      countedSeconds: countedSeconds + this.uncounted,
    });
    this.uncounted = 0;
  }
}

/** One after the other, so that the server always has some to work on. */
function* itemsOf(writers: Iterable<ChunkWriter>): Generator<BulkItem> {
  for (const writer of writers) yield* writer.items();
}

function keysOf({ asset, fingerprintId }: Registration): string[] {
  return [
    assetKey(asset.catalogue, asset.id),
    fingerprintKey(fingerprintId),
    referenceKey(referenceIdOf(asset.catalogue, asset.id, fingerprintId)),
  ];
}

function isNothing({ puts, deletes, dropped }: PendingChange): boolean {
  return puts.length === 0 && deletes.length === 0 && dropped.length === 0;
}
