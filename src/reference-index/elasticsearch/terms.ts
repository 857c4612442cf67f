import { Numbering } from '../nominating/numbering.js';

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

const CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const SPACE = 0x20;
const WORD_BYTES = 6;

/** The words of a text field. Needs no escapes in JSON. */
export function textOf(terms: Uint32Array): string {
  const bytes = Buffer.allocUnsafe(terms.length * WORD_BYTES);
  let at = 0;
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i]!;
    bytes[at++] = CODES[(term >>> 24) & 63]!;
    bytes[at++] = CODES[(term >>> 18) & 63]!;
    bytes[at++] = CODES[(term >>> 12) & 63]!;
    bytes[at++] = CODES[(term >>> 6) & 63]!;
    bytes[at++] = CODES[term & 63]!;
    bytes[at++] = SPACE;
  }
  return bytes.toString('latin1', 0, Math.max(0, at - 1));
}

const numbers = new Numbering();

/** Each term once, in the order in which they came first; without the cost of a Set, of which registering had one a chunk. */
export function distinct(terms: Uint32Array): Uint32Array {
  numbers.clear(terms.length);
  for (let i = 0; i < terms.length; i++) numbers.add(terms[i]!);
  return numbers.keys.slice(0, numbers.count);
}
