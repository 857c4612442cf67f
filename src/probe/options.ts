import type { Seconds } from '../../fingerprints/units.js';
import type { HttpOptions } from '../capture/index.js';
import type { MediaPool } from '../media/media-pool.js';
import type { Bus } from '../transport/index.js';
import type { OutboxBounds } from './outbox/outbox.js';
import type { RingBounds } from './ring/media-ring.js';
import type { ProbeEvent } from './stream-journal.js';

/** `central` sends the media; `edge` what they say, and keeps them. */
export type ProbeMode = 'central' | 'edge';

export interface ProbeOptions {
  readonly bus: Pick<Bus, 'publish' | 'follow'>;
  /** Of this probe, as messages name it. */
  readonly name: string;
  /** A folder of its own: what waits to be sent, and what is kept. One probe at a time has it. */
  readonly directory: string;
  readonly mode: ProbeMode;
  /** Analyses at the edge; not used in the other mode. Not closed by the probe. */
  readonly pool?: MediaPool;
  readonly buffer?: Partial<OutboxBounds>;
  readonly ring?: Partial<RingBounds>;
  /** The one path among the targets that is a list which may name no channels for now. */
  readonly mayBeEmpty?: string;
  /** Channel lists are read again after so long; 5 minutes if absent. */
  readonly reloadEvery?: Seconds;
  readonly headers?: Readonly<Record<string, string>>;
  readonly http?: HttpOptions;
  /** Databases in MaxMind's format; absent or null = none. */
  readonly asnDatabase?: string | null;
  readonly countryDatabase?: string | null;
  /** An address of the service, whose answers carry `Date`, to compare clocks with; absent or null = none. */
  readonly serviceUrl?: string | null;
  /** The service is this very process: their clocks are one. */
  readonly sameProcess?: boolean;
  readonly now?: () => number;
  readonly random?: () => number;
  /** Told what a person should know. */
  readonly emit?: (event: ProbeEvent) => void;
}
