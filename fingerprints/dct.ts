import { SQUARE } from './picture-resize.js';
import { HASH_BITS } from './units.js';

/** Frequencies up to 15 down and across hold the 144 lowest. */
export const FREQUENCIES = 16;
/** Frequencies of one parity. */
const PARITY = FREQUENCIES / 2;

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
/** Of each coefficient, its frequency down and across. */
export const DOWN = Uint8Array.from(ORDER, (f) => f.down);
export const ACROSS = Uint8Array.from(ORDER, (f) => f.across);

/** The coefficients of each frequency across. */
const BY_ACROSS = Array.from({ length: FREQUENCIES }, (_, v) =>
  Uint8Array.from(ORDER.keys()).filter((b) => ACROSS[b] === v),
);

/** 1 where mirroring a picture left to right changes a coefficient's sign: odd frequencies across. */
export const MIRROR_FLIPS = ACROSS.map((across) => across % 2);

/** The lowest FREQUENCIES coefficients of the DCT-II of a line of values, those of LowDct in one direction. */
export class LineDct {
  private readonly half: number;
  private readonly even: Float64Array;
  private readonly odd: Float64Array;
  private readonly sums: Float64Array;
  private readonly differences: Float64Array;

  /** @param side values of a line, even, at least 2 × FREQUENCIES */
  constructor(private readonly side: number) {
    this.half = side / 2;
    this.even = basisOf(side, 0);
    this.odd = basisOf(side, 1);
    this.sums = new Float64Array(this.half);
    this.differences = new Float64Array(this.half);
  }

  /** Writes the coefficient of frequency f to `out` at outAt + f × step. Nothing is allocated. */
  transform(values: Float64Array, at: number, out: Float64Array, outAt: number, step: number): void {
    const { half, side, sums, differences } = this;
    for (let i = 0; i < half; i++) {
      const left = values[at + i]!;
      const right = values[at + side - 1 - i]!;
      sums[i] = left + right;
      differences[i] = left - right;
    }
    this.dots(sums, this.even, out, outAt, 2 * step);
    this.dots(differences, this.odd, out, outAt + step, 2 * step);
  }

  /**
   * Writes the products with all frequencies of one parity: side by side, none waits for the one before.
   * Sums that are taken out of an array, all in one statement, are boxed at every step.
   */
  private dots(folded: Float64Array, basis: Float64Array, out: Float64Array, at: number, step: number): void {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    for (let i = 0, n = 0; i < folded.length; i++, n += PARITY) {
      const value = folded[i]!;
      a += value * basis[n]!;
      b += value * basis[n + 1]!;
      c += value * basis[n + 2]!;
      d += value * basis[n + 3]!;
      e += value * basis[n + 4]!;
      f += value * basis[n + 5]!;
      g += value * basis[n + 6]!;
      h += value * basis[n + 7]!;
    }
    out[at] = a;
    out[at + step] = b;
    out[at + 2 * step] = c;
    out[at + 3 * step] = d;
    out[at + 4 * step] = e;
    out[at + 5 * step] = f;
    out[at + 6 * step] = g;
    out[at + 7 * step] = h;
  }
}

/**
 * The HASH_BITS lowest coefficients of the two-dimensional DCT-II of a square, without the mean. They are those of
 * the orthonormal transform of SQUARE × SQUARE points, whatever the number of points that are given.
 */
export class LowDct {
  private readonly line: LineDct;
  /** For each frequency across, its coefficient in every line. */
  private readonly lines: Float64Array;

  /** @param side points of a side, even, at least 2 × FREQUENCIES */
  constructor(private readonly side: number) {
    this.line = new LineDct(side);
    this.lines = new Float64Array(FREQUENCIES * side);
  }

  /** @param square side × side values. Nothing is allocated. */
  transform(square: Float64Array, out: Float32Array, at: number): void {
    const { line, lines, side } = this;
    for (let y = 0; y < side; y++) line.transform(square, y * side, lines, y, side);
    for (let v = 0; v < FREQUENCIES; v++) {
      line.transform(lines, v * side, column, 0, 1);
      const numbers = BY_ACROSS[v]!;
      for (let i = 0; i < numbers.length; i++) out[at + numbers[i]!] = column[DOWN[numbers[i]!]!]!;
    }
  }
}

const column = new Float64Array(FREQUENCIES);

/**
 * First half of each DCT-II basis function of a parity, point by point: the second half is the same, or its negative. A
 * square of fewer points has smaller coefficients, by the ratio of the sides; half of that is made good in each direction.
 */
function basisOf(side: number, parity: number): Float64Array {
  return Float64Array.from({ length: PARITY * (side / 2) }, (_, i) => {
    const frequency = 2 * (i % PARITY) + parity;
    const scale = Math.sqrt((frequency === 0 ? 1 : 2) / side) * Math.sqrt(SQUARE / side);
    return scale * Math.cos((Math.PI * (2 * Math.floor(i / PARITY) + 1) * frequency) / (2 * side));
  });
}
