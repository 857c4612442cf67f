import { hammingBytes } from '../../fingerprints/picture.js';
import { ROW_BYTES, ROWS_PER_SECOND, type Seconds } from '../../fingerprints/units.js';
import type { StillSide } from '../detections/detection-store.js';
import type { StillPicture } from '../domain/catalogue.js';
import type { Detection } from '../domain/match.js';
import type { LiveMatch } from '../matching/matches.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import { STILL_AFTER } from '../media/still-moment.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { SegmentRing } from './segment-ring.js';

/** The picture stands still where no row within 0.6 s differs by more bits than this. */
const STEADY_BITS = 24;
const ROWS_AROUND = 3;

/** Stills are taken from frames, so their times are not exact, s. */
const SAME_MOMENT: Seconds = 0.25;

interface StillServices {
  readonly pool: MediaPool;
  readonly index: ReferenceIndex;
}

/** Takes a picture of a detection, to be kept. */
export type KeepStill = (detection: Detection, side: StillSide, still: StillPicture) => Promise<void>;

/**
 * Takes, for a detection, the stream's picture beside the reference's, where there are any.
 * @returns whether both show the same moment; otherwise a later try may find better ones
 */
export async function stillsOf(
  { pool, index }: StillServices,
  ring: SegmentRing,
  detection: Detection,
  match: LiveMatch,
  keep: KeepStill,
): Promise<boolean> {
  const moment = await momentToShow(index, ring, match);
  if (moment === null) return false;
  const referenceTime = ownStart(match) + match.speed * (moment - match.stream.start);
  const ofReference = await index.still(match.fingerprintId, referenceTime);
  if (ofReference) await keep(detection, 'reference', ofReference);
  const shown = moment + STILL_AFTER;
  // At the end of a segment the next one shows it, if that is here.
  const segment = ring.at(shown) ?? ring.at(moment)!;
  const { stills } = await pool.run({
    kind: 'still',
    path: segment.path,
    limits: DEFAULT_LIMITS,
    times: [shown - segment.shift],
  });
  if (stills[0]) await keep(detection, 'stream', stills[0]);
  return ofReference !== null && Math.abs(ofReference.time - referenceTime) <= SAME_MOMENT;
}

/**
 * Stream time, within the match and the segments still kept, at which the reference has a still; without one, the
 * middle. A place where the picture stands still is preferred: at a cut, a frame more or less shows another scene.
 */
async function momentToShow(
  index: ReferenceIndex,
  ring: SegmentRing,
  match: LiveMatch,
): Promise<Seconds | null> {
  const times = await index.stillTimes(match.fingerprintId);
  const { start, end } = match.stream;
  const moments = times
    .map((time) => start + (time - ownStart(match)) / match.speed)
    .filter((time) => time >= start && time < end && ring.at(time) !== undefined);
  const middle = (start + end) / 2;
  if (moments.length === 0) return ring.at(middle) ? middle : null;
  const changes = await Promise.all(
    moments.map((moment) => changeAround(index, match, ownStart(match) + match.speed * (moment - start))),
  );
  const steady = changes.findIndex((bits) => bits <= STEADY_BITS);
  return moments[steady >= 0 ? steady : changes.indexOf(Math.min(...changes))] ?? null;
}

/** Where a match begins, in the time of its fingerprint, s. */
function ownStart({ reference, referenceZero }: LiveMatch): Seconds {
  return reference.start - referenceZero;
}

/** How much the reference's picture changes around a time, bits. */
async function changeAround(index: ReferenceIndex, match: LiveMatch, time: Seconds): Promise<number> {
  const first = Math.round(time * ROWS_PER_SECOND) - ROWS_AROUND;
  const [rows] = await index.readRows([
    { fingerprintId: match.fingerprintId, first, count: 2 * ROWS_AROUND + 1 },
  ]);
  let most = 0;
  for (let i = 0; i <= 2 * ROWS_AROUND; i++)
    most = Math.max(most, hammingBytes(rows!, ROWS_AROUND * ROW_BYTES, rows!, i * ROW_BYTES));
  return most;
}
