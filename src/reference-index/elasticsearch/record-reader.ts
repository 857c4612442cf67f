import type { Asset, Reference } from '../../domain/catalogue.js';
import type { AssetId, FingerprintId } from '../../domain/ids.js';
import { liveStartOf } from '../../domain/live-reference.js';
import type { IndexedFingerprint, ReferenceOfAsset, SharedContentFilter } from '../reference-index.js';
import type { ElasticClient } from './client.js';
import { findAll, getAll } from './documents.js';
import type { IndexNames } from './indices.js';
import {
  type AssetDocument,
  assetKey,
  assetOfDocument,
  type FingerprintDocument,
  fingerprintKey,
  type OverlapDocument,
  type ReferenceDocument,
} from './record-documents.js';

/** Values that one `terms` query asks for. */
const TERMS_AT_ONCE = 1000;

export interface Totals {
  readonly assets: number;
  readonly references: number;
  readonly seconds: number;
  readonly landmarks: number;
  readonly pictureTerms: number;
  readonly stillBytes: number;
}

interface TotalsAnswer {
  readonly aggregations: {
    readonly kinds: { readonly buckets: readonly { key: string; doc_count: number }[] };
  } & Readonly<Record<'seconds' | 'landmarks' | 'pictureTerms' | 'stillBytes', { value: number }>>;
}

/** A query for records of a kind, of which some fields have given values; undefined ones do not matter. */
export function recordQuery(
  kind: string,
  fields: Readonly<Record<string, string | boolean | undefined>>,
): object {
  const filter = Object.entries({ kind, ...fields })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => ({ term: { [field]: value } }));
  return { bool: { filter } };
}

/** The questions that the index asks its records. */
export class RecordReader {
  constructor(
    protected readonly client: ElasticClient,
    protected readonly names: IndexNames,
  ) {}

  async assets(catalogue?: string): Promise<Asset[]> {
    const found = await this.find<AssetDocument>(recordQuery('asset', { catalogue }));
    return found.map(assetOfDocument).sort(byKeys(({ catalogue: c, title, id }) => [c, title, id]));
  }

  async assetsOf(
    of: readonly { readonly catalogue: string; readonly assetId: AssetId }[],
  ): Promise<Map<string, Asset>> {
    const keys = [...new Set(of.map(({ catalogue, assetId }) => assetKey(catalogue, assetId)))];
    const documents = await getAll<AssetDocument>(this.client, this.names.records, keys);
    return new Map(
      documents.flatMap((document, i) => (document ? [[keys[i]!, assetOfDocument(document)]] : [])),
    );
  }

  async references(catalogue?: string, assetId?: AssetId): Promise<Reference[]> {
    const found = await this.find<ReferenceDocument>(recordQuery('reference', { catalogue, assetId }));
    const fingerprints = await this.fingerprints(found.map(({ fingerprintId }) => fingerprintId));
    return found
      .flatMap(({ kind: _, referenceId, ...rest }): Reference[] => {
        const fingerprint = fingerprints.get(rest.fingerprintId);
        if (!fingerprint) return [];
        const { duration, hasVideo, audioTracks } = fingerprint;
        return [{ id: referenceId, ...rest, duration, hasVideo, audioTracks }];
      })
      .sort(byKeys(({ catalogue: c, assetId: a, registeredAt, id }) => [c, a, registeredAt, id]));
  }

  async referencesBy({ catalogue, referenceId }: SharedContentFilter): Promise<ReferenceDocument[]> {
    return this.find(recordQuery('reference', referenceId !== undefined ? { referenceId } : { catalogue }));
  }

  async referencesOfAsset(catalogue: string, assetId: AssetId): Promise<ReferenceDocument[]> {
    return this.find(recordQuery('reference', { catalogue, assetId }));
  }

  async referencesOf(ids: readonly FingerprintId[]): Promise<ReferenceDocument[]> {
    return this.findByValues<ReferenceDocument>('reference', 'fingerprintId', ids);
  }

  async fingerprints(ids: readonly FingerprintId[]): Promise<Map<FingerprintId, FingerprintDocument>> {
    const keys = [...new Set(ids)];
    const documents = await getAll<FingerprintDocument>(
      this.client,
      this.names.records,
      keys.map(fingerprintKey),
    );
    return new Map(documents.flatMap((document, i) => (document ? [[keys[i]!, document]] : [])));
  }

  /** Null when no reference uses it. */
  async indexed(id: FingerprintId): Promise<IndexedFingerprint | null> {
    const [fingerprint] = (await this.fingerprints([id])).values();
    if (!fingerprint) return null;
    const references = await this.referencesOf([id]);
    const assets = await this.assetsOf(references);
    const of = references.flatMap(({ referenceId, catalogue, assetId, source }): ReferenceOfAsset[] => {
      const asset = assets.get(assetKey(catalogue, assetId));
      if (!asset) return [];
      const { title, excluded } = asset;
      return [{ referenceId, catalogue, assetId, title, excluded, startsAt: liveStartOf(source) }];
    });
    if (of.length === 0) return null;
    const { duration, hasVideo, audioTracks } = fingerprint;
    return {
      id,
      duration,
      hasVideo,
      audioTracks,
      references: of.sort(byKeys(({ catalogue, assetId }) => [catalogue, assetId])),
    };
  }

  async uncompared(): Promise<FingerprintId[]> {
    const found = await this.find<FingerprintDocument>(recordQuery('fingerprint', { compared: false }));
    return found.map(({ fingerprintId }) => fingerprintId).sort();
  }

  async fingerprintsSince(generation: number): Promise<FingerprintDocument[]> {
    return this.find<FingerprintDocument>({
      bool: { filter: [{ term: { kind: 'fingerprint' } }, { range: { generation: { gt: generation } } }] },
    });
  }

  /** All overlaps, or those that have one of some fingerprints on either side. */
  async overlaps(ids: readonly FingerprintId[] | null): Promise<Map<string, OverlapDocument>> {
    if (ids === null) return this.#overlapsIn(recordQuery('overlap', {}));
    const found = new Map<string, OverlapDocument>();
    for (let at = 0; at < ids.length; at += TERMS_AT_ONCE) {
      const some = ids.slice(at, at + TERMS_AT_ONCE);
      const either = [{ terms: { fingerprintId: some } }, { terms: { other: some } }];
      const query = {
        bool: { filter: [{ term: { kind: 'overlap' } }, { bool: { should: either } }] },
      };
      for (const [key, overlap] of await this.#overlapsIn(query)) found.set(key, overlap);
    }
    return found;
  }

  async totals(): Promise<Totals> {
    const sum = (field: string) => ({ sum: { field } });
    const { aggregations } = await this.client.request<TotalsAnswer>({
      method: 'POST',
      path: `/${this.names.records}/_search`,
      query: { allow_partial_search_results: false },
      body: {
        size: 0,
        aggs: {
          kinds: { terms: { field: 'kind' } },
          seconds: sum('duration'),
          landmarks: sum('landmarks'),
          pictureTerms: sum('pictureTerms'),
          stillBytes: sum('stillBytes'),
        },
      },
    });
    const count = (kind: string) =>
      aggregations.kinds.buckets.find(({ key }) => key === kind)?.doc_count ?? 0;
    return {
      assets: count('asset'),
      references: count('reference'),
      seconds: aggregations.seconds.value,
      landmarks: aggregations.landmarks.value,
      pictureTerms: aggregations.pictureTerms.value,
      stillBytes: aggregations.stillBytes.value,
    };
  }

  protected async find<T>(query: object): Promise<T[]> {
    const found = await findAll<T>(this.client, this.names.records, query);
    return found.map(({ document }) => document);
  }

  protected async findByValues<T>(kind: string, field: string, values: readonly string[]): Promise<T[]> {
    const found: T[] = [];
    for (let at = 0; at < values.length; at += TERMS_AT_ONCE) {
      const some = values.slice(at, at + TERMS_AT_ONCE);
      found.push(
        ...(await this.find<T>({ bool: { filter: [{ term: { kind } }, { terms: { [field]: some } }] } })),
      );
    }
    return found;
  }

  async #overlapsIn(query: object): Promise<Map<string, OverlapDocument>> {
    const found = await findAll<OverlapDocument>(this.client, this.names.records, query);
    return new Map(found.map(({ id, document }) => [id, document]));
  }
}

/** Ascending by the first key that differs. */
export function byKeys<T>(keysOf: (item: T) => readonly (string | number)[]): (a: T, b: T) => number {
  return (a, b) => {
    const others = keysOf(b);
    for (const [i, key] of keysOf(a).entries()) {
      if (key < others[i]!) return -1;
      if (key > others[i]!) return 1;
    }
    return 0;
  };
}
