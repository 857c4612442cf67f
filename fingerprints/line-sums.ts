/** Equal parts of a stretch of a line, which may begin and end within a value. */
export class LineParts {
  /** The value in which each edge lies, the last value at most, and how far in it. */
  readonly firsts: Int32Array;
  readonly shares: Float64Array;
  /** Values a part. */
  size = 0;

  /** @param parts of the stretch */
  constructor(readonly parts: number) {
    this.firsts = new Int32Array(parts + 1);
    this.shares = new Float64Array(parts + 1);
  }

  /** @param length of the lines, in values */
  set(from: number, to: number, length: number): void {
    this.size = (to - from) / this.parts;
    for (let i = 0; i <= this.parts; i++) {
      const at = from + i * this.size;
      const first = Math.min(Math.floor(at), length - 1);
      this.firsts[i] = first;
      this.shares[i] = at - first;
    }
  }
}

/** Lines of values, summed up along each, so that the mean over any stretch takes no longer than over another. */
export class LineSums {
  /** Of each line, 0 and the sums of its first 1, 2, … values. */
  private readonly sums: Float64Array;

  constructor(
    readonly lines: number,
    readonly length: number,
  ) {
    this.sums = new Float64Array(lines * (length + 1));
  }

  /** @param values value i of line n lies at n × across + i × along */
  fill(values: ArrayLike<number>, across: number, along: number): void {
    const { lines, length, sums } = this;
    for (let n = 0, to = 0; n < lines; n++) {
      let sum = 0;
      sums[to++] = 0;
      for (let i = 0, at = n * across; i < length; i++, at += along) {
        sum += values[at]!;
        sums[to++] = sum;
      }
    }
  }

  /** Writes the mean over each part of a line. */
  means(line: number, { firsts, shares, parts, size }: LineParts, out: Float64Array): void {
    const { sums } = this;
    const start = line * (this.length + 1);
    let before = 0;
    for (let i = 0; i <= parts; i++) {
      const at = start + firsts[i]!;
      const sum = sums[at]! + (sums[at + 1]! - sums[at]!) * shares[i]!;
      if (i > 0) out[i - 1] = (sum - before) / size;
      before = sum;
    }
  }
}
