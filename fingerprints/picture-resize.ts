import type { PictureBox } from './picture-box.js';

/** Pictures are looked at as squares of so many points. */
export const SQUARE = 64;

/**
 * Resizes a part of a picture to SQUARE × SQUARE, each point being the mean over the area it covers.
 * Keeps its working memory, so that nothing is allocated for a picture of the same size as the one before.
 */
export class AreaResizer {
  private readonly across = new Axis();
  private readonly down = new Axis();
  private readonly line = new Float64Array(SQUARE);

  /** @param out SQUARE × SQUARE values 0..255. */
  resize(grey: Uint8Array, width: number, box: PictureBox, out: Float64Array): void {
    this.across.prepare(box.x1 - box.x0);
    this.down.prepare(box.y1 - box.y0);
    out.fill(0);
    for (let y = box.y0; y < box.y1; y++) {
      this.shrinkLine(grey, y * width + box.x0);
      this.addLine(y - box.y0, out);
    }
  }

  /** Means of one line of pixels over the area of each point. */
  private shrinkLine(grey: Uint8Array, at: number): void {
    const { firsts, heads, scale } = this.across;
    const { line } = this;
    let first = firsts[0]!;
    let head = heads[0]!;
    for (let i = 0; i < SQUARE; i++) {
      const next = firsts[i + 1]!;
      const nextHead = heads[i + 1]!;
      let whole = 0;
      for (let p = at + first; p < at + next; p++) whole = (whole + grey[p]!) | 0;
      line[i] = (whole + grey[at + next]! * nextHead - grey[at + first]! * head) * scale;
      first = next;
      head = nextHead;
    }
  }

  /** Adds a line to the points that it covers, by the share of it that each has. */
  private addLine(y: number, out: Float64Array): void {
    const { down, line } = this;
    const last = Math.min(SQUARE - 1, Math.ceil((y + 1) / down.size) - 1);
    for (let r = Math.floor(y / down.size); r <= last; r++) {
      const share = Math.min(y + 1, (r + 1) * down.size) - Math.max(y, r * down.size);
      const weight = share * down.scale;
      for (let i = 0, o = r * SQUARE; i < SQUARE; i++, o++) out[o]! += line[i]! * weight;
    }
  }
}

/** Where the points begin along one direction: in a whole pixel, and how much of it is before. */
class Axis {
  private pixels = 0;
  /** Pixels a point. */
  size = 0;
  scale = 0;
  readonly firsts = new Int32Array(SQUARE + 1);
  readonly heads = new Float64Array(SQUARE + 1);

  prepare(pixels: number): void {
    if (pixels === this.pixels) return;
    this.pixels = pixels;
    this.size = pixels / SQUARE;
    this.scale = 1 / this.size;
    for (let i = 0; i <= SQUARE; i++) {
      // The end of the last point is the whole of the last pixel, so that no pixel beyond it is read.
      const first = i === SQUARE ? pixels - 1 : Math.floor(i * this.size);
      this.firsts[i] = first;
      this.heads[i] = i * this.size - first;
    }
  }
}
