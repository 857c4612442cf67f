import { expect, it } from 'vitest';
import { AudioAnalyser, REFERENCE_ANALYSIS } from '../../fingerprints/audio-analyser.js';
import { landmarksOf } from '../../fingerprints/landmarks.js';
import { hashOf, PictureHasher } from '../../fingerprints/picture.js';
import { ReferenceRows } from '../../fingerprints/reference-rows.js';
import { HASH_BITS, HASH_BYTES } from '../../fingerprints/units.js';
import { music, picture, toHex } from './synthetic.js';

// Stored fingerprints stay comparable only while these hold. Whoever changes them raises the version of the
// algorithm in fingerprints/encoding.ts.

it('the same sound gives the same words and landmarks for ever', () => {
  const analyser = new AudioAnalyser(REFERENCE_ANALYSIS);
  analyser.feed(music(2, 1), 0);
  analyser.finish();
  const { words, peaks } = analyser.take();
  expect([...words].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(
    '00000000 f732aa4c b5b9263a 9c1946b3 965b5aa3 a2cb98ae 6da6b53c 5572cdd7 5a69a6d2 772da65b 1bcaf25c ' +
      'cca6593c c8ad4925 4a94b33a 6cd4b53a a45594ca ba55c49b 9d4a7b87 896a3aa4 19ae5abc 546bc744 561d06c3 ' +
      '96111493 2db0cc7e aed174e6',
  );
  const { hashes, ticks } = landmarksOf(peaks, 0, { set: 'reference' });
  expect(hashes).toHaveLength(35);
  expect([...hashes.subarray(0, 12)]).toEqual([
    757911, 761121, 765886, 2726321, 2728881, 2722609, 3197872, 3200432, 1946031, 1936175, 1942319, 273418,
  ]);
  expect([...ticks.subarray(0, 12)]).toEqual([5, 5, 5, 18, 18, 18, 19, 19, 20, 20, 20, 28]);
});

it('the same picture gives the same hash for ever', () => {
  const hashes = [1, 2].map((seed) => {
    const coefficients = new Float32Array(HASH_BITS);
    new PictureHasher().measure(picture(320, 180, seed), 320, 180, coefficients, 0);
    const hash = new Uint8Array(HASH_BYTES);
    hashOf(coefficients, 0, hash, 0);
    return toHex(hash);
  });
  expect(hashes).toEqual(['9a807c78b31b0843f966a0cb3706fbce9149', '13ee2533bbdf0a8140e5e3582fa03f8ba799']);
});

it('the same picture gives the same row for ever', () => {
  const rows = new ReferenceRows(1);
  rows.add(picture(320, 180, 3), 320, 180, 0);
  expect(toHex(rows.finish(0.2)!)).toBe(
    '275e7e29136a589a86ac3a947590364c9026a305b932acd1a73d6e527f18948b0daccaaa',
  );
});
