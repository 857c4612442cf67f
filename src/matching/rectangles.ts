import type { Box } from '../../fingerprints/picture-box.js';
import { findRectangles } from '../../fingerprints/picture-rectangles.js';
import { THUMB_BYTES } from '../../fingerprints/units.js';
import type { StreamPicture } from './stream-picture.js';

/** Edges nearer than this share of the picture are the same rectangle. */
const SAME = 0.015;
/** So many rectangles of a stream are remembered. */
const MOST_KNOWN = 32;

/** The rectangles of one stream's pictures: one that is found again is the same object, so that looks are kept. */
export class Rectangles {
  #known: Box[] = [];

  /** Rectangles whose edges stay in most of some pictures; so many of them at most. */
  find(pictures: readonly StreamPicture[], most: number): Box[] {
    const small = pictures.flatMap((picture) => (picture.small ? [picture.small] : []));
    const thumbs = new Uint8Array(small.length * THUMB_BYTES);
    small.forEach((thumb, i) => {
      thumbs.set(thumb, i * THUMB_BYTES);
    });
    return findRectangles(thumbs, 0, small.length, most).map((box) => this.#same(box));
  }

  #same(box: Box): Box {
    const known = this.#known.find((other) => isNear(box, other));
    if (known) return known;
    this.#known = [...this.#known, box].slice(-MOST_KNOWN);
    return box;
  }
}

function isNear(a: Box, b: Box): boolean {
  return (
    Math.abs(a.x0 - b.x0) < SAME &&
    Math.abs(a.y0 - b.y0) < SAME &&
    Math.abs(a.x1 - b.x1) < SAME &&
    Math.abs(a.y1 - b.y1) < SAME
  );
}
