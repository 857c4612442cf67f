import type { Seconds } from '../../fingerprints/units.js';
import type { UtcMillis } from './ids.js';

/** Where a run that watched a stream stood on its time line, so that the next run can go on with it. */
export interface StreamPosition {
  /** The first segment of the run: a source that is read from its start again sends it again. */
  readonly first: {
    readonly uri: string;
    /** SHA-256 of the media, in hex. */
    readonly digest: string;
    readonly start: UtcMillis;
  };
  /** The last one. */
  readonly last: {
    /** Media time at which it ends. */
    readonly mediaEnd: Seconds;
    readonly end: UtcMillis;
    /** When its first byte arrived. */
    readonly capturedAt: UtcMillis;
  };
}
