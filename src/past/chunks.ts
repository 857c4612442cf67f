import { ROWS_PER_SECOND, type Seconds, TICKS_PER_SECOND } from '../../fingerprints/units.js';

/**
 * Streams are run past references in pieces of this length: long enough for what agrees to pile up, short enough for
 * chance not to.
 */
export const CHUNK: Seconds = 600;
export const CHUNK_MS = 1000 * CHUNK;
export const CHUNK_TICKS = CHUNK * TICKS_PER_SECOND;
export const CHUNK_ROWS = CHUNK * ROWS_PER_SECOND;

/** A place where a reference may have run. */
export interface Nominated {
  /** Reference time − time in the hour, s. */
  readonly offset: Seconds;
  /** Time in the hour around which it agrees most, s. */
  readonly at: Seconds;
  readonly speed: number;
  readonly votes: number;
}
