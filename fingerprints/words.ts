import { WORD_TICKS } from './units.js';

const WORD_BITS = 32;

/**
 * The model of docs/algorithm.md: words of other sound have half of their bits wrong, with this variance, and words
 * of the same sound, under the hardest attacks, so many fewer.
 */
const VARIANCE = 9.06;
const FEWER = 1.6;

/** Nats for each bit that is not wrong. */
const NATS_A_BIT = FEWER / VARIANCE;
/** With this share of its bits wrong a word says nothing. */
const NEUTRAL = (WORD_BITS / 2 - FEWER / 2) / WORD_BITS;

/** Number of bits set in the low 32 bits. */
export function popcount32(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * BITS_LLR[n][e] = log likelihood ratio, in nats, of a word of which n bits are compared and e are wrong: ours
 * against any other sound. Both are normal with the same variance, so it is linear in e: what is found under louder
 * sound are many words with a bit or two fewer wrong, not a few clean ones.
 */
export const BITS_LLR: readonly Float64Array[] = Array.from({ length: WORD_BITS + 1 }, (_, bits) =>
  Float64Array.from({ length: bits + 1 }, (__, wrong) => NATS_A_BIT * (NEUTRAL * bits - wrong)),
);

/** The same for whole words. */
export const WORD_LLR: Float64Array = BITS_LLR[WORD_BITS]!;

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
