import { LineParts } from './line-sums.js';
import type { PictureBox } from './picture-box.js';

/** Pictures are looked at as squares of so many points. */
export const SQUARE = 64;

/**
 * Resizes a part of a picture, each point being the mean over the area it covers. The part may begin and end
 * within a pixel. Keeps its working memory, so that nothing is allocated for a picture of the same size as the one
 * before.
 */
export class AreaResizer {
  private readonly across: Axis;
  private readonly down: Axis;
  private readonly line: Float64Array;

  /** @param width, height points of the result */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.across = new Axis(width);
    this.down = new Axis(height);
    this.line = new Float64Array(width);
  }

  /** @param out width × height values 0..255 of the result, row by row. */
  resize(grey: Uint8Array, greyWidth: number, box: PictureBox, out: Float64Array): void {
    this.across.prepare(box.x0, box.x1);
    this.down.prepare(box.y0, box.y1);
    out.fill(0);
    const { base, pixels } = this.down;
    for (let y = 0; y < pixels; y++) {
      this.shrinkLine(grey, (base + y) * greyWidth + this.across.base);
      this.addLine(y, out);
    }
  }

  /** Means of one line of pixels over the area of each point. */
  private shrinkLine(grey: Uint8Array, at: number): void {
    const { scale, edges } = this.across;
    const { firsts, shares } = edges;
    const { line, width } = this;
    let first = firsts[0]!;
    let head = shares[0]!;
    for (let i = 0; i < width; i++) {
      const next = firsts[i + 1]!;
      const nextHead = shares[i + 1]!;
      let whole = 0;
      for (let p = at + first; p < at + next; p++) whole = (whole + grey[p]!) | 0;
      line[i] = (whole + grey[at + next]! * nextHead - grey[at + first]! * head) * scale;
      first = next;
      head = nextHead;
    }
  }

  /** Adds a line to the points that it covers, by the share of it that each has. */
  private addLine(y: number, out: Float64Array): void {
    const { down, line, width } = this;
    const { start } = down;
    const { size } = down.edges;
    const last = Math.min(this.height - 1, Math.ceil((y + 1 - start) / size) - 1);
    for (let r = Math.max(0, Math.floor((y - start) / size)); r <= last; r++) {
      const share = Math.min(y + 1, start + (r + 1) * size) - Math.max(y, start + r * size);
      const weight = share * down.scale;
      for (let i = 0, o = r * width; i < width; i++, o++) out[o]! += line[i]! * weight;
    }
  }
}

/** Where the points lie along one direction. */
class Axis {
  private from = Number.NaN;
  private to = Number.NaN;
  /** The first pixel that is covered, if only in part; edges and `start` count from it. */
  base = 0;
  /** How much of it lies before the first point. */
  start = 0;
  /** Pixels that are covered, if only in part; none beyond them is read, not even for a share of nothing. */
  pixels = 0;
  scale = 0;
  readonly edges: LineParts;

  constructor(points: number) {
    this.edges = new LineParts(points);
  }

  prepare(from: number, to: number): void {
    if (from === this.from && to === this.to) return;
    this.from = from;
    this.to = to;
    this.base = Math.floor(from);
    this.start = from - this.base;
    this.pixels = Math.ceil(to) - this.base;
    this.edges.set(this.start, to - this.base, this.pixels);
    this.scale = 1 / this.edges.size;
  }
}
