import { PICTURE_TERM_BITS } from '../../../fingerprints/picture-terms.js';
import { Positions } from '../nominating/positions.js';
import type { PictureQuery } from '../reference-index.js';
import { type ChunkHits, ChunkTally, TABLE_BITS } from './chunk-tally.js';
import { likelyTerms } from './likely-terms.js';
import type { LookUpLosses } from './look-up-losses.js';
import type { Segment } from './segment.js';

/** The top bits of a term say which table it belongs to. */
const TABLE_SHIFT = PICTURE_TERM_BITS - TABLE_BITS;

const tally = new ChunkTally();
const codes = new Positions();
/** Of each term of a probe, the table. */
let tables = new Int32Array(1 << 8);
/** Where in `codes` each probe begins, and the end. */
const starts: number[] = [];
/** How often a chunk was hit, up to twice; chunks that fall together count as one: of so many a posting few do. */
let hitTwice = new Uint8Array(1 << 17);
const MARKS_A_POSTING = 8;
let hitMask = hitTwice.length - 1;

/**
 * The chunks of live fingerprints that share terms with probes and are worth reading, those that agree best first.
 * @param most of them
 */
export function gatherChunks(
  segments: readonly Segment[],
  query: PictureQuery,
  most: number,
  losses: LookUpLosses,
): ChunkHits[] {
  const terms = likelyTerms(segments, query, losses);
  tally.clear();
  segments.forEach((segment, s) => {
    gatherCodes(segment, terms, losses);
    tally.beginSegment(s);
    for (const [p, { picture }] of query.probes.entries())
      tally.add(p, picture, likely(starts[p]!, starts[p + 1]!));
  });
  const { hits, of } = tally.best(most, (s, chunk) => isLive(segments[s]!, chunk));
  losses.chunks += of - hits.length;
  return hits;
}

function isLive(segment: Segment, chunk: number): boolean {
  return segment.removed.size === 0 || !segment.removed.has(segment.ordinalOfChunk(chunk));
}

/** Leaves chunk × 16 + table of every posting in `codes`, probe after probe, and counts in `hitTwice`. */
function gatherCodes(segment: Segment, asked: readonly Uint32Array[], losses: LookUpLosses): void {
  codes.length = 0;
  starts.length = 0;
  for (const terms of asked) {
    starts.push(codes.length);
    if (tables.length < terms.length) tables = new Int32Array(2 * terms.length);
    for (let i = 0; i < terms.length; i++) tables[i] = terms[i]! >>> TABLE_SHIFT;
    losses.commonTerms += segment.pictures.lookUp(terms, tables, TABLE_BITS, codes);
  }
  starts.push(codes.length);
  const { array, length } = codes;
  clearMarks(length);
  for (let i = 0; i < length; i++) {
    const mark = (array[i]! >>> TABLE_BITS) & hitMask;
    if (hitTwice[mark]! < 2) hitTwice[mark]!++;
  }
}

/** Makes `hitTwice` as large as so many postings need, and empty. */
function clearMarks(postings: number): void {
  const size = 2 ** Math.ceil(Math.log2(Math.max(1 << 17, MARKS_A_POSTING * postings)));
  if (hitTwice.length < size) hitTwice = new Uint8Array(size);
  hitMask = size - 1;
  hitTwice.fill(0, 0, size);
}

/** What of some codes may be worth reading, sorted: most chunks are hit once, by chance. */
function likely(from: number, to: number): Uint32Array {
  const { array } = codes;
  let end = from;
  for (let i = from; i < to; i++)
    if (hitTwice[(array[i]! >>> TABLE_BITS) & hitMask] === 2) array[end++] = array[i]!;
  return array.subarray(from, end).sort();
}
