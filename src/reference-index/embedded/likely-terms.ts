import { DOUBT_STEPS, DOUBTS, PICTURE_TERM_BITS } from '../../../fingerprints/picture-terms.js';
import { lastWithin } from '../nominating/last-within.js';
import type { PictureQuery } from '../reference-index.js';
import type { LookUpLosses } from './look-up-losses.js';
import type { Postings } from './postings.js';

/** Pictures have common terms rather than rare ones: so many times as many postings as the mean says. */
const COMMONER = 4;
/** Keys are below this: the greatest doubt, and the cost of 2^32 postings. */
const KEYS = DOUBTS + Math.ceil(DOUBT_STEPS * 32 * Math.LN2);

/** What is asked of a segment. */
interface HasPictures {
  readonly pictures: Pick<Postings, 'size' | 'going' | 'addMeanCounts'>;
}

let costs = new Float64Array(1 << 12);
let keys = new Uint16Array(1 << 12);
/** Costs of the terms of a key together. */
const load = new Float64Array(KEYS);

/**
 * The terms of each probe that are looked up: all of them where the query's bound on postings allows; else those that
 * are likely for what they cost.
 */
export function likelyTerms(
  segments: readonly HasPictures[],
  { probes, postings = Number.POSITIVE_INFINITY }: PictureQuery,
  losses: LookUpLosses,
): readonly Uint32Array[] {
  const length = probes.reduce((sum, { terms }) => sum + terms.length, 0);
  const going = segments.reduce((sum, { pictures }) => sum + pictures.going, 0);
  const indexed = segments.reduce((sum, { pictures }) => sum + pictures.size, 0);
  if (length * (going + (COMMONER * indexed) / 2 ** PICTURE_TERM_BITS) <= postings)
    return probes.map(({ terms }) => terms);
  weigh(segments, probes, length, going);
  const last = lastKeyWithin(length, postings);
  let at = 0;
  return probes.map(({ terms }) => {
    const kept = new Uint32Array(terms.length);
    let number = 0;
    for (let i = 0; i < terms.length; i++) if (keys[at++]! <= last) kept[number++] = terms[i]!;
    losses.terms += terms.length - number;
    return kept.subarray(0, number);
  });
}

/** Leaves in `costs` and `keys` what each term costs and its cost a hit, as a logarithm, probe after probe. */
function weigh(
  segments: readonly HasPictures[],
  probes: PictureQuery['probes'],
  length: number,
  going: number,
): void {
  if (costs.length < length) {
    costs = new Float64Array(2 * length);
    keys = new Uint16Array(2 * length);
  }
  costs.fill(going, 0, length);
  let at = 0;
  for (const { terms, doubts } of probes) {
    const own = costs.subarray(at, at + terms.length);
    for (const { pictures } of segments) pictures.addMeanCounts(terms, own);
    for (let i = 0; i < terms.length; i++, at++)
      keys[at] = Math.min(KEYS - 1, doubts[i]! + Math.round(DOUBT_STEPS * Math.log(own[i]!)));
  }
}

/** The last key up to which terms cost no more; −1 = not even those of the first. */
function lastKeyWithin(length: number, postings: number): number {
  load.fill(0);
  for (let at = 0; at < length; at++) load[keys[at]!]! += costs[at]!;
  return lastWithin(load, postings);
}
