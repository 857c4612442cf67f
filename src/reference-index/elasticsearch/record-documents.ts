import { createHash } from 'node:crypto';
import type { Seconds } from '../../../fingerprints/units.js';
import type { Asset, Reference } from '../../domain/catalogue.js';
import type { AssetId, FingerprintId, ReferenceId } from '../../domain/ids.js';
import type { Interval, Modality } from '../../domain/match.js';

/** The documents of the index of records, told apart by `kind`. */
export type RecordDocument = AssetDocument | ReferenceDocument | FingerprintDocument | OverlapDocument;

export interface AssetDocument extends Omit<Asset, 'id'> {
  readonly kind: 'asset';
  readonly assetId: AssetId;
}

export interface ReferenceDocument extends Omit<Reference, 'id' | 'duration' | 'hasVideo' | 'audioTracks'> {
  readonly kind: 'reference';
  readonly referenceId: ReferenceId;
}

export interface FingerprintDocument {
  readonly kind: 'fingerprint';
  readonly fingerprintId: FingerprintId;
  readonly duration: Seconds;
  readonly hasVideo: boolean;
  readonly audioTracks: number;
  readonly chunks: number;
  /** What the chunks cannot say: how long each part is. */
  readonly layout: { readonly rows: number | null; readonly words: readonly number[] };
  readonly landmarks: number;
  readonly pictureTerms: number;
  /** Times of its stills, ascending. */
  readonly stills: readonly Seconds[];
  readonly stillBytes: number;
  /** Whether its overlaps were saved. */
  readonly compared: boolean;
  /** Of the change that brought it. */
  readonly generation: number;
}

/** Kept once, and found from either side. */
export interface OverlapDocument {
  readonly kind: 'overlap';
  readonly fingerprintId: FingerprintId;
  readonly other: FingerprintId;
  readonly own: Interval;
  readonly others: Interval;
  readonly modality: Modality;
  readonly score: number;
}

/** Ids of documents have a bound that names have not. */
export function assetKey(catalogue: string, id: AssetId): string {
  return `asset:${createHash('sha256')
    .update(JSON.stringify([catalogue, id]))
    .digest('base64url')}`;
}

export const referenceKey = (id: ReferenceId) => `reference:${id}`;
export const fingerprintKey = (id: FingerprintId) => `fingerprint:${id}`;
export const overlapKey = (id: FingerprintId, n: number) => `overlap:${id}:${n}`;

export function assetDocument({ id, ...asset }: Asset): AssetDocument {
  return { kind: 'asset', assetId: id, ...asset };
}

export function assetOfDocument({ kind: _, assetId, ...asset }: AssetDocument): Asset {
  return { ...asset, id: assetId };
}
