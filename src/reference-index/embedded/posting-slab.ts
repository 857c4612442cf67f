/** Postings in memory: parallel arrays that grow. */
export class PostingSlab {
  terms: Uint32Array;
  positions: Uint32Array;
  length = 0;
  private otherTerms: Uint32Array = new Uint32Array(0);
  private otherPositions: Uint32Array = new Uint32Array(0);

  constructor(capacity: number) {
    this.terms = new Uint32Array(capacity);
    this.positions = new Uint32Array(capacity);
  }

  reserve(capacity: number): void {
    if (capacity <= this.terms.length) return;
    const size = Math.max(capacity, this.terms.length * 2);
    this.terms = grown(this.terms, size);
    this.positions = grown(this.positions, size);
  }

  push(term: number, position: number): void {
    if (this.length === this.terms.length) this.reserve(this.length + 1);
    this.terms[this.length] = term;
    this.positions[this.length++] = position;
  }

  /**
   * Sorts by term; postings of one term keep their order. Least significant digit first, and only over the
   * digits by which the terms differ from `lowest`.
   */
  sort(lowest: number, termCount: number): void {
    const bits = Math.ceil(Math.log2(Math.max(2, termCount)));
    const passes = Math.ceil(bits / DIGIT_BITS);
    const digitBits = Math.ceil(bits / passes);
    if (this.otherTerms.length < this.length) {
      this.otherTerms = new Uint32Array(this.terms.length);
      this.otherPositions = new Uint32Array(this.terms.length);
    }
    for (let pass = 0; pass < passes; pass++) this.sortDigit(lowest, pass * digitBits, digitBits);
  }

  private sortDigit(lowest: number, shift: number, bits: number): void {
    const { terms, positions, length, otherTerms, otherPositions } = this;
    const mask = (1 << bits) - 1;
    const next = new Uint32Array(mask + 2);
    for (let i = 0; i < length; i++) next[(((terms[i]! - lowest) >>> shift) & mask) + 1]!++;
    for (let d = 0; d <= mask; d++) next[d + 1]! += next[d]!;
    for (let i = 0; i < length; i++) {
      const to = next[((terms[i]! - lowest) >>> shift) & mask]!++;
      otherTerms[to] = terms[i]!;
      otherPositions[to] = positions[i]!;
    }
    this.terms = otherTerms;
    this.positions = otherPositions;
    this.otherTerms = terms;
    this.otherPositions = positions;
  }
}

const DIGIT_BITS = 13;

function grown(array: Uint32Array, size: number): Uint32Array {
  const larger = new Uint32Array(size);
  larger.set(array);
  return larger;
}
