import { StreamprintError } from '../../domain/errors.js';
import type { DetectionSearch } from '../search/detection-search.js';
import type { DetectionFeeder } from './detection-feeder.js';
import type { ElasticDetectionSearch } from './elastic-search.js';

/** A server that failed is not asked for so long, ms. */
const AVOIDED_MS = 5000;
const FAILURES: ReadonlySet<string> = new Set(['SP_INDEX_UNAVAILABLE', 'SP_INDEX_REFUSED']);

export type SearchEngine = 'elasticsearch' | 'store';

export interface BackedSearchOptions {
  readonly elastic: ElasticDetectionSearch;
  /** Search in the store itself; closed with this. */
  readonly store: DetectionSearch;
  readonly feeder: Pick<DetectionFeeder, 'isCurrent' | 'doubt'>;
  readonly now: () => number;
  /** Told of each search who answers it. */
  readonly onAsked: (engine: SearchEngine) => void;
  /** Told of what the server refuses. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Search on Elasticsearch, and in the store where the server is away or lacks what the store has: lists go on across.
 * What is asked for by its id is answered by the store, which is what reviews are written to.
 */
export class BackedSearch implements DetectionSearch {
  #avoidedUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: BackedSearchOptions) {}

  page: DetectionSearch['page'] = (...given) => this.#ask((search) => search.page(...given));
  total: DetectionSearch['total'] = (...given) => this.#ask((search) => search.total(...given));
  facets: DetectionSearch['facets'] = (...given) => this.#ask((search) => search.facets(...given));
  get: DetectionSearch['get'] = (...given) => this.options.store.get(...given);

  close(): Promise<void> {
    return this.options.store.close();
  }

  async #ask<T>(work: (search: ElasticDetectionSearch | DetectionSearch) => Promise<T>): Promise<T> {
    const { elastic, store, feeder, now, onAsked } = this.options;
    if (feeder.isCurrent && now() >= this.#avoidedUntil) {
      try {
        const answer = await work(elastic);
        onAsked('elasticsearch');
        return answer;
      } catch (error) {
        if (!(error instanceof StreamprintError && FAILURES.has(error.code))) throw error;
        this.#avoid(error);
      }
    }
    onAsked('store');
    return work(store);
  }

  #avoid(error: StreamprintError): void {
    const { feeder, now, onTrouble } = this.options;
    const isFirst = now() >= this.#avoidedUntil;
    this.#avoidedUntil = now() + AVOIDED_MS;
    if (isFirst) onTrouble(`Detections are searched in the store meanwhile: ${error.message}`);
    feeder.doubt();
  }
}
