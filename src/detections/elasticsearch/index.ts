import { type CopiesOptions, type CopiesState, openCopies, searchedBy } from '../../search-copies/copies.js';
import type { DetectionSearch } from '../search/detection-search.js';
import { SearchFeed } from '../search-feed.js';
import { BackedSearch } from './backed-search.js';
import { DETECTION_COPIES } from './detection-document.js';
import { ElasticDetectionSearch } from './elastic-search.js';

export interface ElasticDetectionsOptions
  extends Pick<CopiesOptions<never>, 'elastic' | 'now' | 'onTrouble'> {
  readonly data: string;
  /** Search in the store, for when the server is away; closed with this. */
  readonly store: DetectionSearch;
}

/** Detections on Elasticsearch: copied there all the time, and searched there. */
export interface ElasticDetections extends CopiesState {
  readonly search: DetectionSearch;
}

/** The store is there. The server need not be: nothing waits for it, and what it lacks is copied when it is back. */
export function openElasticDetections(options: ElasticDetectionsOptions): ElasticDetections {
  const { elastic, data, store, now, onTrouble } = options;
  const feed = SearchFeed.open(data);
  const copies = openCopies({ elastic, kind: DETECTION_COPIES, feed, now, onTrouble });
  const { client, alias, choice } = copies;
  const search = new BackedSearch(choice, new ElasticDetectionSearch(client, alias), store);
  return searchedBy(copies, search);
}
