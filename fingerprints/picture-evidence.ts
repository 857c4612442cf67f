import { HASH_BITS } from './units.js';

export function pictureLlr(distanceBits: number): number {
  const d = distanceBits / HASH_BITS;
  return Math.min(7, Math.max(-3, (0.33 - d) * 40));
}
