import type { Asset, RegistrationOutcome } from '../../domain/catalogue.js';
import type { AssetId, FingerprintId, ReferenceId, UtcMillis } from '../../domain/ids.js';
import { referenceIdOf } from '../reference-id.js';
import { assetOf, type RegistrationRecord, sameAsset } from '../registration.js';
import type { ElasticClient } from './client.js';
import { getAll } from './documents.js';
import type { IndexNames } from './indices.js';
import {
  type AssetDocument,
  assetDocument,
  assetKey,
  assetOfDocument,
  type FingerprintDocument,
  fingerprintKey,
  type RecordDocument,
  type ReferenceDocument,
  referenceKey,
} from './record-documents.js';
import type { RecordReader } from './record-reader.js';
import type { DroppedFingerprint, PendingChange } from './state.js';

/** A change to the records as it will be: reads see what was drafted; nothing is written yet. */
export class RecordDraft {
  private readonly known = new Map<string, RecordDocument | null>();
  private readonly changed = new Map<string, RecordDocument | null>();
  private readonly released = new Set<FingerprintId>();

  constructor(
    private readonly client: ElasticClient,
    private readonly names: IndexNames,
    private readonly records: RecordReader,
  ) {}

  /** Reads what will be asked for in one go. */
  async prefetch(keys: readonly string[]): Promise<void> {
    const unknown = [...new Set(keys)].filter((key) => !this.known.has(key));
    const documents = await getAll<RecordDocument>(this.client, this.names.records, unknown);
    unknown.forEach((key, i) => {
      this.known.set(key, documents[i] ?? null);
    });
  }

  async get<T extends RecordDocument>(key: string): Promise<T | null> {
    const drafted = this.changed.get(key);
    if (drafted !== undefined) return drafted as T | null;
    await this.prefetch([key]);
    return (this.known.get(key) ?? null) as T | null;
  }

  put(key: string, document: RecordDocument): void {
    this.changed.set(key, document);
  }

  delete(key: string): void {
    this.changed.set(key, null);
  }

  async asset(catalogue: string, id: AssetId): Promise<Asset | null> {
    const document = await this.get<AssetDocument>(assetKey(catalogue, id));
    return document && assetOfDocument(document);
  }

  fingerprint(id: FingerprintId): Promise<FingerprintDocument | null> {
    return this.get<FingerprintDocument>(fingerprintKey(id));
  }

  reference(id: ReferenceId): Promise<ReferenceDocument | null> {
    return this.get<ReferenceDocument>(referenceKey(id));
  }

  /** Enters a registration whose fingerprint is there or drafted. A reference that is there already stays as it is. */
  async enter(registration: RegistrationRecord, now: UtcMillis): Promise<RegistrationOutcome> {
    const { asset: stated, fingerprintId, source, sourceBytes, missing } = registration;
    const before = await this.asset(stated.catalogue, stated.id);
    const asset = assetOf(stated, before);
    const changed = !before || !sameAsset(before, asset);
    if (changed) this.put(assetKey(asset.catalogue, asset.id), assetDocument(asset));
    const id = referenceIdOf(asset.catalogue, asset.id, fingerprintId);
    if (await this.reference(id)) return changed ? 'updated' : 'unchanged';
    this.put(referenceKey(id), {
      kind: 'reference',
      referenceId: id,
      catalogue: asset.catalogue,
      assetId: asset.id,
      fingerprintId,
      source,
      sourceBytes,
      registeredAt: registration.registeredAt ?? now,
      missing,
    });
    return 'added';
  }

  /** Its fingerprint goes with it, unless another reference uses it. */
  deleteReference({ referenceId, fingerprintId }: ReferenceDocument): void {
    this.delete(referenceKey(referenceId));
    this.released.add(fingerprintId);
  }

  async finish(generation: number): Promise<PendingChange> {
    const dropped: DroppedFingerprint[] = [];
    for (const id of this.released) {
      if (await this.isUsed(id)) continue;
      const fingerprint = await this.fingerprint(id);
      if (!fingerprint) continue;
      this.delete(fingerprintKey(id));
      for (const key of (await this.records.overlaps([id])).keys()) this.delete(key);
      dropped.push({ id, chunks: fingerprint.chunks, stills: fingerprint.stills.length });
    }
    const puts = [...this.changed].flatMap(([key, document]) => (document ? [[key, document] as const] : []));
    const deletes = [...this.changed].flatMap(([key, document]) => (document ? [] : [key]));
    return { generation, puts, deletes, dropped };
  }

  private async isUsed(id: FingerprintId): Promise<boolean> {
    const stored = await this.records.referencesOf([id]);
    if (stored.some(({ referenceId }) => this.changed.get(referenceKey(referenceId)) !== null)) return true;
    return [...this.changed.values()].some(
      (document) => document?.kind === 'reference' && document.fingerprintId === id,
    );
  }
}
