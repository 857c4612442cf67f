/** Seconds, as a floating point number. Media times are seconds unless a name says otherwise. */
export type Seconds = number;

/** Sound is analysed as mono samples of 16 bits at this rate. */
export const SAMPLE_RATE = 8000;

/** One tick is 128 samples = 16 ms: the grid that all times of sound lie on. */
export const TICK_SAMPLES = 128;
export const TICKS_PER_SECOND = SAMPLE_RATE / TICK_SAMPLES;
export const TICK: Seconds = TICK_SAMPLES / SAMPLE_RATE;

/** A reference keeps one band word every five ticks = 80 ms; a stream is looked at every tick. */
export const WORD_TICKS = 5;
export const WORD_STEP: Seconds = WORD_TICKS * TICK;

/** A reference keeps one frame hash every 0.2 s. */
export const ROWS_PER_SECOND = 5;
export const ROW_STEP: Seconds = 1 / ROWS_PER_SECOND;

/** Signs of a frame hash, and the bytes they take. */
export const HASH_BITS = 144;
export const HASH_BYTES = HASH_BITS / 8;

/** A row holds the hash of the whole picture and of its centre (REGION_BOXES in picture-boxes.ts). */
export const REGIONS = 2;
export const ROW_BYTES = REGIONS * HASH_BYTES;

/** Size of the small copies that are kept of a stream's pictures. */
export const THUMB_WIDTH = 128;
export const THUMB_HEIGHT = 72;
export const THUMB_BYTES = THUMB_WIDTH * THUMB_HEIGHT;
