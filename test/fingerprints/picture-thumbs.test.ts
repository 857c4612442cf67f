import { describe, expect, it } from 'vitest';
import { hammingBytes, hashOf, PictureHasher } from '../../fingerprints/picture.js';
import { type Box, boxWithin, findPictureBox } from '../../fingerprints/picture-box.js';
import { WHOLE } from '../../fingerprints/picture-boxes.js';
import { measureBox } from '../../fingerprints/picture-thumbs.js';
import { StreamPictures, slicePictures } from '../../fingerprints/stream-pictures.js';
import { HASH_BITS, HASH_BYTES, THUMB_BYTES } from '../../fingerprints/units.js';
import { picture } from './synthetic.js';

const WIDTH = 320;
const HEIGHT = 180;
const coefficients = new Float32Array(HASH_BITS);

function hash(): Uint8Array {
  const out = new Uint8Array(HASH_BYTES);
  hashOf(coefficients, 0, out, 0);
  return out;
}

function thumbsOf(...pictures: Uint8Array[]): Uint8Array {
  const stream = new StreamPictures();
  for (const [i, grey] of pictures.entries()) stream.add(grey, WIDTH, HEIGHT, i);
  return stream.take().thumbs;
}

/** Bits that differ between a box of the thumb and the same part of the picture. */
function difference(grey: Uint8Array, box: Box): number {
  expect(measureBox(thumbsOf(grey), 0, box, coefficients, 0)).toBe(true);
  const inThumb = hash();
  const part = boxWithin(findPictureBox(grey, WIDTH, HEIGHT), box);
  expect(new PictureHasher().measure(grey, WIDTH, HEIGHT, coefficients, 0, part)).toBe(true);
  return hammingBytes(inThumb, 0, hash(), 0);
}

/** A picture that shows another in a part of it, and grey around. */
function framed(inner: Uint8Array, x0: number, y0: number, width: number, height: number): Uint8Array {
  const grey = new Uint8Array(WIDTH * HEIGHT).fill(16);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      grey[(y0 + y) * WIDTH + x0 + x] =
        inner[Math.floor((y * HEIGHT) / height) * WIDTH + Math.floor((x * WIDTH) / width)]!;
  return grey;
}

describe('a part measured in a thumb', () => {
  for (const size of [1, 0.92, 0.84])
    it(`of ${size} of the sides is what the picture has there`, () => {
      const from = (1 - size) / 3;
      for (const seed of [1, 2, 3])
        expect(
          difference(picture(WIDTH, HEIGHT, seed), { x0: from, y0: from, x1: from + size, y1: from + size }),
        ).toBeLessThanOrEqual(10);
    });

  it('is counted without the flat borders of the whole', () => {
    expect(difference(framed(picture(WIDTH, HEIGHT, 4), 0, 30, 320, 120), WHOLE)).toBeLessThanOrEqual(8);
  });

  it('loses its own flat borders where it shows a whole picture', () => {
    const left = picture(WIDTH, HEIGHT, 5);
    const split = framed(left, 0, 45, 160, 90);
    const right = framed(picture(WIDTH, HEIGHT, 6), 160, 0, 160, 180);
    for (let y = 0; y < HEIGHT; y++)
      split.set(right.subarray(y * WIDTH + 160, (y + 1) * WIDTH), y * WIDTH + 160);
    measureBox(thumbsOf(split), 0, { x0: 0, y0: 0, x1: 0.5, y1: 1, framed: true }, coefficients, 0);
    const seen = hash();
    new PictureHasher().measure(left, WIDTH, HEIGHT, coefficients, 0);
    expect(hammingBytes(seen, 0, hash(), 0)).toBeLessThanOrEqual(20);
  });

  it('says nothing where it is flat', () => {
    const grey = framed(picture(WIDTH, HEIGHT, 7), 0, 0, 150, 180);
    grey[5 * WIDTH + 319] = 255;
    grey[170 * WIDTH + 319] = 255;
    const corner = { x0: 0.6, y0: 0.3, x1: 0.9, y1: 0.7 };
    expect(measureBox(thumbsOf(grey), 0, corner, coefficients, 0)).toBe(false);
    expect(coefficients.every((c) => c === 0)).toBe(true);
  });
});

describe('thumbs', () => {
  it('are kept of informative pictures, of one in each 0.9 s', () => {
    const stream = new StreamPictures();
    for (let i = 0; i < 12; i++)
      stream.add(i === 5 ? new Uint8Array(WIDTH * HEIGHT) : picture(WIDTH, HEIGHT, i), WIDTH, HEIGHT, i / 4);
    const features = stream.take();
    expect([...features.thumbOf]).toEqual([0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, 3]);
    expect(features.thumbs).toHaveLength(4 * THUMB_BYTES);
  });

  it('stay with their pictures in a slice', () => {
    const stream = new StreamPictures();
    for (let i = 0; i < 8; i++) stream.add(picture(WIDTH, HEIGHT, i), WIDTH, HEIGHT, i / 2);
    const features = stream.take();
    const slice = slicePictures(features, 3, 7);
    expect([...slice.times]).toEqual([1.5, 2, 2.5, 3]);
    slice.thumbOf.forEach((thumb, i) => {
      const original = features.thumbOf[3 + i]!;
      expect(thumb < 0).toBe(original < 0);
      if (thumb < 0) return;
      expect(slice.thumbs.subarray(thumb * THUMB_BYTES, (thumb + 1) * THUMB_BYTES)).toEqual(
        features.thumbs.subarray(original * THUMB_BYTES, (original + 1) * THUMB_BYTES),
      );
    });
    expect(slicePictures(features, 2, 2).thumbs).toHaveLength(0);
  });
});
