import type { KnownDetections } from '../detections/tracker.js';
import type { StreamPosition } from '../domain/stream-position.js';
import { StreamClock } from './stream-clock.js';
import type { RunState } from './stream-monitor.js';

/**
 * The state in which a run of a stream begins.
 * @param earlier where the run before stood; null = there was none
 * @param detections of the runs before
 */
export function newRun(earlier: StreamPosition | null, detections: KnownDetections): RunState {
  return { clock: new StreamClock(earlier).state, soundApart: false, detections, placed: [] };
}
