import { PICTURE_TERM_BITS } from '../../../fingerprints/picture-terms.js';
import { isWorthReading } from '../nominating/picture-votes.js';
import { Positions } from '../nominating/positions.js';
import type { PictureProbe } from '../reference-index.js';
import type { LookUpLosses } from './look-up-losses.js';
import type { Segment } from './segment.js';

/** The top bits of a term say which table it belongs to. */
const TABLE_BITS = 4;
const TABLE_SHIFT = PICTURE_TERM_BITS - TABLE_BITS;

/** A chunk of a reference that shares terms with some probes. */
export interface ChunkHits {
  /** Index of the segment. */
  readonly segment: number;
  readonly chunk: number;
  /** Indices of the probes. */
  readonly probes: readonly number[];
  /** In how many tables the probe that agrees best has a term in common with the chunk. */
  readonly tables: number;
}

const found = new Positions();
const codes = new Positions();

/** All chunks of live fingerprints that share a term with a probe, those that agree best first. */
export function gatherChunks(
  segments: readonly Segment[],
  probes: readonly PictureProbe[],
  losses: LookUpLosses,
): ChunkHits[] {
  const all: ChunkHits[] = [];
  segments.forEach((segment, s) => {
    const chunks = new Map<number, { probes: number[]; tables: number }>();
    probes.forEach((probe, p) => {
      gatherCodes(segment, probe.terms, losses);
      forEachChunk((chunk, tables) => {
        const hits = chunks.get(chunk);
        if (hits) {
          hits.probes.push(p);
          hits.tables = Math.max(hits.tables, tables);
        } else if (!segment.removed.has(segment.ordinalOfChunk(chunk))) {
          chunks.set(chunk, { probes: [p], tables });
        }
      });
    });
    for (const [chunk, hits] of chunks)
      if (isWorthReading(hits, probes)) all.push({ segment: s, chunk, ...hits });
  });
  return all.sort((a, b) => b.tables - a.tables || b.probes.length - a.probes.length);
}

/** Leaves chunk × 16 + table of every posting in `codes`, sorted. */
function gatherCodes(segment: Segment, terms: Uint32Array, losses: LookUpLosses): void {
  codes.length = 0;
  for (const term of terms) {
    found.length = 0;
    if (!segment.pictures.lookUp(term, found)) losses.commonTerms++;
    codes.reserve(codes.length + found.length);
    const table = term >>> TABLE_SHIFT;
    for (let i = 0; i < found.length; i++)
      codes.array[codes.length++] = (found.array[i]! << TABLE_BITS) | table;
  }
  codes.array.subarray(0, codes.length).sort();
}

/** Goes through `codes`: each chunk, with the number of its different tables. */
function forEachChunk(visit: (chunk: number, tables: number) => void): void {
  const { array, length } = codes;
  for (let i = 0; i < length; ) {
    const chunk = array[i]! >>> TABLE_BITS;
    let tables = 0;
    for (; i < length && array[i]! >>> TABLE_BITS === chunk; i++) {
      if (i === 0 || array[i] !== array[i - 1]) tables++;
    }
    visit(chunk, tables);
  }
}
