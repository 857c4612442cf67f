/** Number of ones in 32 bits. */
export function ones(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Bits in which `a`, from word `i`, and `b`, from word `j`, differ over `count` words. */
export function distance(a: Uint32Array, i: number, b: Uint32Array, j: number, count: number): number {
  let differing = 0;
  for (let n = 0; n < count; n++) differing += ones(a[i + n]! ^ b[j + n]!);
  return differing;
}
