import { describe, expect, it } from 'vitest';
import { hashOf, mirrorCoefficients, PictureHasher } from '../../fingerprints/picture.js';
import type { Box } from '../../fingerprints/picture-box.js';
import { findRectangles } from '../../fingerprints/picture-rectangles.js';
import { refineBox, type Sight } from '../../fingerprints/picture-refine.js';
import { HASH_BITS, HASH_BYTES, THUMB_BYTES, THUMB_HEIGHT, THUMB_WIDTH } from '../../fingerprints/units.js';
import { picture } from './synthetic.js';

/** Thumbs of pictures laid over others that move as well. */
function thumbsWith(
  inner: readonly Uint8Array[],
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): Uint8Array {
  const thumbs = new Uint8Array(inner.length * THUMB_BYTES);
  for (const [n, grey] of inner.entries()) {
    const thumb = picture(THUMB_WIDTH, THUMB_HEIGHT, 100 + n);
    for (let y = y0; y < y1; y++)
      for (let x = x0; x < x1; x++) {
        const fromX = Math.floor(((x - x0 + 0.5) * 320) / (x1 - x0));
        const fromY = Math.floor(((y - y0 + 0.5) * 180) / (y1 - y0));
        thumb[y * THUMB_WIDTH + x] = grey[fromY * 320 + fromX]!;
      }
    thumbs.set(thumb, n * THUMB_BYTES);
  }
  return thumbs;
}

const inner = [1, 2, 3, 4].map((seed) => picture(320, 180, seed));
const hashes = new Uint8Array(inner.length * HASH_BYTES);
const coefficients = new Float32Array(HASH_BITS);
for (const [n, grey] of inner.entries()) {
  new PictureHasher().measure(grey, 320, 180, coefficients, 0);
  hashOf(coefficients, 0, hashes, n * HASH_BYTES);
}
const truth = { x0: 70 / 128, y0: 5 / 72, x1: 121 / 128, y1: 34 / 72 };
const off = (a: Box, b: Box) =>
  Math.max(Math.abs(a.x0 - b.x0), Math.abs(a.y0 - b.y0), Math.abs(a.x1 - b.x1), Math.abs(a.y1 - b.y1));
const sightsOf = (thumbs: Uint8Array, of = hashes): Sight[] =>
  inner.map((_, thumb) => ({ thumbs, thumb, hashes: of, hashAt: thumb * HASH_BYTES }));

describe('rectangles', () => {
  it('are found where a picture lies in another, in four pictures', () => {
    const found = findRectangles(thumbsWith(inner, 70, 5, 121, 34), 0, 4);
    expect(Math.min(...found.map((box) => off(box, truth)))).toBeLessThan(0.02);
    expect(found.length).toBeLessThanOrEqual(6);
  });

  it('are found where the screen is split', () => {
    const found = findRectangles(thumbsWith(inner, 0, 0, 64, 72), 0, 4);
    for (const half of [
      { x0: 0, y0: 0, x1: 0.5, y1: 1 },
      { x0: 0.5, y0: 0, x1: 1, y1: 1 },
    ])
      expect(Math.min(...found.map((box) => off(box, half)))).toBeLessThan(0.02);
  });

  it('are not found in pictures without edges that stay, nor in one picture', () => {
    const others = Array.from({ length: 4 }, (_, n) => picture(THUMB_WIDTH, THUMB_HEIGHT, 50 + n));
    const thumbs = Uint8Array.from(others.flatMap((thumb) => [...thumb]));
    expect(findRectangles(thumbs, 0, 4)).toEqual([]);
    expect(findRectangles(thumbsWith(inner, 70, 5, 121, 34), 0, 1)).toEqual([]);
  });
});

describe('refining a box', () => {
  const thumbs = thumbsWith(inner, 70, 5, 121, 34);
  const start = { x0: truth.x0 + 0.03, y0: truth.y0 - 0.02, x1: truth.x1 + 0.02, y1: truth.y1 + 0.03 };

  it('brings it to where the reference is seen', () => {
    const { box, bits } = refineBox(sightsOf(thumbs), false, start);
    expect(off(box, truth)).toBeLessThan(0.015);
    expect(bits).toBeLessThan(20);
  });

  it('works on mirrored pictures', () => {
    const mirrored = new Uint8Array(hashes.length);
    for (const [n, grey] of inner.entries()) {
      new PictureHasher().measure(grey, 320, 180, coefficients, 0);
      const flipped = new Float32Array(HASH_BITS);
      mirrorCoefficients(coefficients, 0, flipped, 0);
      hashOf(flipped, 0, mirrored, n * HASH_BYTES);
    }
    expect(refineBox(sightsOf(thumbs, mirrored), true, start).bits).toBeLessThan(20);
    expect(refineBox(sightsOf(thumbs, mirrored), false, start).bits).toBeGreaterThan(35);
  });

  it('does not make another reference fit', () => {
    const foreign = new Uint8Array(hashes.length);
    for (let n = 0; n < inner.length; n++) {
      new PictureHasher().measure(picture(320, 180, 70 + n), 320, 180, coefficients, 0);
      hashOf(coefficients, 0, foreign, n * HASH_BYTES);
    }
    expect(refineBox(sightsOf(thumbs, foreign), false, start).bits).toBeGreaterThan(45);
  });
});
