import { ElasticClient, type ElasticOptions } from '../../reference-index/elasticsearch/client.js';
import type { DetectionSearch } from '../search/detection-search.js';
import { SearchFeed } from '../search-feed.js';
import { BackedSearch, type SearchEngine } from './backed-search.js';
import { DetectionFeeder } from './detection-feeder.js';
import { DetectionIndex } from './detection-index.js';
import { ElasticDetectionSearch } from './elastic-search.js';

export type { SearchEngine };

/** A person waits: after this, ms, the store is asked. */
const SEARCH_TIMEOUT_MS = 5000;
/** What is written waits in the store, so that trying again is the feeder's. */
const WRITE_PATIENCE_MS = 2000;

export interface ElasticDetectionsOptions {
  /** Of the server; its patience does not matter here. */
  readonly elastic: ElasticOptions & { readonly prefix: string };
  readonly data: string;
  /** Search in the store, for when the server is away; closed with this. */
  readonly store: DetectionSearch;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/** Detections on Elasticsearch: copied there all the time, and searched there. */
export interface ElasticDetections {
  readonly search: DetectionSearch;
  /** Searches since the start, by who answered them. */
  readonly asked: Readonly<Record<SearchEngine, number>>;
  /** Detections whose last change is not there yet. */
  readonly behind: number;
  /** Whether searches are answered there. */
  readonly isCurrent: boolean;
  /** Shows to searches what was copied so far, which else takes a second. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** The store is there. The server need not be: nothing waits for it, and what it lacks is copied when it is back. */
export function openElasticDetections(options: ElasticDetectionsOptions): ElasticDetections {
  const { elastic, data, store, now, onTrouble } = options;
  const feed = SearchFeed.open(data);
  const writing = new ElasticClient({ ...elastic, patienceMs: WRITE_PATIENCE_MS });
  const reading = new ElasticClient({ ...elastic, patienceMs: 0, timeoutMs: SEARCH_TIMEOUT_MS });
  const index = new DetectionIndex(writing, elastic.prefix, feed.name);
  const feeder = DetectionFeeder.start({ feed, index, now, onTrouble });
  const asked: Record<SearchEngine, number> = { elasticsearch: 0, store: 0 };
  const search = new BackedSearch({
    elastic: new ElasticDetectionSearch(reading, index.alias),
    ...{ store, feeder, now, onTrouble },
    onAsked: (engine) => asked[engine]++,
  });
  return {
    search,
    asked,
    get behind() {
      return feeder.behind;
    },
    get isCurrent() {
      return feeder.isCurrent;
    },
    refresh: () => index.refresh(),
    async close() {
      await feeder.close();
      await search.close();
      await writing.close();
      await reading.close();
      feed.close();
    },
  };
}
