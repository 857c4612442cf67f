import { MIRROR_FLIPS } from './dct.js';
import { hammingBytes, hashOf } from './picture.js';
import type { Box } from './picture-box.js';
import { measureBox } from './picture-thumbs.js';
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
/** Moves: what becomes of x0, y0, x1 and y1, in steps. Aside, wider and narrower, up and down, higher and lower. */
const MOVES: readonly (readonly [number, number, number, number])[] = [
  [1, 0, 1, 0],
  [-1, 0, -1, 0],
  [0, 1, 0, 1],
  [0, -1, 0, -1],
  [-1, 0, 1, 0],
  [1, 0, -1, 0],
  [0, -1, 0, 1],
  [0, 1, 0, -1],
];
/** A part is at least this wide and high. */
const LEAST_SIDE = 0.15;

const coefficients = new Float32Array(HASH_BITS);
const hash = new Uint8Array(HASH_BYTES);

/**
 * Improves the part of a stream's pictures that is taken to show a reference, against the reference's own hashes: by
 * coordinate descent on place and size in each direction. Coefficients agree more surely the larger they are, so
 * that the way is smoother than the bits would be.
 * @param sights three or four are enough; each is measured some 50 times
 * @param mirrored the stream shows the reference mirrored
 */
export function refineBox(sights: readonly Sight[], mirrored: boolean, start: Box): RefinedBox {
  // Borders were cut to whole pixels, if at all: from here on the edges are free.
  let box: Box = { x0: start.x0, y0: start.y0, x1: start.x1, y1: start.y1 };
  let best = agreement(sights, mirrored, box);
  for (const step of STEPS) {
    for (let round = 0, better = true; better && round < ROUNDS; round++) {
      better = false;
      for (const move of MOVES) {
        const moved = movedBox(box, step, move);
        if (moved === null) continue;
        const agrees = agreement(sights, mirrored, moved);
        if (agrees <= best) continue;
        best = agrees;
        box = moved;
        better = true;
      }
    }
  }
  return { box, bits: meanBits(sights, mirrored, box) };
}

/** Null where the part would become too small. */
function movedBox(
  box: Box,
  step: number,
  [a, b, c, d]: readonly [number, number, number, number],
): Box | null {
  const across = step * (box.x1 - box.x0);
  const down = step * (box.y1 - box.y0);
  const moved = {
    x0: Math.max(0, box.x0 + a * across),
    y0: Math.max(0, box.y0 + b * down),
    x1: Math.min(1, box.x1 + c * across),
    y1: Math.min(1, box.y1 + d * down),
  };
  return moved.x1 - moved.x0 < LEAST_SIDE || moved.y1 - moved.y0 < LEAST_SIDE ? null : moved;
}

/** Sum over all sights of each coefficient's size against the usual one, at most 1, for or against the hash. */
function agreement(sights: readonly Sight[], mirrored: boolean, box: Box): number {
  let sum = 0;
  for (const { thumbs, thumb, hashes, hashAt } of sights) {
    if (!measureBox(thumbs, thumb, box, coefficients, 0)) continue;
    for (let b = 0; b < HASH_BITS; b++) {
      const size = Math.max(-1, Math.min(1, coefficients[b]! / USUAL_SIZES[b]!));
      const bit = (hashes[hashAt + (b >> 3)]! >> (b & 7)) & 1;
      const flipped = mirrored && MIRROR_FLIPS[b] === 1 ? 1 : 0;
      sum += (bit ^ flipped) === 1 ? size : -size;
    }
  }
  return sum;
}

function meanBits(sights: readonly Sight[], mirrored: boolean, box: Box): number {
  let sum = 0;
  for (const { thumbs, thumb, hashes, hashAt } of sights) {
    const says = measureBox(thumbs, thumb, box, coefficients, 0);
    if (mirrored) for (let b = 0; b < HASH_BITS; b++) if (MIRROR_FLIPS[b] === 1) coefficients[b]! *= -1;
    hashOf(coefficients, 0, hash, 0);
    sum += says ? hammingBytes(hash, 0, hashes, hashAt) : HASH_BITS / 2;
  }
  return sum / sights.length;
}
