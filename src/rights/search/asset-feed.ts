import type { Database } from '../../storage/database.js';
import { NumberedFeed } from '../../storage/numbered-feed.js';
import { type AssetRow, type AssetState, recordOf } from '../asset-record.js';
import { JOB_OF_ASSET } from '../assets.js';

/** An asset as it is now, to be copied to where it is searched. */
export interface FedAsset {
  /** Of its last change; grows with each change of any asset. */
  readonly number: number;
  /** That it has for good, though it is removed and made anew. */
  readonly no: number;
  /** Null = it was removed. */
  readonly found: FoundBy | null;
}

/** What it is searched by. */
export interface FoundBy {
  readonly catalogue: string;
  readonly id: string;
  readonly eidr: string | null;
  readonly isan: string | null;
  readonly isrc: string | null;
  readonly state: AssetState;
  /** Folded, each after a space. */
  readonly words: string;
  readonly titleKey: string;
  /** ms since 1970 (UTC) */
  readonly updatedAt: number;
}

interface FedRow extends AssetRow {
  readonly number: number;
  readonly no: number;
  readonly words: string;
  readonly title_key: string;
  readonly is_there: number;
}

/** The assets of a list of rights in the order of their last changes, those that were removed among them. */
export class AssetFeed extends NumberedFeed<FedAsset> {
  /** @param database a connection of its own; closed with the feed */
  static of(database: Database): AssetFeed {
    return new AssetFeed(database, 'asset_feed');
  }

  override after(number: number, limit: number): FedAsset[] {
    return this.database
      .all<FedRow>(
        `SELECT a.*, f.number, f.no, a.catalogue IS NOT NULL AS is_there, ${JOB_OF_ASSET} AS job
         FROM (SELECT * FROM asset_feed WHERE number > ? ORDER BY number LIMIT ?) f
         LEFT JOIN assets a ON a.catalogue = f.catalogue AND a.id = f.id ORDER BY f.number`,
        ...[number, limit],
      )
      .map((row) => ({ number: row.number, no: row.no, found: row.is_there ? foundBy(row) : null }));
  }
}

function foundBy(row: FedRow): FoundBy {
  const { catalogue, id, eidr, isan, isrc, state, updatedAt } = recordOf(row);
  return {
    ...{ catalogue, id, eidr, isan, isrc, state, updatedAt },
    words: row.words,
    titleKey: row.title_key,
  };
}
