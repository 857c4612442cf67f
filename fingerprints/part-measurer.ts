import { ACROSS, DOWN, FREQUENCIES, LineDct } from './dct.js';
import { LineParts, LineSums } from './line-sums.js';
import { saysSomething } from './picture.js';
import type { Box } from './picture-box.js';
import { THUMB_SIDE } from './picture-thumbs.js';
import { HASH_BITS, THUMB_BYTES, THUMB_HEIGHT, THUMB_WIDTH } from './units.js';

export type Direction = 'across' | 'down';

const dct = new LineDct(THUMB_SIDE);
const points = new Float64Array(THUMB_SIDE);
const parts = new LineParts(THUMB_SIDE);
/** Frequency down × FREQUENCIES + frequency across. */
const measured = new Float64Array(FREQUENCIES ** 2);

/**
 * Measures parts of one thumb, as `measureBox` does, again and again: of parts that differ only in where they lie across,
 * or only down, what they have in common is measured once. For boxes that are not `framed`.
 */
export class PartMeasurer {
  private readonly rows = new LineSums(THUMB_HEIGHT, THUMB_WIDTH);
  private readonly columns = new LineSums(THUMB_WIDTH, THUMB_HEIGHT);
  private readonly across = new Half(this.columns);
  private readonly down = new Half(this.rows);

  /** Parts of this thumb are measured from now on. @param at which of the thumbs */
  take(thumbs: Uint8Array, at: number): void {
    const thumb = thumbs.subarray(at * THUMB_BYTES, (at + 1) * THUMB_BYTES);
    this.rows.fill(thumb, THUMB_WIDTH, 1);
    this.columns.fill(thumb, 1, THUMB_WIDTH);
    this.across.forget();
    this.down.forget();
  }

  /**
   * Writes HASH_BITS coefficients.
   * @param moving the direction in which the part will differ from those that are measured next
   * @returns false, with zeros written, where the part says nothing
   */
  measure({ x0, y0, x1, y1 }: Box, moving: Direction, out: Float32Array): boolean {
    if (moving === 'across') this.across.measure(y0, y1, x0, x1, 1, FREQUENCIES);
    else this.down.measure(x0, x1, y0, y1, FREQUENCIES, 1);
    for (let b = 0; b < HASH_BITS; b++) out[b] = measured[DOWN[b]! * FREQUENCIES + ACROSS[b]!]!;
    return saysSomething(out, 0);
  }
}

/** A thumb of which one direction is measured, and the other is still free. */
class Half {
  private from = Number.NaN;
  private to = Number.NaN;
  /** For each frequency of the direction that is measured, a line of its coefficients along the other. */
  private readonly halves: LineSums;
  private readonly coefficients: Float64Array;

  /** @param lines along the direction that is measured first */
  constructor(private readonly lines: LineSums) {
    this.halves = new LineSums(FREQUENCIES, lines.lines);
    this.coefficients = new Float64Array(FREQUENCIES * lines.lines);
  }

  /**
   * Leaves the coefficients in `measured`. All edges are shares of the thumb's side.
   * @param from, to of the direction that is measured first
   * @param step from one frequency to the next of the direction that is free, in `measured`
   * @param otherStep of the other
   */
  measure(from: number, to: number, freeFrom: number, freeTo: number, step: number, otherStep: number): void {
    if (from !== this.from || to !== this.to) this.fold(from, to);
    const { halves } = this;
    parts.set(freeFrom * halves.length, freeTo * halves.length, halves.length);
    for (let f = 0; f < FREQUENCIES; f++) {
      halves.means(f, parts, points);
      dct.transform(points, 0, measured, f * otherStep, step);
    }
  }

  /** The lines are others now. */
  forget(): void {
    this.from = Number.NaN;
  }

  private fold(from: number, to: number): void {
    this.from = from;
    this.to = to;
    const { lines, halves, coefficients } = this;
    parts.set(from * lines.length, to * lines.length, lines.length);
    for (let n = 0; n < lines.lines; n++) {
      lines.means(n, parts, points);
      dct.transform(points, 0, coefficients, n * FREQUENCIES, 1);
    }
    halves.fill(coefficients, 1, FREQUENCIES);
  }
}
