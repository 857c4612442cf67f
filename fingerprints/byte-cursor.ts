/** Room for so many bytes, written one value after the other; little endian. */
export class ByteWriter {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }

  uint16(value: number): void {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
  }

  uint32(value: number): void {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  float64(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  uint8s(values: Uint8Array): void {
    this.bytes.set(values, this.at);
    this.at += values.length;
  }

  uint32s(values: Uint32Array): void {
    for (const value of values) this.uint32(value);
  }

  float32s(values: Float32Array): void {
    for (const value of values) {
      this.view.setFloat32(this.at, value, true);
      this.at += 4;
    }
  }

  float64s(values: Float64Array): void {
    for (const value of values) this.float64(value);
  }
}

/** Reads what a ByteWriter wrote; it is the caller's to see that it is there (`left`). */
export class ByteReader {
  private readonly view: DataView;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes that were not read. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  uint16(): number {
    this.at += 2;
    return this.view.getUint16(this.at - 2, true);
  }

  uint32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  float64(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  /** A view, not a copy. */
  uint8s(count: number): Uint8Array {
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  uint32s(count: number): Uint32Array {
    const values = new Uint32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.uint32();
    return values;
  }

  float32s(count: number): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++, this.at += 4) values[i] = this.view.getFloat32(this.at, true);
    return values;
  }

  float64s(count: number): Float64Array {
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.float64();
    return values;
  }
}
