import { PICTURE_TERM_BITS, TERMS_PER_HASH } from '../../../fingerprints/picture-terms.js';
import { RANKS, rankOf } from '../nominating/term-rank.js';
import type { PictureProbe } from '../reference-index.js';
import type { LookUpLosses } from './look-up-losses.js';
import type { Postings } from './postings.js';

/** How common a term is, by powers of two. */
const CLASSES = 32;
/** Pictures have common terms rather than rare ones: so many times as many postings as the mean says. */
const COMMONER = 4;

/** What is asked of a segment. */
interface HasPictures {
  readonly pictures: Pick<Postings, 'size' | 'addMeanCounts'>;
}

let sums = new Float64Array(1 << 12);
/** Postings of the terms of a rank and class together. */
const load = new Float64Array(RANKS * CLASSES);

/**
 * The terms of each probe that are looked up: all of them where they lead to `postings` postings or fewer, about; else
 * those that its picture most likely has, and of these the rarest.
 */
export function likelyTerms(
  segments: readonly HasPictures[],
  probes: readonly PictureProbe[],
  postings: number,
  losses: LookUpLosses,
): readonly Uint32Array[] {
  const length = probes.reduce((sum, { terms }) => sum + terms.length, 0);
  const indexed = segments.reduce((sum, { pictures }) => sum + pictures.size, 0);
  if ((COMMONER * length * indexed) / 2 ** PICTURE_TERM_BITS <= postings)
    return probes.map(({ terms }) => terms);
  count(segments, probes, length);
  const last = lastKeyWithin(probes, postings);
  let at = 0;
  return probes.map(({ terms }) => {
    const kept = new Uint32Array(terms.length);
    let number = 0;
    for (let i = 0; i < terms.length; i++, at++) if (keyOf(terms, i, at) <= last) kept[number++] = terms[i]!;
    losses.terms += terms.length - number;
    return kept.subarray(0, number);
  });
}

/** Leaves in `sums` about how many postings each term has in all segments, probe after probe. */
function count(segments: readonly HasPictures[], probes: readonly PictureProbe[], length: number): void {
  if (sums.length < length) sums = new Float64Array(2 * length);
  sums.fill(0, 0, length);
  let at = 0;
  for (const { terms } of probes) {
    const own = sums.subarray(at, at + terms.length);
    for (const { pictures } of segments) pictures.addMeanCounts(terms, own);
    at += terms.length;
  }
}

/** The last key up to which terms have no more than so many postings; −1 = not even those of the first. */
function lastKeyWithin(probes: readonly PictureProbe[], postings: number): number {
  load.fill(0);
  let at = 0;
  for (const { terms } of probes)
    for (let i = 0; i < terms.length; i++, at++) load[keyOf(terms, i, at)]! += sums[at]!;
  let last = -1;
  for (let left = postings; last + 1 < load.length && load[last + 1]! <= left; ) left -= load[++last]!;
  return last;
}

/** Terms of lower keys are looked up first. @param at where its count is in `sums` */
function keyOf(terms: Uint32Array, i: number, at: number): number {
  const choices = terms.length / TERMS_PER_HASH;
  return rankOf(i % choices) * CLASSES + Math.min(CLASSES - 1, 31 - Math.clz32(1 + sums[at]!));
}
