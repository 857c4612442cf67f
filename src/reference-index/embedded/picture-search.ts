import { ROW_BYTES, ROWS_PER_SECOND } from '../../../fingerprints/units.js';
import { PictureVotes } from '../nominating/picture-votes.js';
import type { Nomination, PictureQuery } from '../reference-index.js';
import { gatherChunks } from './chunk-hits.js';
import type { ChunkHits } from './chunk-tally.js';
import type { LookUpLosses } from './look-up-losses.js';
import type { Segment } from './segment.js';
import { CHUNK_ROWS } from './time-line.js';

/**
 * Chunks whose rows are compared, for each place wanted; at least and at most. Those in which most tables agree come
 * first: at 1,000 h the right one was among the first 20, of up to 5,600.
 */
const CHUNKS_A_PLACE = 20;
const LEAST_CHUNK_READS = 120;
const MAX_CHUNK_READS = 4000;
/** Beside what the caller allows, one of so many postings that there are: where terms lead to more places, more are read. */
const INDEXED_A_POSTING = 30_000;
/** Rows looked at before and after a chunk. */
const MARGIN_ROWS = ROWS_PER_SECOND;

/**
 * Places where pictures of a stretch agree on one offset: chunks that share an index term with a probe are
 * read, and all regions of their rows compared with it.
 */
export function nominateByPictures(
  segments: readonly Segment[],
  query: PictureQuery,
  limit: number,
  losses: LookUpLosses,
): Nomination[] {
  const votes = new PictureVotes(query.probes);
  const most = Math.min(MAX_CHUNK_READS, Math.max(LEAST_CHUNK_READS, limit * CHUNKS_A_PLACE));
  const indexed = segments.reduce((sum, { pictures }) => sum + pictures.size, 0);
  const postings = (query.postings ?? Number.POSITIVE_INFINITY) + indexed / INDEXED_A_POSTING;
  const gathered = gatherChunks(segments, { ...query, postings }, most, losses);
  const firsts = firstIndices(segments);
  let read = 0;
  while (read < gathered.length && !votes.isFull) compareChunk(segments, firsts, gathered[read++]!, votes);
  losses.chunks += gathered.length - read;
  return votes.nominations(limit, (index) => {
    const s = firsts.findLastIndex((first) => first <= index);
    return segments[s]!.fingerprints[index - firsts[s]!]!.id;
  });
}

/** A running number for each fingerprint of all segments. */
function firstIndices(segments: readonly Segment[]): number[] {
  const firsts = [0];
  for (const segment of segments) firsts.push(firsts.at(-1)! + segment.fingerprints.length);
  return firsts;
}

const rows = new Uint8Array((CHUNK_ROWS + 2 * MARGIN_ROWS) * ROW_BYTES);

function compareChunk(
  segments: readonly Segment[],
  firsts: readonly number[],
  { segment: s, chunk, probes: hitBy }: ChunkHits,
  votes: PictureVotes,
): void {
  const segment = segments[s]!;
  const ordinal = segment.ordinalOfChunk(chunk);
  const place = segment.fingerprints[ordinal]!;
  const firstRow = (chunk - place.chunkBase) * CHUNK_ROWS - MARGIN_ROWS;
  rows.fill(0);
  segment.readRows(ordinal, firstRow, rows);
  votes.compare(firsts[s]! + ordinal, rows, firstRow, hitBy);
}
