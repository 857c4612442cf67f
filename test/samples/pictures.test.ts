import { describe, expect, it } from 'vitest';
import { hammingBytes, hashOf, PictureHasher } from '../../fingerprints/picture.js';
import { HASH_BITS, HASH_BYTES } from '../../fingerprints/units.js';
import { TITLES } from '../../samples/catalogue.js';
import { screen } from '../../samples/material.js';
import { Canvas } from '../../samples/picture/canvas.js';
import { transformPicture } from '../../samples/picture/transform.js';

const title = (n: number) => TITLES[n]!;

/** Frame hashes of a title, one every 2 s; null = a picture that says nothing. */
function hashes(n: number): (Uint8Array | null)[] {
  const hasher = new PictureHasher();
  const canvas = new Canvas();
  const screening = screen(title(n));
  const grey = new Uint8Array(canvas.width * canvas.height);
  const coefficients = new Float32Array(HASH_BITS);
  return Array.from({ length: 30 }, (_, i) => {
    screening.paint(canvas, i * 2 + 0.5);
    canvas.pixels.forEach((pixel, at) => {
      grey[at] = 0.299 * (pixel & 255) + 0.587 * ((pixel >> 8) & 255) + 0.114 * ((pixel >> 16) & 255);
    });
    if (!hasher.measure(grey, canvas.width, canvas.height, coefficients, 0)) return null;
    const hash = new Uint8Array(HASH_BYTES);
    hashOf(coefficients, 0, hash, 0);
    return hash;
  });
}

describe('pictures of the sample titles', () => {
  it('are the same whenever and in whatever order they are painted', () => {
    const forwards = screen(title(0));
    const once = new Canvas();
    const again = new Canvas();
    for (const time of [0, 3.2, 20, 41.4]) forwards.paint(once, time);
    const backwards = screen(title(0));
    for (const time of [59, 30, 41.4]) backwards.paint(again, time);
    expect(Buffer.from(again.pixels.buffer).equals(Buffer.from(once.pixels.buffer))).toBe(true);
  });

  it('move: a second later hardly a picture is the same', () => {
    const screening = screen(title(1));
    const now = new Canvas();
    const later = new Canvas();
    for (let time = 0; time < 55; time += 5) {
      screening.paint(now, time);
      screening.paint(later, time + 1);
      const changed = now.pixels.reduce((sum, pixel, at) => sum + (pixel === later.pixels[at] ? 0 : 1), 0);
      expect(changed).toBeGreaterThan(now.pixels.length / 50);
    }
  });

  it('say enough to be recognised, and never look like those of another title', () => {
    const all = TITLES.map((_, n) => hashes(n));
    for (const pictures of all) {
      const telling = pictures.filter((hash) => hash !== null).length;
      expect(telling).toBeGreaterThan(pictures.length * 0.8);
    }
    let nearest = HASH_BITS;
    all.forEach((one, n) => {
      for (const other of all.slice(n + 1))
        for (const a of one)
          for (const b of other) if (a && b) nearest = Math.min(nearest, hammingBytes(a, 0, b, 0));
    });
    // Two pictures at random differ in half the bits; a true copy in a tenth.
    expect(nearest).toBeGreaterThan(HASH_BITS * 0.2);
  });

  it('are mirrored and cropped about the middle', () => {
    const plain = new Canvas();
    plain.pixels.forEach((_, at) => {
      plain.pixels[at] = at % plain.width;
    });
    const changed = new Canvas();
    transformPicture(plain, changed, { mirrored: true, crop: 0 });
    expect(changed.pixels[0]).toBe(plain.width - 1);
    transformPicture(plain, changed, { mirrored: false, crop: 0.1 });
    expect(changed.pixels[0]).toBe(16);
    expect(changed.pixels[plain.width - 1]).toBe(plain.width - 17);
  });
});
