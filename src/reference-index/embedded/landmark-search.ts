import { TICK } from '../../../fingerprints/units.js';
import { MAX_STRETCH, MAX_STRETCH_TICKS } from '../limits.js';
import type { LandmarkQuery, Nomination } from '../reference-index.js';
import type { LookUpLosses } from './look-up-losses.js';
import { Positions } from './postings.js';
import { rarestLandmarks } from './rarest-landmarks.js';
import type { Segment } from './segment.js';
import { Voter } from './voter.js';

/** Two landmarks agree by chance all the time. */
const MIN_VOTES = 3;

const found = new Positions();
const voter = new Voter();

/**
 * Places where landmarks of a stretch agree on one offset (after Wang 2003): each posting of each hash votes
 * for reference tick − stretch tick. A query that says how many postings to read has its rarest hashes read.
 */
export function nominateByLandmarks(
  segments: readonly Segment[],
  query: LandmarkQuery,
  limit: number,
  losses: LookUpLosses,
): Nomination[] {
  checkQuery(query);
  const { postings } = query;
  const read = postings === undefined ? query : rarestLandmarks(segments, query, postings);
  losses.landmarks += query.hashes.length - read.hashes.length;
  let nominations: Nomination[] = [];
  let atLeast = MIN_VOTES;
  for (const segment of segments) {
    gatherOffsets(segment, read, losses);
    const isLive = (tick: number) => {
      const lane = segment.laneAt(tick);
      return lane !== null && !segment.removed.has(lane.ordinal);
    };
    for (const line of voter.vote(found, limit, atLeast, isLive)) {
      const lane = segment.laneAt(line.tick);
      if (!lane || segment.removed.has(lane.ordinal)) continue;
      nominations.push({
        fingerprintId: segment.fingerprints[lane.ordinal]!.id,
        track: lane.track,
        offset: (line.tick - lane.tickBase) * TICK,
        mirrored: false,
        box: -1,
        region: -1,
        votes: line.votes,
      });
    }
    nominations = nominations.sort(byVotes).slice(0, limit);
    if (nominations.length === limit) atLeast = Math.max(MIN_VOTES, nominations.at(-1)?.votes ?? MIN_VOTES);
  }
  return nominations;
}

/** Best first; what is equal has an order that does not depend on how the index is cut into segments. */
export function byVotes(a: Nomination, b: Nomination): number {
  return (
    b.votes - a.votes ||
    (a.fingerprintId < b.fingerprintId ? -1 : a.fingerprintId > b.fingerprintId ? 1 : 0) ||
    a.track - b.track ||
    a.offset - b.offset
  );
}

function checkQuery({ hashes, ticks }: LandmarkQuery): void {
  if (hashes.length !== ticks.length) throw new RangeError('a landmark query has a tick for every hash');
  if (ticks.some((tick) => tick > MAX_STRETCH_TICKS))
    throw new RangeError(`a look-up takes a stretch of at most ${MAX_STRETCH} s`);
}

/** Leaves reference tick − stretch tick of every posting of every landmark in `found`. */
function gatherOffsets(segment: Segment, { hashes, ticks }: LandmarkQuery, losses: LookUpLosses): void {
  found.length = 0;
  for (let i = 0; i < hashes.length; i++) {
    if (!segment.audio.lookUp(hashes[i]!, found, ticks[i]!)) losses.commonTerms++;
  }
}
