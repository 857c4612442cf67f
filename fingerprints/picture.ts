import { LowDct, MIRROR_FLIPS } from './dct.js';
import { findPictureBox, type PictureBox } from './picture-box.js';
import { AreaResizer, SQUARE } from './picture-resize.js';
import { HASH_BITS, HASH_BYTES } from './units.js';
import { popcount32 } from './words.js';

/** A picture says something when at least this many of its coefficients, 35 %, … */
export const LEAST_SURE = Math.ceil(0.35 * HASH_BITS);
/** … are larger than this, for luma of 0..255. */
export const SURE = 24;

/**
 * Measures pictures: flat borders cut, resized to a square by area, the 144 lowest coefficients of the DCT-II
 * without the mean. After PDQ (Facebook, 2019), with lower frequencies, signs instead of a median, and any box.
 */
export class PictureHasher {
  private readonly resizer: AreaResizer;
  private readonly dct: LowDct;
  private readonly square: Float64Array;

  /** @param side points of the square; SQUARE for whatever is stored, less where that is enough */
  constructor(side: number = SQUARE) {
    this.resizer = new AreaResizer(side, side);
    this.dct = new LowDct(side);
    this.square = new Float64Array(side * side);
  }

  /**
   * Writes HASH_BITS coefficients to `out` at `at`.
   * @param grey width × height luma, 0..255 (video range already expanded)
   * @param box the part to look at; by default the picture without its flat borders
   * @returns false, with zeros written, where the picture says nothing (flat, nearly flat, too small)
   */
  measure(
    grey: Uint8Array,
    width: number,
    height: number,
    out: Float32Array,
    at: number,
    box: PictureBox = findPictureBox(grey, width, height),
  ): boolean {
    if (box.x1 > box.x0 && box.y1 > box.y0) {
      this.resizer.resize(grey, width, box, this.square);
      this.dct.transform(this.square, out, at);
      return saysSomething(out, at);
    }
    out.fill(0, at, at + HASH_BITS);
    return false;
  }
}

/** Whether the coefficients of a picture say something; where they do not, zeros are written. */
export function saysSomething(coefficients: Float32Array, at: number): boolean {
  if (sureOf(coefficients, at) >= LEAST_SURE) return true;
  coefficients.fill(0, at, at + HASH_BITS);
  return false;
}

/** How many coefficients of a picture are sure. */
export function sureOf(coefficients: Float32Array, at: number): number {
  let sure = 0;
  for (let i = at; i < at + HASH_BITS; i++) if (Math.abs(coefficients[i]!) > SURE) sure++;
  return sure;
}

/**
 * Writes the hash, HASH_BYTES bytes: bit b (bit b % 8 of byte b ÷ 8) is set where coefficient b is positive.
 * Coefficients that are all 0 give bytes that are all 0: the picture says nothing. No other picture does:
 * if it would, its bit 0 is set.
 */
export function hashOf(coefficients: Float32Array, at: number, out: Uint8Array, outAt: number): void {
  let any = false;
  let says = false;
  for (let byte = 0, c = at; byte < HASH_BYTES; byte++) {
    let bits = 0;
    for (let bit = 0; bit < 8; bit++, c++) {
      const value = coefficients[c]!;
      if (value > 0) bits |= 1 << bit;
      if (value !== 0) says = true;
    }
    out[outAt + byte] = bits;
    if (bits !== 0) any = true;
  }
  if (says && !any) out[outAt] = 1;
}

/** Writes the coefficients of the same picture mirrored left to right. */
export function mirrorCoefficients(
  coefficients: Float32Array,
  at: number,
  out: Float32Array,
  outAt: number,
): void {
  for (let b = 0; b < HASH_BITS; b++) {
    const value = coefficients[at + b]!;
    out[outAt + b] = MIRROR_FLIPS[b] === 1 ? -value : value;
  }
}

/** Bits that differ between two hashes of HASH_BYTES bytes, at any places. */
export function hammingBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  return (
    popcount32(word(a, aAt) ^ word(b, bAt)) +
    popcount32(word(a, aAt + 4) ^ word(b, bAt + 4)) +
    popcount32(word(a, aAt + 8) ^ word(b, bAt + 8)) +
    popcount32(word(a, aAt + 12) ^ word(b, bAt + 12)) +
    popcount32((a[aAt + 16]! ^ b[bAt + 16]!) | ((a[aAt + 17]! ^ b[bAt + 17]!) << 8))
  );
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
