/** Digits in ascending order of their codes, so that tokens sort as their numbers do: neighbours share their beginning. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** A landmark hash or a picture term as a word of a text field: five digits of six bits. */
export function tokenOf(term: number): string {
  return (
    DIGITS[(term >>> 24) & 63]! +
    DIGITS[(term >>> 18) & 63]! +
    DIGITS[(term >>> 12) & 63]! +
    DIGITS[(term >>> 6) & 63]! +
    DIGITS[term & 63]!
  );
}

/** The words of a text field, each once. */
export function textOf(terms: Iterable<number>): string {
  return Array.from(new Set(terms), tokenOf).join(' ');
}
