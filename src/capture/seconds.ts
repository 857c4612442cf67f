import type { Segment } from '../domain/segment.js';

/** Seconds of media, as the domain has them. */
export type Seconds = Segment['duration'];
