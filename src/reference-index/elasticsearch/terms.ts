/** Digits in ascending order of their codes, so that tokens sort as their numbers do: neighbours share their beginning. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** Two digits of each number of twelve bits. */
const PAIRS = Array.from({ length: 1 << 12 }, (_, n) => DIGITS[n >> 6]! + DIGITS[n & 63]!);

/** A landmark hash or a picture term as a word of a text field: five digits of six bits. */
export function tokenOf(term: number): string {
  return DIGITS[(term >>> 24) & 63]! + PAIRS[(term >>> 12) & 4095]! + PAIRS[term & 4095]!;
}

export function tokensOf(terms: Uint32Array): string[] {
  const tokens = new Array<string>(terms.length);
  for (let i = 0; i < terms.length; i++) tokens[i] = tokenOf(terms[i]!);
  return tokens;
}

/** The words of a text field, each once. */
export function textOf(terms: Iterable<number>): string {
  return Array.from(new Set(terms), tokenOf).join(' ');
}
