import { ROWS_PER_SECOND, TICKS_PER_SECOND, WORD_TICKS } from '../../../fingerprints/units.js';

/** A document is so much of a reference. */
export const CHUNK_SECONDS = 10;
export const CHUNK_TICKS = CHUNK_SECONDS * TICKS_PER_SECOND;
export const CHUNK_WORDS = CHUNK_TICKS / WORD_TICKS;
export const CHUNK_ROWS = CHUNK_SECONDS * ROWS_PER_SECOND;
/** Rows of the chunk before and of the one after that are kept with a chunk, too: scenes don't end where it does. */
export const MARGIN_ROWS = ROWS_PER_SECOND;
