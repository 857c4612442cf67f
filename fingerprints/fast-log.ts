/**
 * Logarithm to the base 2 straight from the bits of a 32-bit float: the exponent, and a table for the mantissa.
 * Off by at most 0.00036; the same on every machine, which Math.log2 need not be.
 */
const MANTISSA_BITS = 11;
const ENTRIES = 1 << MANTISSA_BITS;
const SHIFT = 23 - MANTISSA_BITS;
const TABLE = Float64Array.from({ length: ENTRIES }, (_, i) => Math.log2(1 + (i + 0.5) / ENTRIES));

/** @param bits a positive float's bits, as an Int32Array over the Float32Array shows them. 0 gives −127. */
export function log2OfBits(bits: number): number {
  return (bits >>> 23) - 127 + TABLE[(bits >>> SHIFT) & (ENTRIES - 1)]!;
}
