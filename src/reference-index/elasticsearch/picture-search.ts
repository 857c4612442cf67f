import { PICTURE_TERM_BITS } from '../../../fingerprints/picture-terms.js';
import type { FingerprintId } from '../../domain/ids.js';
import { isWorthReading, PictureVotes } from '../nominating/picture-votes.js';
import type { Nomination, PictureProbe } from '../reference-index.js';
import { pictureTermsOf, placeOfChunk } from './chunk-documents.js';
import { CHUNK_ROWS, MARGIN_ROWS } from './chunk-size.js';
import type { LookUp } from './look-up.js';
import { MOST_PICTURES, type TermCounts } from './term-counts.js';
import { searchTerms } from './term-search.js';

/** The top bits of a term say which table it belongs to. */
const TABLE_SHIFT = PICTURE_TERM_BITS - 4;
/** Chunks whose rows are compared, for each place wanted; at least and at most. */
const CHUNKS_A_PLACE = 8;
const LEAST_CHUNKS = 50;
const MOST_CHUNKS = 400;
/** Chunks that the terms of one look-up lead to, about: beyond that the commonest terms are left out. */
const POSTINGS = 60_000;
/** Terms with no more chunks than this are always asked for. */
const RARE = 8;
/** A prime, so that the tables of terms do not fall together. */
const MARKS = 131_071;
const NONE: readonly number[] = [];

/**
 * Places where pictures of a stretch agree on one offset: the server finds the chunks that share most terms with its
 * pictures, and the rows that are stored with those are compared with the probes that have led there.
 */
export async function nominateByPictures(
  { client, names, counts, chunks }: LookUp,
  probes: readonly PictureProbe[],
  limit: number,
): Promise<Nomination[]> {
  const votes = new PictureVotes(probes);
  const byTerm = new ProbesByTerm(probes);
  const terms = worthAsking(byTerm.terms, counts);
  const size = Math.min(MOST_CHUNKS, Math.max(LEAST_CHUNKS, limit * CHUNKS_A_PLACE));
  const countOf = (term: number) => counts.ofPicture(term);
  const hits = await searchTerms(client, names, 'pictures', terms, countOf, size, ['rows']);
  const ids: FingerprintId[] = [];
  const numbers = new Map<FingerprintId, number>();
  for (const { id, fields } of hits) {
    if (votes.isFull) break;
    const pack = fields.rows && chunks.keepRows(id, fields.rows[0]);
    if (!pack) continue;
    const shared = sharedWith(pack.rows, byTerm);
    if (!isWorthReading(shared, probes)) continue;
    const { fingerprintId, number } = placeOfChunk(id);
    const known = numbers.get(fingerprintId) ?? ids.length;
    if (known === ids.length) {
      ids.push(fingerprintId);
      numbers.set(fingerprintId, known);
    }
    votes.compare(known, pack.withMargin, number * CHUNK_ROWS - MARGIN_ROWS, shared.probes);
  }
  return votes.nominations(limit, (number) => ids[number]!);
}

/** Which probes have a term; most terms of a chunk are known at once to be of none. */
class ProbesByTerm {
  private readonly probes = new Map<number, number[]>();
  private readonly marks = new Uint8Array(MARKS);

  constructor(probes: readonly PictureProbe[]) {
    probes.forEach(({ terms }, p) => {
      for (const term of terms) {
        const of = this.probes.get(term);
        if (of) of.push(p);
        else this.probes.set(term, [p]);
        this.marks[term % MARKS] = 1;
      }
    });
  }

  get terms(): number[] {
    return [...this.probes.keys()];
  }

  of(term: number): readonly number[] {
    return (this.marks[term % MARKS] === 1 && this.probes.get(term)) || NONE;
  }
}

/** Without what no reference has; of the rest the rarest, as long as they do not lead to too many chunks. */
function worthAsking(terms: readonly number[], counts: TermCounts): number[] {
  const counted = Uint8Array.from(terms, (term) => counts.ofPicture(term));
  const tally = new Uint32Array(MOST_PICTURES + 1);
  for (const count of counted) tally[count]!++;
  let commonest = 0;
  let postings = 0;
  while (commonest < MOST_PICTURES) {
    postings += tally[commonest + 1]! * (commonest + 1);
    if (postings > POSTINGS && commonest >= RARE) break;
    commonest++;
  }
  return terms.filter((_, i) => counted[i]! > 0 && counted[i]! <= commonest);
}

/** The probes that a chunk has terms in common with, and in how many tables the one that agrees best has. */
function sharedWith(rows: Uint8Array, byTerm: ProbesByTerm): { probes: number[]; tables: number } {
  const tablesOf = new Map<number, number>();
  for (const term of pictureTermsOf(rows)) {
    for (const p of byTerm.of(term)) tablesOf.set(p, (tablesOf.get(p) ?? 0) | (1 << (term >>> TABLE_SHIFT)));
  }
  let tables = 0;
  for (const of of tablesOf.values()) tables = Math.max(tables, bitsSet(of));
  return { probes: [...tablesOf.keys()], tables };
}

function bitsSet(value: number): number {
  let bits = 0;
  for (let left = value; left !== 0; left &= left - 1) bits++;
  return bits;
}
