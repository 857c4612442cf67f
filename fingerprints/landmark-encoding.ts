import { LANDMARK_BITS } from './landmarks.js';
import type { Landmarks } from './types.js';

/** Ticks to go on by, seven bits a byte, low ones first (1 to 5 bytes); then the hash in 3 bytes. */
const MOST_BYTES = 8;
const LEAST_BYTES = 4;

/**
 * @returns the landmarks as bytes: see docs/algorithm.md, "Binary encoding"
 * @throws RangeError when ticks are not sorted, or a hash has more than LANDMARK_BITS bits
 */
export function encodeLandmarks({ hashes, ticks }: Landmarks): Uint8Array {
  if (ticks.length !== hashes.length) throw new RangeError('As many ticks as hashes are needed');
  const out = new Uint8Array(hashes.length * MOST_BYTES);
  let at = 0;
  let tick = 0;
  for (let i = 0; i < hashes.length; i++) {
    const hash = hashes[i]!;
    let ahead = ticks[i]! - tick;
    if (ahead < 0) throw new RangeError('Landmarks must be sorted by tick');
    if (hash >= 1 << LANDMARK_BITS) throw new RangeError(`Landmark hash ${hash} is too large`);
    for (; ahead >= 128; ahead = Math.floor(ahead / 128)) out[at++] = (ahead % 128) + 128;
    out[at++] = ahead;
    out[at++] = hash;
    out[at++] = hash >>> 8;
    out[at++] = hash >>> 16;
    tick = ticks[i]!;
  }
  return out.slice(0, at);
}

/** @returns null when the bytes are not exactly so many landmarks */
export function decodeLandmarks(bytes: Uint8Array, count: number): Landmarks | null {
  if (count * LEAST_BYTES > bytes.length) return null;
  const hashes = new Uint32Array(count);
  const ticks = new Uint32Array(count);
  let at = 0;
  let tick = 0;
  for (let i = 0; i < count; i++) {
    let unit = 1;
    let byte = bytes[at++];
    for (; byte !== undefined && byte >= 128; unit *= 128, byte = bytes[at++]) tick += (byte - 128) * unit;
    if (byte === undefined || at + 3 > bytes.length) return null;
    tick += byte * unit;
    const hash = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    at += 3;
    if (tick > 0xffffffff || hash >= 1 << LANDMARK_BITS) return null;
    hashes[i] = hash;
    ticks[i] = tick;
  }
  return at === bytes.length ? { hashes, ticks } : null;
}
