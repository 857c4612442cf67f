import { TICK } from '../../../fingerprints/units.js';
import type { FingerprintId } from '../../domain/ids.js';
import { GAP_TICKS, MAX_STRETCH_TICKS } from '../limits.js';
import { lastWithin } from '../nominating/last-within.js';
import { byVotes, checkLandmarks, USUAL_VOTES } from '../nominating/nominations.js';
import { Positions } from '../nominating/positions.js';
import { MOST_COUNTED, rarestLandmarks } from '../nominating/rarest-landmarks.js';
import { Voter } from '../nominating/voter.js';
import type { LandmarkQuery, Nomination } from '../reference-index.js';
import { placeOfChunk } from './chunk-documents.js';
import { CHUNK_TICKS } from './chunk-size.js';
import type { LookUp } from './look-up.js';
import { packedHash, packedTick, unpackTracks } from './packs.js';
import { QueryHashes } from './query-hashes.js';
import { MOST_LANDMARKS, type TermCounts } from './term-counts.js';
import type { AskedTerms } from './term-groups.js';
import { searchTerms } from './term-search.js';

/** Chunks that are asked for: one for each place wanted, at least and at most. */
const LEAST_CHUNKS = 30;
const MOST_CHUNKS = 400;
/** Where the caller bounds what is read, one hash is asked for in so many postings, and so many at the least. */
const POSTINGS_A_TERM = 250;
const LEAST_TERMS = 1000;
/** Chunks of a lane nearer than this lie on one line. */
const JOINED_TICKS = 8192;
/** Bases are multiples of this, so that votes fall into the same bins wherever a chunk is laid. */
const ALIGNMENT = 64;

/** Of hashes by the number of their places. */
const tally = new Uint32Array(MOST_LANDMARKS + 1);
const found = new Positions();
const voter = new Voter();

/** Chunks near each other of one sound track, laid at a place of their own on one line. */
interface Lane {
  readonly fingerprintId: FingerprintId;
  readonly track: number;
  /** The line's tick is the reference's and this. */
  readonly base: number;
  /** The lowest offset that belongs to it. */
  readonly from: number;
}

interface ChunkLandmarks {
  readonly fingerprintId: FingerprintId;
  readonly number: number;
  /** Of each sound track, as they are stored. */
  readonly tracks: readonly Uint32Array[];
}

/**
 * Places where landmarks of a stretch agree on one offset: the server finds the chunks that share most hashes with it,
 * and the landmarks that are stored with those vote for reference tick − stretch tick (after Wang 2003).
 */
export async function nominateByLandmarks(
  { searches, counts, generation, chunks }: LookUp,
  query: LandmarkQuery,
  limit: number,
): Promise<Nomination[]> {
  checkLandmarks(query);
  const { postings = Number.POSITIVE_INFINITY, atLeast = USUAL_VOTES } = query;
  const asked = worthAsking(query, postings, counts);
  const size = Math.min(MOST_CHUNKS, Math.max(LEAST_CHUNKS, limit));
  const known = new QueryHashes(asked);
  const most = Math.max(LEAST_TERMS, postings / POSTINGS_A_TERM);
  const terms = rarestOf(known.hashes, counts, most);
  const hits = await searchTerms(searches, 'sound', terms, size, ['landmarks', 'words']);
  const near: ChunkLandmarks[] = [];
  for (const { id, fields } of hits) {
    const pack = unpackTracks(fields.landmarks?.[0] ?? '');
    if (pack.generation > generation) continue;
    if (fields.words) chunks.keepWords(id, fields.words[0]);
    near.push({ ...placeOfChunk(id), tracks: pack.tracks });
  }
  return vote(near, known, limit, atLeast);
}

/** Without what no reference has, and of the rest the rarest, as many as may be read. */
function worthAsking({ hashes, ticks }: LandmarkQuery, postings: number, counts: TermCounts): LandmarkQuery {
  const known = { hashes: new Uint32Array(hashes.length), ticks: new Uint32Array(hashes.length) };
  const counted = new Uint16Array(hashes.length);
  let length = 0;
  for (let i = 0; i < hashes.length; i++) {
    const count = counts.ofLandmark(hashes[i]!);
    if (count === 0) continue;
    known.hashes[length] = hashes[i]!;
    known.ticks[length] = ticks[i]!;
    counted[length++] = Math.min(MOST_COUNTED, count);
  }
  const asked = { hashes: known.hashes.subarray(0, length), ticks: known.ticks.subarray(0, length) };
  return postings === Number.POSITIVE_INFINITY
    ? asked
    : rarestLandmarks(asked, counted.subarray(0, length), postings, 0);
}

/** All of them, or where there are too many the rarest. @param hashes each once */
function rarestOf(hashes: Uint32Array, counts: TermCounts, most: number): AskedTerms {
  const of = new Uint16Array(hashes.length);
  for (let i = 0; i < hashes.length; i++) of[i] = counts.ofLandmark(hashes[i]!);
  if (hashes.length <= most) return { terms: hashes, counts: of };
  tally.fill(0);
  for (let i = 0; i < hashes.length; i++) tally[of[i]!]!++;
  const commonest = lastWithin(tally, most);
  const asked = { terms: new Uint32Array(hashes.length), counts: new Uint16Array(hashes.length) };
  let length = 0;
  for (let i = 0; i < hashes.length; i++) {
    if (of[i]! > commonest) continue;
    asked.terms[length] = hashes[i]!;
    asked.counts[length++] = of[i]!;
  }
  return { terms: asked.terms.subarray(0, length), counts: asked.counts.subarray(0, length) };
}

function vote(
  near: readonly ChunkLandmarks[],
  query: QueryHashes,
  limit: number,
  atLeast: number,
): Nomination[] {
  const lanes = layOut(near, query);
  const nominations = voter
    .vote(found, limit, atLeast, () => true)
    .map(({ tick, votes }): Nomination => {
      const lane = lanes[lanes.findLastIndex(({ from }) => from <= tick)]!;
      const { fingerprintId, track, base } = lane;
      return {
        fingerprintId,
        track,
        offset: (tick - base) * TICK,
        mirrored: false,
        box: -1,
        region: -1,
        votes,
      };
    });
  return nominations.sort(byVotes);
}

/** Leaves the offsets that all chunks vote for in `found`, each lane's apart from the others'. */
function layOut(near: readonly ChunkLandmarks[], query: QueryHashes): Lane[] {
  const lanes: Lane[] = [];
  found.length = 0;
  let end = 0;
  for (const chunks of byFingerprint(near)) {
    const tracks = Math.max(...chunks.map((chunk) => chunk.tracks.length));
    for (let track = 0; track < tracks; track++) {
      let before = Number.NEGATIVE_INFINITY;
      let base = 0;
      for (const { fingerprintId, number, tracks: of } of chunks) {
        const start = number * CHUNK_TICKS;
        if (start - before > JOINED_TICKS) {
          const from = Math.ceil((end + GAP_TICKS) / ALIGNMENT) * ALIGNMENT;
          base = from + ALIGNMENT * Math.ceil(MAX_STRETCH_TICKS / ALIGNMENT) - alignedBelow(start);
          lanes.push({ fingerprintId, track, base, from });
        }
        before = start;
        end = base + start + CHUNK_TICKS;
        const landmarks = of[track];
        if (landmarks) gather(landmarks, base + start, query);
      }
    }
  }
  return lanes;
}

const alignedBelow = (tick: number) => Math.floor(tick / ALIGNMENT) * ALIGNMENT;

function gather(landmarks: Uint32Array, origin: number, query: QueryHashes): void {
  for (const landmark of landmarks) query.gather(packedHash(landmark), origin + packedTick(landmark), found);
}

/** The chunks of each fingerprint, in their order. */
function byFingerprint(near: readonly ChunkLandmarks[]): ChunkLandmarks[][] {
  const groups = new Map<FingerprintId, ChunkLandmarks[]>();
  for (const chunk of near) {
    const of = groups.get(chunk.fingerprintId);
    if (of) of.push(chunk);
    else groups.set(chunk.fingerprintId, [chunk]);
  }
  for (const of of groups.values()) of.sort((a, b) => a.number - b.number);
  return [...groups.values()];
}
