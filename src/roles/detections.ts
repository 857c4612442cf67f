import path from 'node:path';
import { Reviews } from '../detections/reviews.js';
import { ThreadedSearch } from '../detections/search/threaded-search.js';
import { Excerpts, StreamMedia } from '../evidence/index.js';
import type { MediaPool } from '../media/media-pool.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { Bus } from '../transport/index.js';
import { Closing } from './closing.js';

export interface DetectionPartsOptions {
  readonly data: string;
  readonly bus: Bus;
  readonly pool: MediaPool;
  readonly registered: ReferenceIndex;
  readonly now: () => number;
}

/** What the service needs to show detections: the store is there, of the newest version. */
export function openDetections({ data, bus, pool, registered, now }: DetectionPartsOptions) {
  const closing = new Closing();
  const search = closing.add(ThreadedSearch.open(data));
  const reviews = closing.add(Reviews.open(data, now));
  const media = closing.add(new StreamMedia({ bus, directory: path.join(data, 'evidence'), now }));
  const excerpts = new Excerpts({ media, pool, index: registered });
  return { data, search, reviews, media, excerpts, close: () => closing.close() };
}
