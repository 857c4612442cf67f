import path from 'node:path';
import type { Config } from '../config.js';
import { Reviews } from '../detections/reviews.js';
import { ThreadedSearch } from '../detections/search/threaded-search.js';
import { Excerpts, StreamMedia } from '../evidence/index.js';
import type { MediaPool } from '../media/media-pool.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { Bus } from '../transport/index.js';
import { Closing } from './closing.js';
import { elasticOptions } from './reference-index.js';

/** Loaded where it is wanted. */
const elasticsearch = () => import('../detections/elasticsearch/index.js');

export interface DetectionPartsOptions {
  readonly config: Config;
  readonly data: string;
  readonly bus: Bus;
  readonly pool: MediaPool;
  readonly registered: ReferenceIndex;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/**
 * What the service needs to show detections: the store is there, of the newest version. Where a server of Elasticsearch
 * is configured, they are searched there.
 * @throws SP_USAGE when settings do not go together
 */
export async function openDetections(options: DetectionPartsOptions) {
  const { config, data, bus, pool, registered, now, onTrouble } = options;
  const closing = new Closing();
  const store = ThreadedSearch.open(data);
  const elastic = elasticOptions(config);
  const copied =
    elastic && (await elasticsearch()).openElasticDetections({ elastic, data, store, now, onTrouble });
  if (copied) closing.add(copied);
  else closing.add(store);
  const search = copied?.search ?? store;
  const reviews = closing.add(Reviews.open(data, now));
  const media = closing.add(new StreamMedia({ bus, directory: path.join(data, 'evidence'), now }));
  const excerpts = new Excerpts({ media, pool, index: registered });
  return { data, search, copied, reviews, media, excerpts, close: () => closing.close() };
}
