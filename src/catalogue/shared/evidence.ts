import { hammingBytes } from '../../../fingerprints/picture.js';
import { pictureLlr } from '../../../fingerprints/picture-evidence.js';
import { isEmptyHash } from '../../../fingerprints/picture-terms.js';
import { HASH_BITS, ROW_BYTES, ROW_STEP } from '../../../fingerprints/units.js';
import { BITS_LLR, popcount32 } from '../../../fingerprints/words.js';
import { ROWS_AROUND, SAME_SCENE_BITS, SAME_SCENE_WEIGHT } from '../../matching/picture-evidence.js';

/** A word this near to another, in steps of 80 ms, is compared with that one alone. */
const NEAR_A_WORD = 0.25;

/**
 * Evidence that words of one reference are the same sound as those of another, nats a word. References have a word
 * every 80 ms, so their words lie up to 40 ms apart, where many bits differ. Of a word that lies between two, only
 * the bits in which those two agree are compared: they change slowly, and most of them are right.
 * @param others count + 1 words: own word first + i lies between others[i] and others[i + 1] …
 * @param place … here, 0 … 1
 */
export function wordEvidence(
  own: Uint32Array,
  first: number,
  count: number,
  others: Uint32Array,
  place: number,
): Float32Array {
  const evidence = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const word = own[first + i]!;
    // Sound that stands still says nothing new.
    if (word === 0 || word === own[first + i - 1]) continue;
    evidence[i] = evidenceBetween(word, others[i]!, others[i + 1]!, place);
  }
  return evidence;
}

/**
 * The same for one word.
 * @param before, after the words that it lies between
 * @param place where, 0 … 1
 */
export function evidenceBetween(word: number, before: number, after: number, place: number): number {
  const first = place > 1 - NEAR_A_WORD ? after : before;
  const second = place < NEAR_A_WORD ? before : after;
  if (first === 0 || second === 0) return 0;
  const agreeing = ~(first ^ second);
  return BITS_LLR[popcount32(agreeing)]![popcount32((word ^ first) & agreeing)]!;
}

/** Rows of a reference, and what each of them counts. */
export interface WeighedRows {
  readonly rows: Uint8Array;
  readonly weights: Float32Array;
}

/**
 * Rows share the evidence of their second, and of a scene that stands still the first row says nearly all. Those that
 * say nothing count 0.
 */
export function weighRows(rows: Uint8Array): WeighedRows {
  const weights = new Float32Array(rows.length / ROW_BYTES);
  let last = -1;
  for (let n = 0; n < weights.length; n++) {
    const at = n * ROW_BYTES;
    if (isEmptyHash(rows, at)) continue;
    const isNew = last < 0 || hammingBytes(rows, at, rows, last * ROW_BYTES) >= SAME_SCENE_BITS;
    weights[n] = isNew ? Math.min(1, (n - last) * ROW_STEP) : SAME_SCENE_WEIGHT * ROW_STEP;
    if (isNew) last = n;
  }
  return { rows, weights };
}

/**
 * Evidence that rows of one reference are the same pictures as those of another, nats a row: by the hashes of
 * the whole pictures, which are the first of a row.
 * @param others the rows beside own rows [first, first + count), and `margin` more at both ends
 * @param shift rows: own row n is compared with the other row beside row n + shift
 */
export function rowEvidence(
  own: WeighedRows,
  first: number,
  count: number,
  others: Uint8Array,
  margin: number,
  shift = 0,
): Float32Array {
  const evidence = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const weight = own.weights[first + i]!;
    if (weight === 0) continue;
    let nearest = HASH_BITS + 1;
    for (let k = -ROWS_AROUND; k <= ROWS_AROUND; k++) {
      const at = (i + margin + shift + k) * ROW_BYTES;
      if (at < 0 || at + ROW_BYTES > others.length || isEmptyHash(others, at)) continue;
      nearest = Math.min(nearest, hammingBytes(own.rows, (first + i) * ROW_BYTES, others, at));
    }
    if (nearest <= HASH_BITS) evidence[i] = weight * pictureLlr(nearest);
  }
  return evidence;
}

/** The most that neighbouring values add up to (Kadane). */
export function bestStretch(evidence: Iterable<number>): number {
  let best = 0;
  let sum = 0;
  for (const value of evidence) {
    sum = Math.max(0, sum + value);
    best = Math.max(best, sum);
  }
  return best;
}
