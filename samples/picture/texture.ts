import type { Random } from '../random.js';

/** Side of a texture in pixels: a power of two, so that it repeats by masking. */
export const TEXTURE_SIDE = 512;
export const TEXTURE_MASK = TEXTURE_SIDE - 1;

/**
 * Value noise: random values on grids of growing fineness, smoothly interpolated and summed. Fills a square of
 * TEXTURE_SIDE² bytes that uses the whole range 0..255 and repeats without a seam.
 * `coarse` = cells of the first grid across the texture; `octaves` = number of grids, each twice as fine.
 */
export function noiseTexture(random: Random, coarse: number, octaves: number): Uint8Array {
  const sum = new Float32Array(TEXTURE_SIDE * TEXTURE_SIDE);
  for (let octave = 0, cells = coarse, weight = 1; octave < octaves; octave++, cells *= 2, weight *= 0.55)
    addGrid(sum, random, cells, weight);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of sum) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const bytes = new Uint8Array(sum.length);
  const scale = 255 / (high - low);
  for (let i = 0; i < sum.length; i++) bytes[i] = (sum[i]! - low) * scale;
  return bytes;
}

function addGrid(sum: Float32Array, random: Random, cells: number, weight: number): void {
  const grid = Float32Array.from({ length: cells * cells }, () => random.next());
  const step = cells / TEXTURE_SIDE;
  const row = new Float32Array(cells);
  for (let y = 0; y < TEXTURE_SIDE; y++) {
    const top = Math.floor(y * step);
    const down = smooth(y * step - top);
    const next = (top + 1) % cells;
    for (let x = 0; x < cells; x++)
      row[x] = grid[top * cells + x]! * (1 - down) + grid[next * cells + x]! * down;
    for (let x = 0, at = y * TEXTURE_SIDE; x < TEXTURE_SIDE; x++, at++) {
      const left = Math.floor(x * step);
      const across = smooth(x * step - left);
      sum[at]! += weight * (row[left]! * (1 - across) + row[(left + 1) % cells]! * across);
    }
  }
}

const smooth = (share: number) => share * share * (3 - 2 * share);

/** A line of heights 0..1 of `length` values that repeats without a seam: a ridge, a skyline, a swell. */
export function noiseLine(random: Random, length: number, coarse: number, octaves: number): Float32Array {
  const line = new Float32Array(length);
  let total = 0;
  for (let octave = 0, cells = coarse, weight = 1; octave < octaves; octave++, cells *= 2, weight *= 0.5) {
    const grid = Float32Array.from({ length: cells }, () => random.next());
    total += weight;
    for (let x = 0; x < length; x++) {
      const at = (x * cells) / length;
      const left = Math.floor(at);
      const across = smooth(at - left);
      line[x]! += weight * (grid[left % cells]! * (1 - across) + grid[(left + 1) % cells]! * across);
    }
  }
  for (let x = 0; x < length; x++) line[x]! /= total;
  return line;
}
