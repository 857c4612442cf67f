import { describe, expect, it } from 'vitest';
import { LineParts, LineSums } from '../../fingerprints/line-sums.js';
import { PartMeasurer } from '../../fingerprints/part-measurer.js';
import type { Box } from '../../fingerprints/picture-box.js';
import { measureBox } from '../../fingerprints/picture-thumbs.js';
import { HASH_BITS, THUMB_BYTES, THUMB_HEIGHT, THUMB_WIDTH } from '../../fingerprints/units.js';
import { picture } from './synthetic.js';

const thumbs = new Uint8Array(2 * THUMB_BYTES);
thumbs.set(picture(THUMB_WIDTH, THUMB_HEIGHT, 1));
thumbs.set(picture(THUMB_WIDTH, THUMB_HEIGHT, 2), THUMB_BYTES);
const expected = new Float32Array(HASH_BITS);
const found = new Float32Array(HASH_BITS);

function expectTheSame(measurer: PartMeasurer, at: number, box: Box, moving: 'across' | 'down'): void {
  expect(measurer.measure(box, moving, found)).toBe(measureBox(thumbs, at, box, expected, 0));
  for (let b = 0; b < HASH_BITS; b++) expect(found[b]).toBeCloseTo(expected[b]!, 2);
}

describe('parts of a thumb that are measured again and again', () => {
  const start = { x0: 0.13, y0: 0.21, x1: 0.77, y1: 0.9 };
  const across = [
    start,
    { ...start, x0: 0.1 },
    { ...start, x1: 1 },
    { ...start, x0: 0, x1: 1 },
    { ...start, x0: 0.3, x1: 0.5 },
  ];
  const down = [{ ...start, y0: 0 }, { ...start, y1: 1 }, { ...start, y0: 0.4, y1: 0.62 }, start];

  it('are what each is when it is measured by itself, whichever edges moved', () => {
    const measurer = new PartMeasurer();
    for (const at of [0, 1]) {
      measurer.take(thumbs, at);
      for (const box of across) expectTheSame(measurer, at, box, 'across');
      for (const box of down) expectTheSame(measurer, at, box, 'down');
      // What was kept of one direction belongs to edges of the other that are gone.
      for (const box of across) expectTheSame(measurer, at, { ...box, y1: 0.95 }, 'across');
      for (const box of down) expectTheSame(measurer, at, { ...box, x0: 0.05 }, 'down');
      expectTheSame(measurer, at, { x0: 0, y0: 0, x1: 1, y1: 1 }, 'down');
    }
  });

  it('say nothing where nothing is', () => {
    const measurer = new PartMeasurer();
    measurer.take(new Uint8Array(THUMB_BYTES).fill(90), 0);
    expect(measurer.measure(start, 'across', found)).toBe(false);
    expect([...found]).toEqual(Array(HASH_BITS).fill(0));
  });
});

describe('means of parts of lines', () => {
  const sums = new LineSums(2, 4);
  const parts = new LineParts(2);
  const out = new Float64Array(2);

  it('begin and end within values, and reach to the last', () => {
    sums.fill([1, 2, 3, 4, 10, 20, 30, 40], 4, 1);
    parts.set(0.5, 3.5, 4);
    sums.means(0, parts, out);
    expect([...out]).toEqual([(0.5 + 2) / 1.5, (3 + 2) / 1.5]);
    parts.set(0, 4, 4);
    sums.means(1, parts, out);
    expect([...out]).toEqual([15, 35]);
  });

  it('are of columns just as well', () => {
    sums.fill([1, 10, 2, 20, 3, 30, 4, 40], 1, 2);
    parts.set(1, 3, 4);
    sums.means(1, parts, out);
    expect([...out]).toEqual([20, 30]);
  });
});
