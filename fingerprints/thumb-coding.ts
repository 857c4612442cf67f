import { BitReader, BitWriter } from './bits.js';
import { THUMB_BYTES, THUMB_WIDTH } from './units.js';

/** Contexts: how much luma changes around a point, from not at all to very much. */
const CONTEXT_STEPS = [2, 5, 9, 15, 24, 40, 70];
const CONTEXTS = CONTEXT_STEPS.length + 1;
/** Statistics are halved after so many points, so that they follow the picture. */
const HALVE_AT = 64;
/** A residual whose upper part is this large is written as it is. */
const ESCAPE = 16;
const MOST_SHIFT = 7;
const VALUE_BITS = 8;

/**
 * Lossless coding of small pictures: each point is predicted from its neighbours and what is left is written in
 * Golomb-Rice codes that adapt to how lively the neighbourhood is. After LOCO-I (Weinberger, Seroussi and Sapiro,
 * IEEE Transactions on Image Processing 9(8), 2000), without its runs and its correction of bias.
 * @param thumbs thumbs of THUMB_BYTES one after the other
 */
export function encodeThumbs(thumbs: Uint8Array): Uint8Array {
  const bits = new BitWriter(thumbs.length);
  const model = new ResidualModel();
  for (let at = 0; at < thumbs.length; at++) {
    const { guess, context } = lookAround(thumbs, at);
    const difference = ((thumbs[at]! - guess) << 24) >> 24;
    const value = difference < 0 ? -2 * difference - 1 : 2 * difference;
    const shift = model.shiftOf(context);
    const upper = value >> shift;
    if (upper < ESCAPE) {
      bits.writeOnes(upper);
      bits.write(0, 1);
      bits.write(value & ((1 << shift) - 1), shift);
    } else {
      bits.writeOnes(ESCAPE);
      bits.write(value, VALUE_BITS);
    }
    model.add(context, value);
  }
  return bits.take();
}

/** Fewest bytes that so many thumbs take: a bit a point. */
export const leastThumbBytes = (count: number): number => Math.ceil((count * THUMB_BYTES) / 8);

/**
 * @param count of thumbs; the caller has seen that there are at least `leastThumbBytes(count)` bytes
 * @returns null when the bytes are not exactly so many thumbs
 */
export function decodeThumbs(bytes: Uint8Array, count: number): Uint8Array | null {
  const thumbs = new Uint8Array(count * THUMB_BYTES);
  const bits = new BitReader(bytes);
  const model = new ResidualModel();
  for (let at = 0; at < thumbs.length; at++) {
    const { guess, context } = lookAround(thumbs, at);
    const shift = model.shiftOf(context);
    const upper = bits.readOnes(ESCAPE);
    const value = upper < ESCAPE ? (upper << shift) | bits.read(shift) : bits.read(VALUE_BITS);
    if (bits.isOver) return null;
    const difference = value & 1 ? -((value + 1) >> 1) : value >> 1;
    thumbs[at] = guess + difference;
    model.add(context, value);
  }
  return bits.isAtEnd ? thumbs : null;
}

const around = { guess: 0, context: 0 };

/** What a point should be by its neighbours to the left and above, and how lively it is there. */
function lookAround(thumbs: Uint8Array, at: number): { guess: number; context: number } {
  const point = at % THUMB_BYTES;
  const column = point % THUMB_WIDTH;
  const hasAbove = point >= THUMB_WIDTH;
  const left = column > 0 ? thumbs[at - 1]! : hasAbove ? thumbs[at - THUMB_WIDTH]! : 128;
  const above = hasAbove ? thumbs[at - THUMB_WIDTH]! : left;
  const corner = hasAbove && column > 0 ? thumbs[at - THUMB_WIDTH - 1]! : above;
  const right = hasAbove && column < THUMB_WIDTH - 1 ? thumbs[at - THUMB_WIDTH + 1]! : above;
  const low = Math.min(left, above);
  const high = Math.max(left, above);
  around.guess = corner >= high ? low : corner <= low ? high : left + above - corner;
  const change = Math.abs(right - above) + Math.abs(above - corner) + Math.abs(corner - left);
  let context = 0;
  while (context < CONTEXT_STEPS.length && change >= CONTEXT_STEPS[context]!) context++;
  around.context = context;
  return around;
}

/** How large residuals are in each context. */
class ResidualModel {
  private readonly sums = new Uint32Array(CONTEXTS).fill(8);
  private readonly counts = new Uint32Array(CONTEXTS).fill(1);

  /** Low bits that are written as they are. */
  shiftOf(context: number): number {
    const sum = this.sums[context]!;
    const count = this.counts[context]!;
    let shift = 0;
    while (shift < MOST_SHIFT && count << (shift + 1) <= sum) shift++;
    return shift;
  }

  add(context: number, value: number): void {
    this.sums[context]! += value;
    if (++this.counts[context]! < HALVE_AT) return;
    this.sums[context]! >>= 1;
    this.counts[context]! >>= 1;
  }
}
