import type { ElasticClient } from '../../reference-index/elasticsearch/client.js';
import { MomentSearch } from '../../search-copies/moment-search.js';
import type {
  DetectionPage,
  DetectionQuery,
  Facet,
  Facets,
  PageWanted,
  Sort,
  Total,
} from '../search/detection-search.js';
import { orderOf, type Place, readPlace, writePlace } from '../search/rows.js';
import { foundOf, SHOWN, type ShownDocument } from './detection-document.js';
import { aggregationOf, type FacetAnswer, valuesOf } from './detection-facets.js';
import { filtersOf } from './detection-query.js';

/** Exactly so many are counted; beyond, so many at least. */
const MOST_COUNTED = 1_000_000;

interface Answer {
  readonly hits: {
    readonly total?: { readonly value: number; readonly relation: 'eq' | 'gte' };
    readonly hits: readonly { readonly _source: ShownDocument }[];
  };
  readonly aggregations?: Readonly<Record<string, FacetAnswer>>;
}

/**
 * Search in the copies of detections on Elasticsearch. A list that is read on is one of a moment: from its second page
 * on it stays as it was then. Where the moment is not kept any more (nobody read on for two minutes, the server began
 * anew) the list goes on after the same place, at another moment.
 */
export class ElasticDetectionSearch {
  readonly #index: MomentSearch<Answer>;

  constructor(client: ElasticClient, alias: string) {
    this.#index = new MomentSearch(client, alias);
  }

  /** Throws SP_USAGE for a place that is none in this order; SP_INDEX_UNAVAILABLE, SP_INDEX_REFUSED */
  async page(query: DetectionQuery, { sort, limit, after }: PageWanted): Promise<DetectionPage> {
    const place = after === null ? null : readPlace(sort, after);
    const filter = filtersOf(query);
    if (filter === null) return { items: [], next: null };
    const { key, isFalling } = orderOf(sort);
    const order = isFalling ? 'desc' : 'asc';
    const body = {
      size: limit + 1,
      query: { bool: { filter } },
      sort: [{ [key]: order }, { no: order }],
      _source: SHOWN,
      ...(place && { search_after: [place.key, place.no] }),
    };
    const { answer, moment } = await this.#index.page(body, place ? (place.moment ?? null) : undefined);
    const found = answer.hits.hits.map(({ _source }) => _source);
    const last = found[limit - 1];
    if (found.length <= limit || !last) {
      if (moment !== null) this.#index.forget(moment);
      return { items: found.map(foundOf), next: null };
    }
    const { start } = last.detection.time;
    const next: Place = {
      key: key === 'start' ? start : last.detection.score,
      no: last.no,
      ...(moment !== null && { moment }),
    };
    return { items: found.slice(0, limit).map(foundOf), next: writePlace(sort, next) };
  }

  async total(query: DetectionQuery): Promise<Total> {
    const filter = filtersOf(query);
    if (filter === null) return { count: 0, isExact: true };
    const { hits } = await this.#index.search({ size: 0, query: { bool: { filter } } }, MOST_COUNTED);
    return { count: hits.total?.value ?? 0, isExact: hits.total?.relation === 'eq' };
  }

  /** Of all that is found, in whichever order. */
  async facets(query: DetectionQuery, _sort: Sort, facets: readonly Facet[]): Promise<Facets> {
    const filter = filtersOf(query);
    const none = Object.fromEntries(facets.map((facet) => [facet, []]));
    if (filter === null) return { values: none, counted: 0, isComplete: true };
    const aggs = Object.fromEntries(facets.map((facet) => [facet, aggregationOf(facet)]));
    const { hits, aggregations = {} } = await this.#index.search(
      { size: 0, query: { bool: { filter } }, ...(facets.length > 0 && { aggs }) },
      true,
    );
    const values = facets.map((facet) => [facet, valuesOf(facet, aggregations[facet] ?? { buckets: [] })]);
    return { values: Object.fromEntries(values), counted: hits.total?.value ?? 0, isComplete: true };
  }
}
