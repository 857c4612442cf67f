import type { EngineChoice } from '../../search-copies/engine-choice.js';
import type { Assets } from '../assets.js';
import type { AssetPage, AssetQuery, AssetSearch, AssetsWanted } from '../search/asset-search.js';
import type { ElasticAssetSearch } from './elastic-asset-search.js';

/**
 * Search on Elasticsearch, and in the store while the server is away or lacks a change: lists go on across. What is
 * found is shown as the store has it now; what was removed meanwhile is left out.
 */
export class BackedAssetSearch implements AssetSearch {
  /** @param store search in the store itself; closed with this */
  constructor(
    private readonly choice: EngineChoice,
    private readonly elastic: ElasticAssetSearch,
    private readonly assets: Pick<Assets, 'get'>,
    private readonly store: AssetSearch,
  ) {}

  page(query: AssetQuery, wanted: AssetsWanted): Promise<AssetPage> {
    return this.choice.ask(
      async () => {
        const { places, next } = await this.elastic.places(query, wanted);
        return { items: places.flatMap(({ catalogue, id }) => this.assets.get(catalogue, id) ?? []), next };
      },
      () => this.store.page(query, wanted),
    );
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
