import type { DetectionChange } from '../detections/tracker.js';
import type { UtcMillis } from '../domain/ids.js';
import type { Coverage } from '../domain/ledger.js';
import type { Interval } from '../domain/match.js';
import type { StreamPosition } from '../domain/stream-position.js';
import type { LiveMatch } from '../matching/matches.js';

/** What became of a detection, and by which match; null where it is not remembered any more. */
export type SeenChange = DetectionChange & {
  readonly by: { readonly match: LiveMatch; readonly time: Interval<UtcMillis> } | null;
};

/** What one event of a stream led to: to be written down all at once, and then said. */
export interface StreamStep {
  /** Sentences that a person should read, in order. */
  readonly notes: readonly string[];
  readonly changes: readonly SeenChange[];
  /** Lines of the ledger. */
  readonly coverage: readonly Coverage[];
  /** What was had of a sound rendition of its own: the ledger tells of the pictures that it belongs to. */
  readonly apart: readonly Coverage[];
  /** Where the run stands now; null = as before. */
  readonly position: StreamPosition | null;
}

export const NOTHING: StreamStep = { notes: [], changes: [], coverage: [], apart: [], position: null };

/** One step that does what several do, one after the other. */
export function joined(steps: readonly StreamStep[]): StreamStep {
  return {
    notes: steps.flatMap(({ notes }) => notes),
    changes: steps.flatMap(({ changes }) => changes),
    coverage: steps.flatMap(({ coverage }) => coverage),
    apart: steps.flatMap(({ apart }) => apart),
    position: steps.reduce<StreamPosition | null>((last, { position }) => position ?? last, null),
  };
}
