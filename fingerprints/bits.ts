/** Writes numbers of some bits each, the highest bit first. */
export class BitWriter {
  private bytes: Uint8Array;
  private length = 0;
  private pending = 0;
  private pendingBits = 0;

  /** @param room bytes that will probably be enough */
  constructor(room: number) {
    this.bytes = new Uint8Array(Math.max(64, room));
  }

  /** @param bits 0 to 16 */
  write(value: number, bits: number): void {
    this.pending = (this.pending << bits) | value;
    this.pendingBits += bits;
    while (this.pendingBits >= 8) {
      this.pendingBits -= 8;
      this.push(this.pending >>> this.pendingBits);
    }
    this.pending &= (1 << this.pendingBits) - 1;
  }

  /** @param count 0 to 16 */
  writeOnes(count: number): void {
    this.write((1 << count) - 1, count);
  }

  /** All that was written; the last byte is filled up with zeros. */
  take(): Uint8Array {
    if (this.pendingBits > 0) this.write(0, 8 - this.pendingBits);
    return this.bytes.slice(0, this.length);
  }

  private push(byte: number): void {
    if (this.length === this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes[this.length++] = byte;
  }
}

/** Reads what a BitWriter wrote. Behind the end there are zeros, and `isOver` says so. */
export class BitReader {
  private at = 0;
  private readonly end: number;

  constructor(private readonly bytes: Uint8Array) {
    this.end = bytes.length * 8;
  }

  /** More was read than there is. */
  get isOver(): boolean {
    return this.at > this.end;
  }

  /** All was read, but for the zeros that fill the last byte. */
  get isAtEnd(): boolean {
    const rest = this.end - this.at;
    return rest >= 0 && rest < 8 && (rest === 0 || (this.bytes.at(-1)! & ((1 << rest) - 1)) === 0);
  }

  /** @param bits 0 to 16 */
  read(bits: number): number {
    const byte = this.at >> 3;
    const { bytes } = this;
    const three = ((bytes[byte] ?? 0) << 16) | ((bytes[byte + 1] ?? 0) << 8) | (bytes[byte + 2] ?? 0);
    const value = (three >>> (24 - bits - (this.at & 7))) & ((1 << bits) - 1);
    this.at += bits;
    return value;
  }

  /** The number of ones, at most `most`, before a zero, which is read too unless there are `most`. */
  readOnes(most: number): number {
    for (let count = 0; count < most; count++) if (this.read(1) === 0) return count;
    return most;
  }
}
