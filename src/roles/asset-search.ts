import type { Config } from '../config.js';
import type { Assets } from '../rights/assets.js';
import type { ElasticAssets } from '../rights/elasticsearch/index.js';
import type { AssetSearch } from '../rights/search/asset-search.js';
import { EmbeddedAssetSearch } from '../rights/search/embedded-asset-search.js';
import type { Database } from '../storage/database.js';
import { elasticOptions } from './reference-index.js';

/** Loaded where it is wanted. */
const elasticsearch = () => import('../rights/elasticsearch/index.js');

export interface AssetSearchOptions {
  readonly config: Config;
  readonly data: string;
  readonly database: Database;
  readonly assets: Assets;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/**
 * Where a server of Elasticsearch is configured, assets are searched there.
 * @throws SP_USAGE when settings do not go together
 */
export async function openAssetSearch({
  config,
  data,
  database,
  assets,
  now,
  onTrouble,
}: AssetSearchOptions) {
  const store = new EmbeddedAssetSearch(database);
  const elastic = elasticOptions(config);
  const copied: ElasticAssets | null =
    elastic && (await elasticsearch()).openElasticAssets({ elastic, data, assets, store, now, onTrouble });
  const search: AssetSearch = copied?.search ?? store;
  return { search, copied, close: () => (copied ?? store).close() };
}
