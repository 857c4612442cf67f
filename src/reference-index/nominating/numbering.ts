export const NONE = -1;

const LEAST_SLOTS = 1 << 11;
/** Fibonacci hashing (Knuth). */
const SCATTER = 2654435769;

/** Numbers below 2^32, each once, numbered in the order in which they came: open addressing, as thousands are looked up often. */
export class Numbering {
  /** Of them `count` are used. */
  keys = new Uint32Array(LEAST_SLOTS >> 1);
  count = 0;
  /** The first `slotCount` are used: at least twice as many as keys. */
  private slots = new Int32Array(LEAST_SLOTS).fill(NONE);
  private slotCount = LEAST_SLOTS;

  /** Forgets all, and goes on with the memory that it has; what is cleared is no more than what few keys need. */
  clear(): void {
    this.count = 0;
    this.useSlots(LEAST_SLOTS);
  }

  /** The number of a key, which is new or known. */
  add(key: number): number {
    if (this.count === this.slotCount >> 1) this.grow();
    const slot = this.slotOf(key);
    const known = this.slots[slot]!;
    if (known !== NONE) return known;
    this.slots[slot] = this.count;
    this.keys[this.count] = key;
    return this.count++;
  }

  /** The number of a key, or NONE. */
  find(key: number): number {
    return this.slots[this.slotOf(key)]!;
  }

  private grow(): void {
    this.useSlots(2 * this.slotCount);
    if (this.keys.length < this.slotCount >> 1) {
      const keys = new Uint32Array(this.slotCount >> 1);
      keys.set(this.keys);
      this.keys = keys;
    }
    for (let number = 0; number < this.count; number++) this.slots[this.slotOf(this.keys[number]!)] = number;
  }

  private useSlots(count: number): void {
    this.slotCount = count;
    if (this.slots.length < count) this.slots = new Int32Array(count);
    this.slots.fill(NONE, 0, count);
  }

  /** Where a key is, or would be. */
  private slotOf(key: number): number {
    const { slots, keys } = this;
    const mask = this.slotCount - 1;
    let slot = (Math.imul(key, SCATTER) >>> 7) & mask;
    for (let number = slots[slot]!; number !== NONE && keys[number] !== key; number = slots[slot]!)
      slot = (slot + 1) & mask;
    return slot;
  }
}
