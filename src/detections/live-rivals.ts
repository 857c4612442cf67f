import type { Seconds } from '../../fingerprints/units.js';
import { common, lengthOf } from '../domain/intervals.js';
import { isLive } from '../domain/live-reference.js';
import type { Detection, Interval } from '../domain/match.js';
import { MAX_GAP, MAX_LINE_DIFFERENCE, type SeenMatch } from './tracker.js';

/** A stretch that another live reference explains to this share needs something of its own … */
const SHARED = 0.5;
/** … of this length, before or after: what both carry (adverts) belongs to neither. */
const LEAST_OWN: Seconds = 5;
/**
 * A stream follows a live reference from this length on: by then others that carry the same were found too, and most
 * adverts and idents are over.
 */
const LEAST_FOLLOWED: Seconds = 20;

/** A stretch of stream along one line of a live reference. */
interface Stretch {
  readonly asset: string;
  /** UTC of the stream less that of the reference, ms. */
  readonly behind: number;
  readonly time: Interval;
}

/**
 * Of what was found on a stream, what the live references among it may claim: where several of them carry the same,
 * the stream follows the one that goes on beyond it; while none does, none claims. Other references are not touched.
 * @param known detections of the stream, which tell what it has followed so far
 */
export function withoutRivals(seen: readonly SeenMatch[], known: readonly Detection[]): SeenMatch[] {
  const live = seen.filter(({ match }) => isLive(match));
  if (live.length === 0) return [...seen];
  const stretches = joinedStretches([
    ...live.map(({ match, time }) => stretchOf(match, time)),
    ...known.filter(isLive).map((detection) => stretchOf(detection, detection.time)),
  ]);
  return seen.filter(({ match, time }) => {
    if (!isLive(match)) return true;
    const one = stretchOf(match, time);
    const own = stretches.find((stretch) => isSameLine(stretch, one) && contains(stretch, one))!;
    if (lengthOf(own.time) < 1000 * LEAST_FOLLOWED) return false;
    return stretches.every((other) => other.asset === own.asset || isOwn(own, other));
  });
}

/** Whether a stretch has something that the other does not explain. */
function isOwn({ time }: Stretch, { time: other }: Stretch): boolean {
  const shared = lengthOf(common(time, other));
  if (shared < SHARED * Math.min(lengthOf(time), lengthOf(other))) return true;
  return Math.max(other.start - time.start, time.end - other.end) >= 1000 * LEAST_OWN;
}

function stretchOf(
  { catalogue, assetId, reference }: Pick<Detection, 'catalogue' | 'assetId' | 'reference'>,
  time: Interval,
): Stretch {
  return { asset: `${catalogue}\n${assetId}`, behind: time.start - 1000 * reference.start, time };
}

/** Stretches of one line as one where they lie near each other: a live reference comes in parts. */
function joinedStretches(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of [...stretches].sort((a, b) => a.time.start - b.time.start)) {
    const at = joined.findIndex(
      (other) => isSameLine(other, stretch) && stretch.time.start - other.time.end <= 1000 * MAX_GAP,
    );
    const before = joined[at];
    if (!before) joined.push(stretch);
    else {
      const end = Math.max(before.time.end, stretch.time.end);
      joined[at] = { ...before, time: { start: before.time.start, end } };
    }
  }
  return joined;
}

function isSameLine(a: Stretch, b: Stretch): boolean {
  return a.asset === b.asset && Math.abs(a.behind - b.behind) <= 2000 * MAX_LINE_DIFFERENCE;
}

function contains({ time }: Stretch, { time: inner }: Stretch): boolean {
  return time.start <= inner.start && time.end >= inner.end;
}
