import { utcMillis } from '../../src/domain/ids.js';
import type { Segment } from '../../src/domain/segment.js';

/** Noon of a day, UTC. */
export const T0 = Date.UTC(2026, 0, 1, 12);

/** A segment of 6 s. @param at seconds after T0 at which its first byte came */
export function segment(at: number, facts: Partial<Segment> = {}): Segment {
  return {
    sequence: 1,
    path: '',
    bytes: 1,
    digest: `captured ${at}`,
    uri: 'http://one.example/segment.ts',
    firstByteAt: utcMillis(T0 + 1000 * at),
    duration: 6,
    carries: 'both',
    discontinuity: false,
    programDateTime: null,
    last: false,
    ...facts,
  };
}
