import { HASH_BYTES, ROW_BYTES } from '../../../fingerprints/units.js';

const ROW_WORDS = ROW_BYTES / 4;
/** The word of a row that holds the end of the whole picture's hash and the beginning of the centre's. */
const SHARED = (HASH_BYTES - 2) / 4;
const LOW = 0xffff;
const HIGH = 0xffff0000;

/** A hash laid out as either region of a row is: in words, those in which the row holds both regions cut in two. */
export class RowKey {
  /** The words of the whole picture's region, then those of the centre's, which begin in the last of these. */
  readonly words = new Int32Array(2 * (SHARED + 1));

  /** @param hash HASH_BYTES bytes */
  constructor(hash: Uint8Array) {
    const bytes = new Uint8Array(this.words.buffer);
    bytes.set(hash.subarray(0, HASH_BYTES));
    bytes.set(hash.subarray(0, HASH_BYTES), HASH_BYTES + 4);
  }
}

/** Some rows, to be compared word by word: of a hash in bytes four times as much is to be read. */
export class ComparedRows {
  private words = new Int32Array(0);

  /** @returns the number of rows */
  take(rows: Uint8Array): number {
    const count = Math.floor(rows.length / ROW_BYTES);
    if (this.words.length < count * ROW_WORDS) this.words = new Int32Array(count * ROW_WORDS);
    new Uint8Array(this.words.buffer).set(rows.subarray(0, count * ROW_BYTES));
    return count;
  }

  /** Bits by which a region of a row differs from a hash. */
  distance(row: number, region: number, { words: key }: RowKey): number {
    const { words } = this;
    const at = row * ROW_WORDS;
    return region === 0
      ? bitsOf(
          words[at]! ^ key[0]!,
          words[at + 1]! ^ key[1]!,
          words[at + 2]! ^ key[2]!,
          words[at + 3]! ^ key[3]!,
          (words[at + 4]! ^ key[4]!) & LOW,
        )
      : bitsOf(
          (words[at + 4]! ^ key[5]!) & HIGH,
          words[at + 5]! ^ key[6]!,
          words[at + 6]! ^ key[7]!,
          words[at + 7]! ^ key[8]!,
          words[at + 8]! ^ key[9]!,
        );
  }
}

/** Bits that are set in five words: first added up bit by bit (Harley and Seal), so that three are counted. */
function bitsOf(a: number, b: number, c: number, d: number, e: number): number {
  const ab = a ^ b;
  const abc = ab ^ c;
  const two = (a & b) | (ab & c);
  const cd = abc ^ d;
  const one = cd ^ e;
  const other = (abc & d) | (cd & e);
  return Math.imul(inBytes(one) + 2 * (inBytes(two) + inBytes(other)), 0x01010101) >>> 24;
}

/** Of each byte of a word, how many bits are set. */
function inBytes(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return (nibbles + (nibbles >>> 4)) & 0x0f0f0f0f;
}
