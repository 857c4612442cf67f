type Numbers = Float64Array | Float32Array | Uint32Array | Uint8Array;

/** A typed array that grows at its end and is trimmed at its front, so that memory follows the window kept. */
export class Growable<T extends Numbers> {
  #array: T;
  #length = 0;

  constructor(private readonly make: (length: number) => T) {
    this.#array = make(1024);
  }

  get length(): number {
    return this.#length;
  }

  /** The values; a view that is valid until the next change. */
  get values(): T {
    return this.#array.subarray(0, this.#length) as T;
  }

  append(values: ArrayLike<number>): void {
    const needed = this.#length + values.length;
    if (needed > this.#array.length) {
      const larger = this.make(Math.max(needed, 2 * this.#array.length));
      larger.set(this.#array.subarray(0, this.#length));
      this.#array = larger;
    }
    this.#array.set(values, this.#length);
    this.#length = needed;
  }

  /** Makes it at least this long, new values 0. */
  extend(length: number): void {
    if (length > this.#length) this.append(this.make(length - this.#length));
  }

  dropFront(count: number): void {
    const n = Math.min(count, this.#length);
    this.#array.copyWithin(0, n, this.#length);
    this.#length -= n;
  }
}

/** Index of the first of ascending times that is not before a moment. */
export function firstNotBefore(times: ArrayLike<number>, moment: number): number {
  return firstIndex(times.length, (i) => times[i]! >= moment);
}

/** The first of `count` indices for which something holds that holds for all after it, too; `count` if for none. */
export function firstIndex(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
