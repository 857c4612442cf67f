import { DOUBTS } from '../../../fingerprints/picture-terms.js';
import type { FingerprintId } from '../../domain/ids.js';
import { isWorthReading, PictureVotes } from '../nominating/picture-votes.js';
import type { Nomination, PictureProbe } from '../reference-index.js';
import { pictureTermsOf, placeOfChunk } from './chunk-documents.js';
import { CHUNK_ROWS, MARGIN_ROWS } from './chunk-size.js';
import type { LookUp } from './look-up.js';
import { ProbeTerms } from './probe-terms.js';
import { MOST_PICTURES, type TermCounts } from './term-counts.js';
import type { AskedTerms } from './term-groups.js';
import { searchTerms } from './term-search.js';

/** Chunks whose rows are compared, for each place wanted; at least and at most. */
const CHUNKS_A_PLACE = 5;
const LEAST_CHUNKS = 30;
const MOST_CHUNKS = 400;
/** Chunks that the terms of one look-up lead to, about: beyond that the commonest terms are left out. */
const POSTINGS = 60_000;
/** Terms with no more chunks than this are always asked for. */
const RARE = 8;
/** Terms that are asked for, for each place wanted: those that pictures most likely have. */
const TERMS_A_PLACE = 150;

/**
 * Places where pictures of a stretch agree on one offset: the server finds the chunks that share most terms with its
 * pictures, and the rows that are stored with those are compared with the probes that have led there.
 */
export async function nominateByPictures(
  { searches, counts, chunks }: LookUp,
  probes: readonly PictureProbe[],
  limit: number,
): Promise<Nomination[]> {
  const votes = new PictureVotes(probes);
  const known = new ProbeTerms(probes);
  const asked = worthAsking(known, counts, limit * TERMS_A_PLACE);
  const size = Math.min(MOST_CHUNKS, Math.max(LEAST_CHUNKS, limit * CHUNKS_A_PLACE));
  const hits = await searchTerms(searches, 'pictures', asked, size, ['rows']);
  const ids: FingerprintId[] = [];
  const numbers = new Map<FingerprintId, number>();
  for (const { id, fields } of hits) {
    if (votes.isFull) break;
    const pack = fields.rows && chunks.keepRows(id, fields.rows[0]);
    if (!pack) continue;
    const shared = known.sharing(pictureTermsOf(pack.rows));
    const isOfSeveral = shared.probes.some((p) => probes[p]!.picture !== probes[shared.probes[0]!]!.picture);
    if (!isWorthReading(shared.tables, isOfSeveral)) continue;
    const { fingerprintId, number } = placeOfChunk(id);
    const place = numbers.get(fingerprintId) ?? ids.length;
    if (place === ids.length) {
      ids.push(fingerprintId);
      numbers.set(fingerprintId, place);
    }
    votes.compare(place, pack.withMargin, number * CHUNK_ROWS - MARGIN_ROWS, shared.probes);
  }
  return votes.nominations(limit, (number) => ids[number]!);
}

/**
 * Without what no reference has; of the rest the rarest, as long as they do not lead to too many chunks, and of these the
 * likeliest.
 */
function worthAsking({ terms, doubts, count }: ProbeTerms, counts: TermCounts, most: number): AskedTerms {
  const counted = new Uint8Array(count);
  const tally = new Uint32Array(MOST_PICTURES + 1);
  for (let i = 0; i < count; i++) {
    counted[i] = counts.ofPicture(terms[i]!);
    tally[counted[i]!]!++;
  }
  const commonest = commonestWithin(tally);
  const ofDoubt = new Uint32Array(DOUBTS);
  for (let i = 0; i < count; i++) if (counted[i]! > 0 && counted[i]! <= commonest) ofDoubt[doubts[i]!]!++;
  let left = most;
  let last = 0;
  while (last < DOUBTS - 1 && ofDoubt[last]! <= left) left -= ofDoubt[last++]!;
  const asked = { terms: new Uint32Array(count), counts: new Uint8Array(count) };
  let length = 0;
  for (let i = 0; i < count; i++) {
    if (counted[i] === 0 || counted[i]! > commonest || doubts[i]! > last) continue;
    if (doubts[i] === last && left-- <= 0) continue;
    asked.terms[length] = terms[i]!;
    asked.counts[length++] = counted[i]!;
  }
  return { terms: asked.terms.subarray(0, length), counts: asked.counts.subarray(0, length) };
}

/** Terms with no more chunks than this do not lead to too many. @param tally of terms by the number of their chunks */
function commonestWithin(tally: Uint32Array): number {
  let commonest = 0;
  let postings = 0;
  while (commonest < MOST_PICTURES) {
    postings += tally[commonest + 1]! * (commonest + 1);
    if (postings > POSTINGS && commonest >= RARE) break;
    commonest++;
  }
  return commonest;
}
