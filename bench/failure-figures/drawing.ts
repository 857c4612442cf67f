import path from 'node:path';
import sharp from 'sharp';
import { ROOT } from '../lib/results.js';

/** A drawing of `height` pixels, of elements of SVG. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly elements: readonly string[];
}

/** Writes docs/images/NAME.png, in so many colours that it stays small. */
export async function writeDrawing(
  name: string,
  { width, height, elements }: Drawing,
  colours: number,
): Promise<void> {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" ` +
    `height="${height}" font-family="DejaVu Sans, sans-serif" font-size="12"><rect width="100%" height="100%" ` +
    `fill="#fff"/>${elements.join('')}</svg>`;
  const file = path.join(ROOT, 'docs', 'images', `${name}.png`);
  const { size } = await sharp(Buffer.from(svg)).png({ palette: true, colours }).toFile(file);
  console.log(`\nwritten to ${path.relative(process.cwd(), file)}, ${Math.round(size / 1000)} kB`);
}

export function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${words}</text>`;
}

/** Pixels of one, three or four bytes each, as a picture of `width` × `height` at a place of a drawing. */
export async function picture(
  pixels: Uint8Array,
  raw: { readonly width: number; readonly height: number; readonly channels: 1 | 3 | 4 },
  x: number,
  y: number,
  width: number,
  height: number,
): Promise<string> {
  const png = await sharp(pixels, { raw }).png().toBuffer();
  const place = `x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none"`;
  return `<image ${place} xlink:href="data:image/png;base64,${png.toString('base64')}"/>`;
}
