import type { Seconds } from '../../fingerprints/units.js';
import type { DetectionStore } from '../detections/detection-store.js';
import type { Detection } from '../domain/match.js';
import type { LiveMatch } from '../matching/matches.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { SegmentRing } from './segment-ring.js';

interface StillServices {
  readonly pool: MediaPool;
  readonly index: ReferenceIndex;
  readonly store: DetectionStore;
}

/** Keeps, for a detection, the stream's picture beside the reference's at the same place, where there are any. */
export async function saveStills(
  { pool, index, store }: StillServices,
  ring: SegmentRing,
  detection: Detection,
  match: LiveMatch,
): Promise<void> {
  const moment = await momentToShow(index, ring, match);
  if (moment === null) return;
  const referenceTime = match.reference.start + match.speed * (moment - match.stream.start);
  const ofReference = await index.still(match.fingerprintId, referenceTime);
  if (ofReference) store.saveStill(detection.id, 'reference', ofReference);
  const segment = ring.at(moment)!;
  const time = moment - segment.shift;
  const { stills } = await pool.run({
    kind: 'still',
    path: segment.path,
    limits: DEFAULT_LIMITS,
    times: [time],
  });
  if (stills[0]) store.saveStill(detection.id, 'stream', stills[0]);
}

/** Stream time, within the match and the segments still kept, at which the reference has a still; else any. */
async function momentToShow(
  index: ReferenceIndex,
  ring: SegmentRing,
  match: LiveMatch,
): Promise<Seconds | null> {
  const times = await index.stillTimes(match.fingerprintId);
  const { start, end } = match.stream;
  const candidates = times
    .map((time) => start + (time - match.reference.start) / match.speed)
    .concat((start + end) / 2)
    .filter((time) => time >= start && time < end && ring.at(time) !== undefined);
  return candidates[0] ?? null;
}
