/** Positions found, in an array that grows and is used again and again. */
export class Positions {
  array = new Uint32Array(1 << 12);
  length = 0;

  reserve(capacity: number): void {
    if (capacity <= this.array.length) return;
    const larger = new Uint32Array(Math.max(capacity, this.array.length * 2));
    larger.set(this.array.subarray(0, this.length));
    this.array = larger;
  }
}
