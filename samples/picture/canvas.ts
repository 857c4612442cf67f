import { FONT, GLYPH_HEIGHT, GLYPH_WIDTH } from './font.js';

/** Pictures are painted small and enlarged by the encoder's scaler. */
export const PICTURE_WIDTH = 320;
export const PICTURE_HEIGHT = 180;
export const PICTURES_PER_SECOND = 25;

/** A picture of 32-bit pixels (bytes R, G, B, A in memory), row by row, and the brushes to paint it. */
export class Canvas {
  readonly pixels: Uint32Array<ArrayBuffer>;

  constructor(
    readonly width = PICTURE_WIDTH,
    readonly height = PICTURE_HEIGHT,
  ) {
    this.pixels = new Uint32Array(width * height);
  }

  rectangle(left: number, top: number, width: number, height: number, colour: number): void {
    const x0 = Math.max(0, Math.round(left));
    const x1 = Math.min(this.width, Math.round(left + width));
    const y1 = Math.min(this.height, Math.round(top + height));
    if (x0 >= x1) return;
    for (let y = Math.max(0, Math.round(top)); y < y1; y++)
      this.pixels.fill(colour, y * this.width + x0, y * this.width + x1);
  }

  disc(centreX: number, centreY: number, radius: number, colour: number): void {
    const top = Math.max(0, Math.ceil(centreY - radius));
    const bottom = Math.min(this.height - 1, Math.floor(centreY + radius));
    for (let y = top; y <= bottom; y++) {
      const half = Math.sqrt(radius * radius - (y - centreY) ** 2);
      const from = Math.max(0, Math.round(centreX - half));
      const to = Math.min(this.width, Math.round(centreX + half));
      if (from < to) this.pixels.fill(colour, y * this.width + from, y * this.width + to);
    }
  }

  /** A convex polygon; its corners as x, y, x, y, … */
  polygon(corners: ArrayLike<number>, colour: number): void {
    const count = corners.length / 2;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      low = Math.min(low, corners[i * 2 + 1]!);
      high = Math.max(high, corners[i * 2 + 1]!);
    }
    for (let y = Math.max(0, Math.ceil(low)); y <= Math.min(this.height - 1, Math.floor(high)); y++) {
      let left = Number.POSITIVE_INFINITY;
      let right = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < count; i++) {
        const j = (i + 1) % count;
        const ya = corners[i * 2 + 1]!;
        const yb = corners[j * 2 + 1]!;
        if (ya === yb || y < Math.min(ya, yb) || y > Math.max(ya, yb)) continue;
        const x = corners[i * 2]! + ((y - ya) / (yb - ya)) * (corners[j * 2]! - corners[i * 2]!);
        left = Math.min(left, x);
        right = Math.max(right, x);
      }
      const from = Math.max(0, Math.round(left));
      const to = Math.min(this.width, Math.round(right));
      if (from < to) this.pixels.fill(colour, y * this.width + from, y * this.width + to);
    }
  }

  /** Capital letters, digits and a few signs; others are left blank. `size` = pixels a dot of the glyph. */
  text(words: string, left: number, top: number, size: number, colour: number): void {
    let x = left;
    for (const character of words.toUpperCase()) {
      const glyph = FONT.get(character);
      if (glyph && x < this.width && x + GLYPH_WIDTH * size > 0) {
        for (let row = 0; row < GLYPH_HEIGHT; row++)
          for (let column = 0; column < GLYPH_WIDTH; column++)
            if (glyph[row]! & (1 << (GLYPH_WIDTH - 1 - column)))
              this.rectangle(x + column * size, top + row * size, size, size, colour);
      }
      x += (GLYPH_WIDTH + 1) * size;
    }
  }
}

/** Pixels that a line of text takes in width. */
export const textWidth = (words: string, size: number) => (words.length * (GLYPH_WIDTH + 1) - 1) * size;
