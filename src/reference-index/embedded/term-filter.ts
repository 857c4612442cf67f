/** Bits for each posting, at least: one term in sixteen that a segment does not have passes. */
const BITS_A_POSTING = 16;
/** Spreads neighbouring terms (Knuth's multiplicative hashing, by the golden ratio). */
const SPREAD = 0x9e3779b1;

/** Tells most of the terms that a small segment does not have, in a few kilobytes that stay in the processor's cache. */
export class TermFilter {
  private readonly words: Uint32Array;
  private readonly shift: number;

  /** @param postings that will be added, at most */
  constructor(postings: number) {
    const bits = Math.max(5, Math.ceil(Math.log2(Math.max(1, postings) * BITS_A_POSTING)));
    this.words = new Uint32Array(2 ** (bits - 5));
    this.shift = 32 - bits;
  }

  add(term: number): void {
    const bit = Math.imul(term, SPREAD) >>> this.shift;
    this.words[bit >>> 5]! |= 1 << (bit & 31);
  }

  /** False: the term was never added. */
  mayHave(term: number): boolean {
    const bit = Math.imul(term, SPREAD) >>> this.shift;
    return ((this.words[bit >>> 5]! >>> (bit & 31)) & 1) === 1;
  }
}
