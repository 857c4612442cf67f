import type { AssetRecord, AssetState } from '../asset-record.js';

export const ASSET_SORTS = ['id', 'title', '-title', 'updatedAt', '-updatedAt'] as const;
/** A minus = falling; `id`: by catalogue and id, as the others where they are the same. */
export type AssetSort = (typeof ASSET_SORTS)[number];

/** Which assets are wanted; absent = whichever. */
export interface AssetQuery {
  /** Catalogues that the asker may see; null = all. */
  readonly visible: readonly string[] | null;
  readonly catalogue?: string;
  /**
   * Words that are in a title of any language, an id, an identifier or the name of the rights holder, or words that
   * begin so: all of them, accents, case and width aside.
   */
  readonly text?: string;
  /** The id itself, or its EIDR, ISAN or ISRC, however that is written. */
  readonly identifier?: string;
  readonly state?: AssetState;
  /** What is said of it was changed at this moment or later, ms UTC. */
  readonly changedSince?: number;
  /** … and before this one. */
  readonly changedUntil?: number;
}

export interface AssetsWanted {
  readonly sort: AssetSort;
  readonly limit: number;
  /** `next` of the page before; null = from the start. */
  readonly after: string | null;
}

/** A page may be shorter than was asked for, though there is more: the end is where `next` is null. */
export interface AssetPage {
  readonly items: readonly AssetRecord[];
  readonly next: string | null;
}

/** Search in assets, the same on each engine. What was acknowledged before is found, or not found any more. */
export interface AssetSearch {
  /** A list of one engine can be gone on with by another. @throws SP_USAGE for `after` of another sort */
  page(query: AssetQuery, wanted: AssetsWanted): Promise<AssetPage>;
  close(): Promise<void>;
}
