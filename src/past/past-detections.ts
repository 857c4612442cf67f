import type { Seconds } from '../../fingerprints/units.js';
import { DetectionTracker, MAX_GAP, type SeenMatch } from '../detections/tracker.js';
import { type UtcMillis, utcMillis } from '../domain/ids.js';
import { between, common, lengthOf, unionOf } from '../domain/intervals.js';
import type { Detection, Interval, StreamInfo } from '../domain/match.js';

/** What lies outside of what is known by less is no news, ms. */
const NEWS = 500;
/** What would be a detection of its own beside one that is known has at least this length. */
const LEAST_APART: Seconds = 5;
const LONG_AGO = utcMillis(0);

/** What became of a match that was found in the past. */
export interface PastOutcome {
  /** Detections that are new or reach further. */
  readonly detections: readonly Detection[];
  /** A part of it touches a detection that is open: it has to wait until that is closed. */
  readonly waiting: boolean;
}

/**
 * What a match found in the past adds to the detections of its asset on its stream. What was found already, live or
 * in the past, stays as it is; what lies before, after and between is joined to it where the line agrees.
 * @param known the asset's detections on the stream
 */
export function pastDetections(
  stream: StreamInfo,
  seen: SeenMatch,
  known: readonly Detection[],
): PastOutcome {
  const reach = { start: seen.time.start - 1000 * MAX_GAP, end: seen.time.end + 1000 * MAX_GAP };
  const touched = known.filter(({ time }) => lengthOf(common(time, reach)) > 0);
  const current = new Map(touched.map((detection) => [detection.id, detection]));
  const changed = new Map<string, Detection>();
  let waiting = false;
  for (const gap of between(unionOf(touched.map(({ time }) => time)))) {
    const part = common(seen.time, gap) as Interval<UtcMillis>;
    if (lengthOf(part) < NEWS) continue;
    const beside = [...current.values()].filter(({ time }) => isNear(time, part));
    if (beside.some(({ state }) => state === 'open')) {
      waiting = true;
      continue;
    }
    const joined = join(stream, clipped(seen, part), beside);
    if (!current.has(joined.id) && touched.length > 0 && lengthOf(part) < 1000 * LEAST_APART) continue;
    current.set(joined.id, joined);
    changed.set(joined.id, joined);
  }
  return { detections: [...changed.values()], waiting };
}

function isNear(time: Interval, part: Interval): boolean {
  return Math.max(time.start - part.end, part.start - time.end) <= 1000 * MAX_GAP;
}

/** A tracker that knows only these decides whether one of them goes on. */
function join(stream: StreamInfo, seen: SeenMatch, known: readonly Detection[]): Detection {
  const tracker = new DetectionTracker(stream, { open: [], closed: [], past: known });
  tracker.update([seen], LONG_AGO);
  return tracker.closeAll()[0]!.detection;
}

/** A part of a match. */
function clipped(seen: SeenMatch, part: Interval<UtcMillis>): SeenMatch {
  const { match, time } = seen;
  const begins = (part.start - time.start) / 1000;
  const ends = (part.end - time.end) / 1000;
  return {
    ...seen,
    time: part,
    match: {
      ...match,
      stream: { start: match.stream.start + begins, end: match.stream.end + ends },
      reference: {
        start: match.reference.start + match.speed * begins,
        end: match.reference.end + match.speed * ends,
      },
    },
  };
}
