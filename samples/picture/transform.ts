import type { Canvas } from './canvas.js';

/** What is done to the pictures of a clip, before the overlays. */
export interface PictureTransformation {
  readonly mirrored: boolean;
  /** Share of the picture cut away, half of it at either side and at top and bottom; the rest is enlarged. */
  readonly crop: number;
}

/** Writes the transformed picture to `target`, which has the size of `source`. */
export function transformPicture(source: Canvas, target: Canvas, how: PictureTransformation): void {
  const { width, height } = source;
  const keep = 1 - how.crop;
  const columns = new Uint16Array(width);
  for (let x = 0; x < width; x++) {
    const column = Math.floor(width * (how.crop / 2) + (x + 0.5) * keep);
    columns[x] = how.mirrored ? width - 1 - column : column;
  }
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(height * (how.crop / 2) + (y + 0.5) * keep) * width;
    for (let x = 0; x < width; x++) target.pixels[at++] = source.pixels[row + columns[x]!]!;
  }
}
