/** Ranks are below this. */
export const RANKS = 32;

/**
 * How far one of the choices that `probeTerms` makes in a table is from what a picture most likely has: those that turn
 * few bits over come first, and of these the least certain ones.
 */
export function rankOf(choice: number): number {
  let bits = 0;
  for (let left = choice; left !== 0; left &= left - 1) bits++;
  return bits * 8 + choice;
}
