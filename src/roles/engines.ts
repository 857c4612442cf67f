import type { Config } from '../config.js';
import type { DetectionStore } from '../detections/detection-store.js';
import { StreamprintError } from '../domain/errors.js';
import type { MediaPool } from '../media/media-pool.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { Engine } from '../service/engine-watch.js';
import type { Bus } from '../transport/index.js';
import { isShared } from './bus.js';
import { catalogueGoesBy } from './catalogue.js';

/** What a process works with. */
export interface EnginesOfProcess {
  readonly bus: Bus;
  readonly index: ReferenceIndex;
  readonly pool: MediaPool;
  /** Of a service. */
  readonly store?: DetectionStore;
}

/** What a process cannot work without, as the configuration has it. */
export function enginesOf(config: Config, { bus, index, pool, store }: EnginesOfProcess): Engine[] {
  // Where the catalogue comes over the bus, look-ups are made in the copy of it.
  const hasServer = config.elasticsearch !== null && catalogueGoesBy(config) === 'data';
  return [
    { name: 'bus', kind: isShared(config) ? 'Kafka' : 'embedded', check: () => checkBus(bus) },
    {
      name: 'index',
      kind: hasServer ? 'Elasticsearch' : 'embedded',
      check: () => index.refresh(),
    },
    { name: 'decoder', kind: pool.decoder, check: () => pool.check() },
    ...(store ? [{ name: 'detections', kind: 'embedded', check: () => store.check() }] : []),
  ];
}

function checkBus({ stats: { health } }: Bus): void {
  if (health.state !== 'up') throw new StreamprintError('SP_BUS_UNAVAILABLE', health.reason);
}
