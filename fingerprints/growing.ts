type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** A typed array that grows as values are appended: its room doubles, so appending is cheap. */
export class Growing<T extends TypedArray> {
  private room: T;
  private used = 0;

  constructor(private readonly make: new (length: number) => T) {
    this.room = new make(64);
  }

  get length(): number {
    return this.used;
  }

  push(value: number): void {
    if (this.used === this.room.length) this.reserve(1);
    this.room[this.used++] = value;
  }

  /** Appends all values. */
  append(values: ArrayLike<number>): void {
    this.reserve(values.length);
    this.room.set(values, this.used);
    this.used += values.length;
  }

  /** A view of what is there: valid until the next change. */
  view(): T {
    return this.room.subarray(0, this.used) as T;
  }

  /** Takes the first `count` values out, as an array of their own. */
  shift(count: number): T {
    const taken = this.room.slice(0, count) as T;
    this.room.copyWithin(0, count, this.used);
    this.used -= count;
    return taken;
  }

  /** Forgets what is there; the room stays. */
  clear(): void {
    this.used = 0;
  }

  private reserve(more: number): void {
    const needed = this.used + more;
    if (needed <= this.room.length) return;
    const grown = new this.make(Math.max(needed, this.room.length * 2));
    grown.set(this.room.subarray(0, this.used));
    this.room = grown;
  }
}
