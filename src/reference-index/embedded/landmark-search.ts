import { TICK } from '../../../fingerprints/units.js';
import { byVotes, checkLandmarks, USUAL_VOTES } from '../nominating/nominations.js';
import { Positions } from '../nominating/positions.js';
import { MOST_COUNTED, rarestLandmarks } from '../nominating/rarest-landmarks.js';
import { Voter } from '../nominating/voter.js';
import type { LandmarkQuery, Nomination } from '../reference-index.js';
import type { LookUpLosses } from './look-up-losses.js';
import type { Segment } from './segment.js';

/** Beside what the caller allows, one of so many postings that there are: where hashes lead to more places, more are read. */
const INDEXED_A_POSTING = 20_000;

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
  checkLandmarks(query);
  const { postings, atLeast = USUAL_VOTES } = query;
  const read = postings === undefined ? query : rarest(segments, query, postings);
  losses.landmarks += query.hashes.length - read.hashes.length;
  let nominations: Nomination[] = [];
  let needed = atLeast;
  for (const segment of segments) {
    gatherOffsets(segment, read, losses);
    const isLive = (tick: number) => {
      const lane = segment.laneAt(tick);
      return lane !== null && !segment.removed.has(lane.ordinal);
    };
    for (const line of voter.vote(found, limit, needed, isLive)) {
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
    if (nominations.length === limit) needed = Math.max(atLeast, nominations.at(-1)?.votes ?? atLeast);
  }
  return nominations;
}

let counts = new Float64Array(1 << 12);

/** The landmarks of the rarest hashes, by what the directories say of all segments together. */
function rarest(segments: readonly Segment[], query: LandmarkQuery, postings: number): LandmarkQuery {
  const { hashes } = query;
  if (counts.length < hashes.length) counts = new Float64Array(hashes.length * 2);
  counts.fill(0, 0, hashes.length);
  const going = segments.reduce((sum, { audio }) => sum + audio.going, 0);
  const indexed = segments.reduce((sum, { audio }) => sum + audio.size, 0);
  for (const { audio } of segments) audio.addUsualCounts(hashes, counts);
  for (let i = 0; i < hashes.length; i++) counts[i] = Math.min(MOST_COUNTED, Math.ceil(counts[i]!));
  return rarestLandmarks(query, counts, postings + indexed / INDEXED_A_POSTING, going);
}

/** Of each landmark, its tick, to be taken away. */
let back = new Int32Array(1 << 12);

/** Leaves reference tick − stretch tick of every posting of every landmark in `found`. */
function gatherOffsets(segment: Segment, { hashes, ticks }: LandmarkQuery, losses: LookUpLosses): void {
  found.length = 0;
  if (back.length < ticks.length) back = new Int32Array(2 * ticks.length);
  for (let i = 0; i < ticks.length; i++) back[i] = -ticks[i]!;
  losses.commonTerms += segment.audio.lookUp(hashes, back, 0, found);
}
