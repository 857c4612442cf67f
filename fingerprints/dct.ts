import { SQUARE } from './picture-resize.js';
import { HASH_BITS } from './units.js';

/** Frequencies up to 15 down and across hold the 144 lowest. */
const FREQUENCIES = 16;

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

/**
 * The HASH_BITS lowest coefficients of the two-dimensional DCT-II of a square, without the mean. They are those of
 * the orthonormal transform of SQUARE × SQUARE points, whatever the number of points that are given.
 */
export class LowDct {
  private readonly half: number;
  private readonly basis: Float64Array;
  private readonly sums: Float64Array;
  private readonly differences: Float64Array;
  /** For each frequency across, its coefficient in every line. */
  private readonly lines: Float64Array;

  /** @param side points of a side, even, at least 2 × FREQUENCIES */
  constructor(private readonly side: number) {
    this.half = side / 2;
    this.basis = basisOf(side);
    this.sums = new Float64Array(this.half);
    this.differences = new Float64Array(this.half);
    this.lines = new Float64Array(FREQUENCIES * side);
  }

  /** @param square side × side values. Nothing is allocated. */
  transform(square: Float64Array, out: Float32Array, at: number): void {
    const { lines, sums, differences, side, half } = this;
    for (let y = 0; y < side; y++) {
      this.fold(square, y * side);
      for (let v = 0; v < FREQUENCIES; v++)
        lines[v * side + y] = this.dot(v % 2 === 0 ? sums : differences, v * half);
    }
    for (let v = 0; v < FREQUENCIES; v++) {
      this.fold(lines, v * side);
      const bits = BY_ACROSS[v]!;
      for (let i = 0; i < bits.length; i++) {
        const u = DOWN[bits[i]!]!;
        out[at + bits[i]!] = this.dot(u % 2 === 0 ? sums : differences, u * half);
      }
    }
  }

  private fold(values: Float64Array, at: number): void {
    const { half, side, sums, differences } = this;
    for (let i = 0; i < half; i++) {
      const left = values[at + i]!;
      const right = values[at + side - 1 - i]!;
      sums[i] = left + right;
      differences[i] = left - right;
    }
  }

  private dot(folded: Float64Array, basisAt: number): number {
    const { half, basis } = this;
    let sum = 0;
    for (let i = 0; i < half; i++) sum += folded[i]! * basis[basisAt + i]!;
    return sum;
  }
}

/**
 * First half of each DCT-II basis function, by frequency: the second is the same, or its negative. A square of
 * fewer points has smaller coefficients, by the ratio of the sides; half of that is made good in each direction.
 */
function basisOf(side: number): Float64Array {
  const half = side / 2;
  return Float64Array.from({ length: FREQUENCIES * half }, (_, i) => {
    const frequency = Math.floor(i / half);
    const scale = Math.sqrt((frequency === 0 ? 1 : 2) / side) * Math.sqrt(SQUARE / side);
    return scale * Math.cos((Math.PI * (2 * (i % half) + 1) * frequency) / (2 * side));
  });
}
