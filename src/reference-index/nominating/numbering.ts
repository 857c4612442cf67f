export const NONE = -1;

const LEAST_SLOTS = 1 << 11;
/** Fibonacci hashing (Knuth). */
const SCATTER = 2654435769;

/** Numbers below 2^32, each once, numbered in the order in which they came: open addressing, as thousands are looked up often. */
export class Numbering {
  /** Of them `count` are used. */
  keys = new Uint32Array(0);
  count = 0;
  /** The first `slotCount` are used: at least twice as many as keys. */
  private slots = new Int32Array(0);
  private slotCount = 0;

  /** @param most keys to come, about: beyond that it grows */
  constructor(most = 0) {
    this.clear(most);
  }

  /**
   * Forgets all, and goes on with the memory that it has; what is cleared is no more than what so many keys need.
   * @param most keys to come, about: beyond that it grows
   */
  clear(most = 0): void {
    this.count = 0;
    this.useSlots(Math.max(LEAST_SLOTS, 2 ** (33 - Math.clz32(most))));
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
    for (let number = 0; number < this.count; number++) this.slots[this.slotOf(this.keys[number]!)] = number;
  }

  private useSlots(count: number): void {
    this.slotCount = count;
    if (this.slots.length < count) this.slots = new Int32Array(count);
    this.slots.fill(NONE, 0, count);
    if (this.keys.length >= count >> 1) return;
    const keys = new Uint32Array(count >> 1);
    keys.set(this.keys);
    this.keys = keys;
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
