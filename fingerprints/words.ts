import { WORD_TICKS } from './units.js';

const WORD_BITS = 32;

/** The model of docs/algorithm.md: a share of the words is ours, with this mean bit error rate and spread; the rest is covered. */
const OURS = 0.5;
const ERROR_RATE = 0.35;
const SPREAD_OURS = 20;
const SPREAD_OTHERS = 120;

/**
 * No word says more than this, nats: fades and beats of other works agree in a second or two of words that are not
 * independent.
 */
const MOST = 2;

/** Number of bits set in the low 32 bits. */
export function popcount32(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * BITS_LLR[n][e] = log likelihood ratio, in nats, of a word of which n bits are compared and e are wrong: ours
 * against any other sound.
 */
export const BITS_LLR: readonly Float64Array[] = Array.from({ length: WORD_BITS + 1 }, (_, bits) => {
  const values = Float64Array.from({ length: bits + 1 }, (__, wrong) => {
    const ours = betaBinomial(wrong, bits, SPREAD_OURS * ERROR_RATE, SPREAD_OURS * (1 - ERROR_RATE));
    const others = betaBinomial(wrong, bits, SPREAD_OTHERS / 2, SPREAD_OTHERS / 2);
    return Math.log(1 - OURS + (OURS * ours) / others);
  });
  // The model of ours has the wider tails, so that it would speak for us again where nearly all bits are wrong.
  let most = MOST;
  for (let wrong = 0; wrong <= bits; wrong++) most = values[wrong] = Math.min(values[wrong]!, most);
  return values;
});

/** The same for whole words. */
export const WORD_LLR: Float64Array = BITS_LLR[WORD_BITS]!;

/** Probability of k of n, without the binomial coefficient, which cancels in the ratio. */
function betaBinomial(k: number, n: number, a: number, b: number): number {
  let p = 1;
  for (let i = 0; i < n; i++) p *= (i < k ? a + i : b + i - k) / (a + b + i);
  return p;
}

/**
 * Compares words of a reference with those of a stream, and sums the log likelihood ratio (nats) that they are
 * the same sound. Reference word n is compared with the stream's word at tick
 * round(streamAt + (n − referenceFrom) × WORD_TICKS / speed).
 *
 * Contributes 0: a word that is 0 on either side, one outside either array, and a reference word that is the
 * same as the one before it (sound that stands still says nothing new).
 *
 * @param reference one word every 80 ms
 * @param stream one word a tick
 * @param out when given, out[n − referenceFrom] is what each word contributes
 * @param speed how much faster than the reference the stream plays
 */
export function compareWords(
  reference: Uint32Array,
  referenceFrom: number,
  referenceCount: number,
  stream: Uint32Array,
  streamAt: number,
  out: Float32Array | null,
  speed = 1,
): number {
  const step = WORD_TICKS / speed;
  let sum = 0;
  for (let i = 0; i < referenceCount; i++) {
    const n = referenceFrom + i;
    const s = Math.round(streamAt + i * step);
    const inside = n >= 0 && n < reference.length && s >= 0 && s < stream.length;
    let llr = 0;
    if (inside) {
      const ours = reference[n]!;
      const theirs = stream[s]!;
      if (ours !== 0 && theirs !== 0 && (n === 0 || ours !== reference[n - 1]!))
        llr = WORD_LLR[popcount32(ours ^ theirs)]!;
    }
    if (out !== null) out[i] = llr;
    sum += llr;
  }
  return sum;
}
