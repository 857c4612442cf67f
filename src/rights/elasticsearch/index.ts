import { type CopiesOptions, type CopiesState, openCopies, searchedBy } from '../../search-copies/copies.js';
import type { Assets } from '../assets.js';
import { openRightsDatabase } from '../rights-store.js';
import { AssetFeed } from '../search/asset-feed.js';
import type { AssetSearch } from '../search/asset-search.js';
import { ASSET_COPIES } from './asset-document.js';
import { BackedAssetSearch } from './backed-asset-search.js';
import { ElasticAssetSearch } from './elastic-asset-search.js';

export interface ElasticAssetsOptions extends Pick<CopiesOptions<never>, 'elastic' | 'now' | 'onTrouble'> {
  readonly data: string;
  readonly assets: Pick<Assets, 'get'>;
  /** Search in the store, for when the server is away or behind; closed with this. */
  readonly store: AssetSearch;
}

/** What is said of assets, on Elasticsearch: copied there all the time, and searched there. */
export interface ElasticAssets extends CopiesState {
  readonly search: AssetSearch;
}

/** The server need not be there: nothing waits for it, and what it lacks is copied when it is back. */
export function openElasticAssets(options: ElasticAssetsOptions): ElasticAssets {
  const { elastic, data, assets, store, now, onTrouble } = options;
  const feed = AssetFeed.of(openRightsDatabase(data));
  const copies = openCopies({ elastic, kind: ASSET_COPIES, feed, now, onTrouble });
  const { client, alias, choice } = copies;
  const search = new BackedAssetSearch(choice, new ElasticAssetSearch(client, alias), assets, store);
  return searchedBy(copies, search);
}
