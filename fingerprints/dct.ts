import { SQUARE } from './picture-resize.js';
import { HASH_BITS } from './units.js';

/** Frequencies up to 15 down and across hold the 144 lowest. */
const FREQUENCIES = 16;
const HALF = SQUARE / 2;

/**
 * Frequencies (down, across) of the coefficients: growing, nearly diagonal ones first among those of one sum,
 * without the mean.
 */
const ORDER = Array.from({ length: FREQUENCIES ** 2 - 1 }, (_, i) => {
  const down = Math.floor((i + 1) / FREQUENCIES);
  const across = (i + 1) % FREQUENCIES;
  return { down, across, rank: down + across + 0.01 * Math.abs(down - across) };
})
  .sort((a, b) => a.rank - b.rank || a.down - b.down)
  .slice(0, HASH_BITS);
const DOWN = Uint8Array.from(ORDER, (f) => f.down);
const ACROSS = Uint8Array.from(ORDER, (f) => f.across);

/** The coefficients of each frequency across. */
const BY_ACROSS = Array.from({ length: FREQUENCIES }, (_, v) =>
  Uint8Array.from(ORDER.keys()).filter((b) => ACROSS[b] === v),
);

/** 1 where mirroring a picture left to right changes a coefficient's sign: odd frequencies across. */
export const MIRROR_FLIPS = ACROSS.map((across) => across % 2);

/** First half of each orthonormal DCT-II basis function: the second is the same, or its negative. */
const BASIS = Float64Array.from({ length: FREQUENCIES * HALF }, (_, i) => {
  const frequency = Math.floor(i / HALF);
  const scale = Math.sqrt((frequency === 0 ? 1 : 2) / SQUARE);
  return scale * Math.cos((Math.PI * (2 * (i % HALF) + 1) * frequency) / (2 * SQUARE));
});

/** The HASH_BITS lowest coefficients of the two-dimensional DCT-II of a square, without the mean. */
export class LowDct {
  private readonly sums = new Float64Array(HALF);
  private readonly differences = new Float64Array(HALF);
  /** For each frequency across, its coefficient in every line. */
  private readonly lines = new Float64Array(FREQUENCIES * SQUARE);

  /** @param square SQUARE × SQUARE values. Nothing is allocated. */
  transform(square: Float64Array, out: Float32Array, at: number): void {
    const { lines, sums, differences } = this;
    for (let y = 0; y < SQUARE; y++) {
      this.fold(square, y * SQUARE);
      for (let v = 0; v < FREQUENCIES; v++)
        lines[v * SQUARE + y] = dot(v % 2 === 0 ? sums : differences, v * HALF);
    }
    for (let v = 0; v < FREQUENCIES; v++) {
      this.fold(lines, v * SQUARE);
      const bits = BY_ACROSS[v]!;
      for (let i = 0; i < bits.length; i++) {
        const u = DOWN[bits[i]!]!;
        out[at + bits[i]!] = dot(u % 2 === 0 ? sums : differences, u * HALF);
      }
    }
  }

  private fold(values: Float64Array, at: number): void {
    for (let i = 0; i < HALF; i++) {
      const left = values[at + i]!;
      const right = values[at + SQUARE - 1 - i]!;
      this.sums[i] = left + right;
      this.differences[i] = left - right;
    }
  }
}

function dot(folded: Float64Array, basisAt: number): number {
  let sum = 0;
  for (let i = 0; i < HALF; i++) sum += folded[i]! * BASIS[basisAt + i]!;
  return sum;
}
