import { MIRROR_FLIPS } from './dct.js';
import { type Direction, PartMeasurer } from './part-measurer.js';
import { hammingBytes, hashOf } from './picture.js';
import type { Box } from './picture-box.js';
import { HASH_BITS, HASH_BYTES } from './units.js';
import { USUAL_SIZES } from './usual-sizes.js';

/** A picture of the stream, and the hash of the reference's that it should show. */
export interface Sight {
  readonly thumbs: Uint8Array;
  /** Number of its thumb. */
  readonly thumb: number;
  readonly hashes: Uint8Array;
  /** Byte offset of the reference's hash in them. */
  readonly hashAt: number;
}

export interface RefinedBox {
  readonly box: Box;
  /** Mean of the distances in the sights, bits; of a part that says nothing, those of strangers. */
  readonly bits: number;
}

/** Edges move by these shares of the box's sides, again and again while it helps, then by the next. */
const STEPS = [0.06, 0.03, 0.015, 0.0075];
const ROUNDS = 3;
/** Moves: the direction, and what becomes of its first edge and of its second, in steps. Aside, wider and narrower, up and down, higher and lower. */
const MOVES: readonly (readonly [Direction, number, number])[] = [
  ['across', 1, 1],
  ['across', -1, -1],
  ['down', 1, 1],
  ['down', -1, -1],
  ['across', -1, 1],
  ['across', 1, -1],
  ['down', -1, 1],
  ['down', 1, -1],
];
/** A part is at least this wide and high. */
const LEAST_SIDE = 0.15;

const coefficients = new Float32Array(HASH_BITS);
const hash = new Uint8Array(HASH_BYTES);
const measurers: PartMeasurer[] = [];

/**
 * Improves the part of a stream's pictures that is taken to show a reference, against the reference's own hashes: by
 * coordinate descent on place and size in each direction. Coefficients agree more surely the larger they are, so
 * that the way is smoother than the bits would be.
 * @param sights three or four are enough; each is measured some 50 times
 * @param mirrored the stream shows the reference mirrored
 */
export function refineBox(sights: readonly Sight[], mirrored: boolean, start: Box): RefinedBox {
  const measured = sights.map((sight, i) => measuredSight(sight, mirrored, i));
  // Borders were cut to whole pixels, if at all: from here on the edges are free.
  let box: Box = { x0: start.x0, y0: start.y0, x1: start.x1, y1: start.y1 };
  let best = agreement(measured, box, 'across');
  for (const step of STEPS) {
    for (let round = 0, better = true; better && round < ROUNDS; round++) {
      better = false;
      for (const [direction, first, second] of MOVES) {
        const moved = movedBox(box, direction, step * first, step * second);
        if (moved === null) continue;
        const agrees = agreement(measured, moved, direction);
        if (agrees <= best) continue;
        best = agrees;
        box = moved;
        better = true;
      }
    }
  }
  return { box, bits: meanBits(measured, mirrored, box) };
}

/** Null where the part would become too small. @param first, second shares of the side by which its edges move */
function movedBox(box: Box, direction: Direction, first: number, second: number): Box | null {
  const { x0, y0, x1, y1 } = box;
  const across = direction === 'across';
  const [from, to] = across ? [x0, x1] : [y0, y1];
  const low = Math.max(0, from + first * (to - from));
  const high = Math.min(1, to + second * (to - from));
  if (high - low < LEAST_SIDE) return null;
  return across ? { x0: low, y0, x1: high, y1 } : { x0, y0: low, x1, y1: high };
}

interface MeasuredSight extends Sight {
  readonly measurer: PartMeasurer;
  /** Of each coefficient, 1 / its usual size, negative where the reference's hash says so. */
  readonly weights: Float64Array;
}

/** @param i number of the sight: each is measured by one that is used again and again */
function measuredSight(sight: Sight, mirrored: boolean, i: number): MeasuredSight {
  const { thumbs, thumb, hashes, hashAt } = sight;
  measurers[i] ??= new PartMeasurer();
  measurers[i].take(thumbs, thumb);
  const weights = Float64Array.from(USUAL_SIZES, (size, b) => {
    const bit = (hashes[hashAt + (b >> 3)]! >> (b & 7)) & 1;
    const flipped = mirrored && MIRROR_FLIPS[b] === 1 ? 1 : 0;
    return (bit ^ flipped) === 1 ? 1 / size : -1 / size;
  });
  return { ...sight, measurer: measurers[i], weights };
}

/** Sum over all sights of each coefficient's size against the usual one, at most 1, for or against the hash. */
function agreement(sights: readonly MeasuredSight[], box: Box, moving: Direction): number {
  let sum = 0;
  for (const { measurer, weights } of sights) {
    if (!measurer.measure(box, moving, coefficients)) continue;
    for (let b = 0; b < HASH_BITS; b++) sum += Math.max(-1, Math.min(1, coefficients[b]! * weights[b]!));
  }
  return sum;
}

function meanBits(sights: readonly MeasuredSight[], mirrored: boolean, box: Box): number {
  let sum = 0;
  for (const { measurer, hashes, hashAt } of sights) {
    const says = measurer.measure(box, 'across', coefficients);
    if (mirrored) for (let b = 0; b < HASH_BITS; b++) if (MIRROR_FLIPS[b] === 1) coefficients[b]! *= -1;
    hashOf(coefficients, 0, hash, 0);
    sum += says ? hammingBytes(hash, 0, hashes, hashAt) : HASH_BITS / 2;
  }
  return sum / sights.length;
}
