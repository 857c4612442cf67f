import type { Line } from './line.js';
import type { View } from './view.js';

/** A line worth following, with the evidence of the window that it was found in. */
export interface FoundLine extends Line {
  /** Sound track; null = found by its pictures. */
  readonly track: number | null;
  /** Index in PITCHES. */
  readonly pitch: number;
  readonly view: View;
  /** Too few landmarks speak for it to be nominated by itself. */
  readonly faint: boolean;
  /** Nats. */
  readonly evidence: number;
}
