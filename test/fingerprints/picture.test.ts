import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hammingBytes, hashOf, mirrorCoefficients, PictureHasher } from '../../fingerprints/picture.js';
import { findPictureBox } from '../../fingerprints/picture-box.js';
import { HASH_BITS, HASH_BYTES } from '../../fingerprints/units.js';
import { mirrored, noise, picture, toHex } from './synthetic.js';

const WIDTH = 320;
const HEIGHT = 180;
const hasher = new PictureHasher();

function measure(grey: Uint8Array, width = WIDTH, height = HEIGHT): Float32Array {
  const coefficients = new Float32Array(HASH_BITS);
  hasher.measure(grey, width, height, coefficients, 0);
  return coefficients;
}

function hash(coefficients: Float32Array): Uint8Array {
  const bytes = new Uint8Array(HASH_BYTES);
  hashOf(coefficients, 0, bytes, 0);
  return bytes;
}

const distance = (a: Uint8Array, b: Uint8Array) => hammingBytes(a, 0, b, 0);

describe('PictureHasher', () => {
  it('measures the coefficients of the DCT-II, lowest frequencies first', () => {
    // A picture that is one basis function: three half waves across, two down.
    const wave = (i: number, n: number, k: number) => Math.cos((Math.PI * (2 * i + 1) * k) / (2 * n));
    const side = 128;
    const grey = Uint8Array.from({ length: side * side }, (_, i) =>
      Math.round(128 + 100 * wave(i % side, side, 3) * wave(Math.floor(i / side), side, 2)),
    );
    const out = new Float32Array(HASH_BITS);
    // Almost all of a picture's coefficients are 0 here, so it says too little to be told.
    expect(hasher.measure(grey, side, side, out, 0)).toBe(false);
    // Added to a picture that says enough, it moves one coefficient by 100 × 64 / 2.
    const base = picture(side, side, 1).map((v) => v / 2);
    const sum = base.map((v, i) => v + (grey[i]! - 28) / 2);
    const whole = { x0: 0, y0: 0, x1: side, y1: side };
    const before = new Float32Array(HASH_BITS);
    expect(hasher.measure(base, side, side, before, 0, whole)).toBe(true);
    expect(hasher.measure(sum, side, side, out, 0, whole)).toBe(true);
    const moved = [...out].map((c, b) => c - before[b]!);
    // Frequencies (down, across) in order: 2 of sum 1, 3 of sum 2, 4 of sum 3, 5 of sum 4; of sum 5, (2, 3) first.
    expect(moved[14]).toBeCloseTo(1600, -1);
    expect(moved.filter((m, b) => b !== 14 && Math.abs(m) > 30)).toHaveLength(0);
  });

  it('gives nearly the same hash at any size', () => {
    const small = hash(measure(picture(320, 180, 2)));
    for (const [width, height] of [
      [640, 360],
      [426, 240],
      [200, 113],
    ] as const)
      expect(distance(hash(measure(picture(width, height, 2), width, height)), small)).toBeLessThan(6);
  });

  it('tells pictures apart: about half of the bits differ', () => {
    const hashes = [1, 2, 3, 4, 5, 6].map((seed) => hash(measure(picture(WIDTH, HEIGHT, seed))));
    for (const [i, a] of hashes.entries())
      for (const b of hashes.slice(i + 1)) {
        expect(distance(a, b)).toBeGreaterThan(45);
        expect(distance(a, b)).toBeLessThan(99);
      }
  });

  it('takes a plain wall or sky for a part of the picture', () => {
    const plain = picture(WIDTH, HEIGHT, 3);
    const sky = new Uint8Array(WIDTH * 240).fill(150);
    sky.set(plain, WIDTH * 60);
    expect(distance(hash(measure(sky, WIDTH, 240)), hash(measure(plain)))).toBeGreaterThan(20);
  });

  it('does not see letterbox, pillarbox, brightness or contrast', () => {
    const plain = picture(WIDTH, HEIGHT, 3);
    const expected = hash(measure(plain));
    const letterbox = new Uint8Array(WIDTH * 240).fill(16);
    letterbox.set(plain, WIDTH * 30);
    expect(hash(measure(letterbox, WIDTH, 240))).toEqual(expected);
    const pillarbox = new Uint8Array(400 * HEIGHT);
    for (let y = 0; y < HEIGHT; y++) pillarbox.set(plain.subarray(y * WIDTH, (y + 1) * WIDTH), y * 400 + 40);
    expect(hash(measure(pillarbox, 400, HEIGHT))).toEqual(expected);
    expect(distance(hash(measure(plain.map((v) => 60 + v / 2))), expected)).toBeLessThan(6);
  });

  it('looks at the box it is given', () => {
    const two = new Uint8Array(2 * WIDTH * HEIGHT);
    const right = picture(WIDTH, HEIGHT, 5);
    for (let y = 0; y < HEIGHT; y++) {
      two.set(picture(WIDTH, HEIGHT, 4).subarray(y * WIDTH, (y + 1) * WIDTH), 2 * y * WIDTH);
      two.set(right.subarray(y * WIDTH, (y + 1) * WIDTH), (2 * y + 1) * WIDTH);
    }
    const out = new Float32Array(HASH_BITS);
    const box = { x0: WIDTH, y0: 0, x1: 2 * WIDTH, y1: HEIGHT };
    expect(hasher.measure(two, 2 * WIDTH, HEIGHT, out, 0, box)).toBe(true);
    expect(hash(out)).toEqual(hash(measure(right)));
  });

  it.each([
    ['black', new Uint8Array(WIDTH * HEIGHT)],
    ['white', new Uint8Array(WIDTH * HEIGHT).fill(255)],
    ['a gradient', Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => ((i % WIDTH) * 255) / WIDTH)],
    [
      'a colour bar',
      Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => 30 * Math.floor(((i % WIDTH) * 8) / WIDTH)),
    ],
    ['snow', Uint8Array.from(noise(7.2, 127, 3), (v) => 128 + v)],
    ['faint noise', Uint8Array.from(noise(7.2, 20, 1), (v) => 128 + v)],
    ['a picture too faint to tell', picture(WIDTH, HEIGHT, 1).map((v) => 100 + v / 40)],
  ])('%s says nothing: false, and coefficients and hash of 0', (_, grey) => {
    const out = new Float32Array(HASH_BITS).fill(7);
    expect(hasher.measure(grey, WIDTH, HEIGHT, out, 0)).toBe(false);
    expect(out.every((c) => c === 0)).toBe(true);
    expect(hash(out).every((byte) => byte === 0)).toBe(true);
  });

  it('bears pictures of a single pixel', () => {
    expect(hasher.measure(Uint8Array.of(9), 1, 1, new Float32Array(HASH_BITS), 0)).toBe(false);
    expect(hasher.measure(new Uint8Array(0), 0, 0, new Float32Array(HASH_BITS), 0)).toBe(false);
  });

  it('never votes for black bars with a little noise around a flat picture', () => {
    const grey = Uint8Array.from(noise(7.2, 3, 2), (v) => 16 + v);
    expect(hasher.measure(grey, WIDTH, HEIGHT, new Float32Array(HASH_BITS), 0)).toBe(false);
  });
});

describe('mirrorCoefficients', () => {
  it('gives what the mirrored picture would, for every picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const plain = picture(160, 90, seed);
        const flipped = new Float32Array(HASH_BITS);
        mirrorCoefficients(measure(plain, 160, 90), 0, flipped, 0);
        const expected = measure(mirrored(plain, 160), 160, 90);
        for (let b = 0; b < HASH_BITS; b++) expect(flipped[b]).toBeCloseTo(expected[b]!, 2);
      }),
      { numRuns: 20 },
    );
  });

  it('gives another hash, and the first again when done twice', () => {
    const coefficients = measure(picture(WIDTH, HEIGHT, 6));
    const once = new Float32Array(2 * HASH_BITS);
    mirrorCoefficients(coefficients, 0, once, HASH_BITS);
    const twice = new Float32Array(HASH_BITS);
    mirrorCoefficients(once, HASH_BITS, twice, 0);
    expect(twice).toEqual(coefficients);
    expect(distance(hash(once.slice(HASH_BITS)), hash(coefficients))).toBeGreaterThan(40);
  });
});

describe('hashOf', () => {
  it('keeps one bit a sign, low bits first', () => {
    const coefficients = new Float32Array(HASH_BITS).fill(-1);
    coefficients[0] = coefficients[9] = coefficients[143] = 5;
    expect(toHex(hash(coefficients))).toBe(`0102${'00'.repeat(15)}80`);
  });

  it('never gives the hash of nothing to a picture that says something', () => {
    expect(toHex(hash(new Float32Array(HASH_BITS).fill(-1)))).toBe(`01${'00'.repeat(17)}`);
  });
});

describe('hammingBytes', () => {
  const bytes = fc.uint8Array({ minLength: HASH_BYTES, maxLength: HASH_BYTES });

  it('counts the bits that differ, at any place', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 0, max: 7 }), (a, b, at) => {
        const later = new Uint8Array(at + HASH_BYTES);
        later.set(b, at);
        let expected = 0;
        for (let bit = 0; bit < HASH_BITS; bit++)
          expected += ((a[bit >> 3]! ^ b[bit >> 3]!) >> (bit & 7)) & 1;
        expect(hammingBytes(a, 0, later, at)).toBe(expected);
      }),
    );
  });
});

describe('findPictureBox', () => {
  it('cuts 30 % of the height and 40 % of the width from each side at most', () => {
    expect(findPictureBox(new Uint8Array(100 * 50), 100, 50)).toEqual({ x0: 40, y0: 15, x1: 60, y1: 35 });
  });

  it('cuts each side by itself', () => {
    const grey = new Uint8Array(100 * 50);
    for (let y = 5; y < 48; y++) for (let x = 20; x < 97; x++) grey[y * 100 + x] = (x * 53 + y * 31) % 256;
    expect(findPictureBox(grey, 100, 50)).toEqual({ x0: 20, y0: 5, x1: 97, y1: 48 });
  });
});
