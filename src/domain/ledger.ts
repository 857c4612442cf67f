import type { StreamId, UtcMillis } from './ids.js';
import type { Interval } from './match.js';

/**
 * What is known of a stretch of a stream: `captured` = had and matched; `damaged` = had, but a part could not
 * be decoded; `lost` = announced, but not had, or had and not decodable; `silent` = the source gave nothing.
 */
export type CoverageState = 'captured' | 'damaged' | 'lost' | 'silent';

/** One line of the ledger, which tells "nothing found" from "nothing captured". */
export interface Coverage {
  readonly streamId: StreamId;
  readonly time: Interval<UtcMillis>;
  readonly state: CoverageState;
  /** Empty for `captured`. */
  readonly reason: string;
}
