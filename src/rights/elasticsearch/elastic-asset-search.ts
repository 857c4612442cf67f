import type { ElasticClient } from '../../reference-index/elasticsearch/client.js';
import { MomentSearch } from '../../search-copies/moment-search.js';
import type { AssetQuery, AssetsWanted } from '../search/asset-search.js';
import { orderOf, readPlace, writePlace } from '../search/place.js';
import { SHOWN, type ShownDocument } from './asset-document.js';
import { filtersOf } from './asset-query.js';

interface Answer {
  readonly hits: { readonly hits: readonly { readonly _source: ShownDocument }[] };
}

const FIELDS = { title: 'titleKey', updatedAt: 'updatedAt' } as const;

/** Which assets are found, and in which order, by their copies on Elasticsearch. */
export class ElasticAssetSearch {
  readonly #index: MomentSearch<Answer>;

  constructor(client: ElasticClient, alias: string) {
    this.#index = new MomentSearch(client, alias);
  }

  /** Throws SP_USAGE for a place that is none in this order; SP_INDEX_UNAVAILABLE, SP_INDEX_REFUSED */
  async places(
    query: AssetQuery,
    { sort, limit, after }: AssetsWanted,
  ): Promise<{ readonly places: readonly ShownDocument[]; readonly next: string | null }> {
    const place = after === null ? null : readPlace(sort, after);
    const filter = filtersOf(query);
    if (filter === null) return { places: [], next: null };
    const { by, isFalling } = orderOf(sort);
    const way = isFalling ? 'desc' : 'asc';
    const fields = [...(by ? [FIELDS[by]] : []), 'catalogue', 'id'];
    const body = {
      size: limit + 1,
      query: { bool: { filter } },
      sort: fields.map((field) => ({ [field]: way })),
      _source: SHOWN,
      ...(place && { search_after: [...(by ? [place.key] : []), place.catalogue, place.id] }),
    };
    const { answer, moment } = await this.#index.page(body, place ? (place.moment ?? null) : undefined);
    const found = answer.hits.hits.map(({ _source }) => _source);
    const places = found.slice(0, limit);
    const last = places.at(-1);
    if (found.length <= limit || !last) {
      if (moment !== null) this.#index.forget(moment);
      return { places, next: null };
    }
    const { catalogue, id } = last;
    const key = by ? last[FIELDS[by]] : null;
    return { places, next: writePlace(sort, { key, catalogue, id, ...(moment !== null && { moment }) }) };
  }
}
