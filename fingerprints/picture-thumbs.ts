import { PictureHasher } from './picture.js';
import { type Box, boxWithin, type PictureBox, withoutBorders } from './picture-box.js';
import { AreaResizer } from './picture-resize.js';
import { THUMB_BYTES, THUMB_HEIGHT, THUMB_WIDTH } from './units.js';

/** Points of the square that a part of a thumb is resized to: more would hold nothing more. */
export const THUMB_SIDE = 32;
const FRAME: PictureBox = { x0: 0, y0: 0, x1: THUMB_WIDTH, y1: THUMB_HEIGHT };

/** Makes small copies of pictures. */
export class ThumbMaker {
  private readonly resizer = new AreaResizer(THUMB_WIDTH, THUMB_HEIGHT);
  private readonly values = new Float64Array(THUMB_BYTES);
  /** The last thumb made. */
  readonly thumb = new Uint8Array(THUMB_BYTES);

  /** @param box the picture without its flat borders; its proportions are lost */
  make(grey: Uint8Array, width: number, box: PictureBox): void {
    this.resizer.resize(grey, width, box, this.values);
    for (let i = 0; i < THUMB_BYTES; i++) this.thumb[i] = this.values[i]! + 0.5;
  }
}

const hasher = new PictureHasher(THUMB_SIDE);
/**
 * Measures a part of a thumb as if it were a picture: HASH_BITS coefficients to `out` at `outAt`.
 * @param thumbs thumbs of THUMB_BYTES one after the other
 * @param at which of them
 * @param box the part, in fractions of the picture without its flat borders
 * @returns false, with zeros written, where the part says nothing
 */
export function measureBox(
  thumbs: Uint8Array,
  at: number,
  box: Box,
  out: Float32Array,
  outAt: number,
): boolean {
  const thumb = thumbs.subarray(at * THUMB_BYTES, (at + 1) * THUMB_BYTES);
  const part = boxWithin(FRAME, box);
  const shown = box.framed ? trimmed(thumb, part) : part;
  return hasher.measure(thumb, THUMB_WIDTH, THUMB_HEIGHT, out, outAt, shown);
}

/** Cuts flat borders where there are any: to whole pixels, then. */
function trimmed(thumb: Uint8Array, part: PictureBox): PictureBox {
  const whole = {
    x0: Math.ceil(part.x0),
    y0: Math.ceil(part.y0),
    x1: Math.floor(part.x1),
    y1: Math.floor(part.y1),
  };
  const found = withoutBorders(thumb, THUMB_WIDTH, whole);
  return {
    x0: found.x0 === whole.x0 ? part.x0 : found.x0,
    y0: found.y0 === whole.y0 ? part.y0 : found.y0,
    x1: found.x1 === whole.x1 ? part.x1 : found.x1,
    y1: found.y1 === whole.y1 ? part.y1 : found.y1,
  };
}
