import { popcount32 } from '../../../fingerprints/words.js';

/** Ranks are below this. */
export const RANKS = 32;

/**
 * How far one of the choices that `probeTerms` makes in a table is from what a picture most likely has: those that turn
 * few bits over come first, and of these the least certain ones.
 */
export function rankOf(choice: number): number {
  return popcount32(choice) * 8 + choice;
}
