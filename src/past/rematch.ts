import type { DetectionStore } from '../detections/detection-store.js';
import { withoutRivals } from '../detections/live-rivals.js';
import type { SeenMatch } from '../detections/tracker.js';
import type { Reference } from '../domain/catalogue.js';
import type { FingerprintId } from '../domain/ids.js';
import type { Detection, StreamInfo } from '../domain/match.js';
import { MEMORY } from '../matching/settings.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { askPast, type PastSpan } from './ask-past.js';
import { type AskedFingerprint, AskedReferences, batchesOf } from './asked-references.js';
import { type PastOutcome, pastDetections } from './past-detections.js';
import type { PastReader } from './past-reader.js';
import type { RematchRecords } from './rematch-records.js';

export interface RematchServices {
  readonly past: PastReader;
  readonly index: ReferenceIndex;
  readonly detections: DetectionStore;
  readonly records: Pick<RematchRecords, 'wait' | 'markAsked'>;
  readonly maxFalsePerDay: number;
  /** Whether streams are watched meanwhile: what runs on now is left to whoever watches them. */
  readonly live: boolean;
  /** ms since 1970. */
  readonly now: () => number;
  /** Called after each hour of a stream; the next one waits for it. */
  readonly turn?: () => Promise<void>;
}

/** What ended so recently may go on, ms: then it is found live, from two minutes before. */
const STILL_RUNS = 1000 * (MEMORY + 60);

/** `known`: all of it was found before; `waiting`: a part touches a detection that is open. */
export type RematchOutcome = 'new' | 'extended' | 'known' | 'waiting';

/** A match that was found in the past, and what became of it. */
export interface Rematched {
  readonly stream: StreamInfo;
  readonly seen: SeenMatch;
  readonly outcome: RematchOutcome;
  /** Those that are new or reach further. */
  readonly detections: readonly Detection[];
}

/**
 * Looks for references in what streams carried, and enters what is found among the detections. A reference counts as
 * asked when all streams were looked through.
 */
export async function* rematch(
  services: RematchServices,
  references: readonly Reference[],
  span: PastSpan,
): AsyncGenerator<Rematched> {
  for (const batch of batchesOf(references)) {
    const asked = await fingerprintsOf(services.index, batch);
    const { past, index, maxFalsePerDay, turn } = services;
    const found = askPast(past, index, new AskedReferences(asked), span, maxFalsePerDay, turn);
    for await (const { stream, matches } of found) {
      const known = services.detections.find({ stream: stream.id });
      for (const seen of withoutRivals(matches, known)) yield enter(services, stream, seen);
    }
    services.records.markAsked(
      batch.map(({ id }) => id),
      services.now(),
    );
  }
}

/** Enters what had to wait for a detection that is closed by now. */
export function* enterWaiting(services: RematchServices, records: RematchRecords): Generator<Rematched> {
  for (const waiting of records.waiting()) {
    const rematched = enter(services, waiting.stream, waiting.seen);
    if (rematched.outcome !== 'waiting') records.settled(waiting);
    if (rematched.detections.length > 0) yield rematched;
  }
}

function enter(services: RematchServices, stream: StreamInfo, seen: SeenMatch): Rematched {
  const { detections, records, live, now } = services;
  if (live && seen.time.end > now() - STILL_RUNS) {
    records.wait({ stream, seen });
    return { stream, seen, outcome: 'waiting', detections: [] };
  }
  let outcome: PastOutcome = { detections: [], waiting: false };
  let isNew = false;
  const changed = detections.revise(stream, seen.match, (known) => {
    outcome = pastDetections(stream, seen, known);
    isNew = outcome.detections.some(({ id }) => known.every((other) => other.id !== id));
    return outcome.detections;
  });
  if (outcome.waiting) records.wait({ stream, seen });
  const what = changed.length === 0 ? 'known' : isNew ? 'new' : 'extended';
  return { stream, seen, outcome: outcome.waiting ? 'waiting' : what, detections: changed };
}

/** Each fingerprint once; references that were removed meanwhile are left out. */
async function fingerprintsOf(
  index: ReferenceIndex,
  references: readonly Reference[],
): Promise<AskedFingerprint[]> {
  const asked = new Map<FingerprintId, AskedFingerprint>();
  for (const { fingerprintId: id } of references) {
    if (asked.has(id)) continue;
    const fingerprint = await index.readFingerprint(id);
    if (fingerprint) asked.set(id, { id, fingerprint });
  }
  return [...asked.values()];
}
