import type { EngineChoice } from '../../search-copies/engine-choice.js';
import type { DetectionSearch } from '../search/detection-search.js';
import type { ElasticDetectionSearch } from './elastic-search.js';

/**
 * Search on Elasticsearch, and in the store where the server is away or lacks what the store has: lists go on across.
 * What is asked for by its id is answered by the store, which is what reviews are written to.
 */
export class BackedSearch implements DetectionSearch {
  /** @param store search in the store itself; closed with this */
  constructor(
    private readonly choice: EngineChoice,
    private readonly elastic: ElasticDetectionSearch,
    private readonly store: DetectionSearch,
  ) {}

  page: DetectionSearch['page'] = (...given) => this.#ask((search) => search.page(...given));
  total: DetectionSearch['total'] = (...given) => this.#ask((search) => search.total(...given));
  facets: DetectionSearch['facets'] = (...given) => this.#ask((search) => search.facets(...given));
  get: DetectionSearch['get'] = (...given) => this.store.get(...given);

  close(): Promise<void> {
    return this.store.close();
  }

  #ask<T>(work: (search: ElasticDetectionSearch | DetectionSearch) => Promise<T>): Promise<T> {
    return this.choice.ask(
      () => work(this.elastic),
      () => work(this.store),
    );
  }
}
