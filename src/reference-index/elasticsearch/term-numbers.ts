const SCATTER = 2654435769;
export const NONE = -1;

/** Terms, each once, numbered in the order in which they came: open addressing, as thousands are looked up often. */
export class TermNumbers {
  /** Of them `count` are used. */
  readonly terms: Uint32Array;
  count = 0;
  private readonly slots: Int32Array;

  /** @param most terms that are added */
  constructor(most: number) {
    this.terms = new Uint32Array(most);
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * most + 2))).fill(NONE);
  }

  /** The number of a term, which is new or known. */
  add(term: number): number {
    const slot = this.slotOf(term);
    const known = this.slots[slot]!;
    if (known !== NONE) return known;
    this.slots[slot] = this.count;
    this.terms[this.count] = term;
    return this.count++;
  }

  /** The number of a term, or NONE. */
  find(term: number): number {
    return this.slots[this.slotOf(term)]!;
  }

  /** Where a term is, or would be. */
  private slotOf(term: number): number {
    const { slots, terms } = this;
    const mask = slots.length - 1;
    let slot = (Math.imul(term, SCATTER) >>> 7) & mask;
    for (let number = slots[slot]!; number !== NONE && terms[number] !== term; number = slots[slot]!)
      slot = (slot + 1) & mask;
    return slot;
  }
}
