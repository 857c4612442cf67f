import { hammingBytes, hashOf } from './picture.js';
import { HASH_BYTES, REGIONS, ROW_BYTES, ROWS_PER_SECOND } from './units.js';
import { USUAL_SIZES } from './usual-sizes.js';

const TABLES = 16;
const KEY_BITS = 22;
/** 4 bits table, 22 bits key. */
export const PICTURE_TERM_BITS = 4 + KEY_BITS;
/** Terms of a hash, and of a probe. */
export const TERMS_PER_HASH = TABLES;
const FLIPS = 3;
export const TERMS_PER_PROBE = TABLES << FLIPS;
/** Steps of doubt a nat; doubts are below so many. */
export const DOUBT_STEPS = 16;
export const DOUBTS = 256;

/** Terms to look a picture up by. */
export interface DoubtedTerms {
  readonly terms: Uint32Array;
  /** How unlikely each is to be the reference's: −ln of the probability, in steps of 1 / DOUBT_STEPS nat, below DOUBTS. */
  readonly doubts: Uint8Array;
}

/** Keys are sampled from the bits of the lowest frequencies, which change least. */
const SAMPLED_BITS = 96;
/**
 * A hash enters the index when more bits than this changed since the last one of its region that did. Of the
 * centre fewer do: what overlays leave of it is clean.
 */
const UNCHANGED_BITS = [20, 32];
/** Stretch in which every still scene enters the index anew: 10 s. */
const CHUNK_ROWS = 10 * ROWS_PER_SECOND;

/**
 * The hash bits that make up the key of each table, KEY_BITS a table, ascending. Part of the format: they come
 * from a fixed seed and never change (indexed sets of bits, Indyk and Motwani, STOC 1998).
 */
export const KEY_POSITIONS: Uint8Array = sampleKeys();

function sampleKeys(): Uint8Array {
  const positions = new Uint8Array(TABLES * KEY_BITS);
  let seed = 7;
  for (let table = 0; table < TABLES; table++) {
    const bits = Uint8Array.from({ length: SAMPLED_BITS }, (_, b) => b);
    for (let i = 0; i < KEY_BITS; i++) {
      // A linear congruential generator (Numerical Recipes), of which the upper bits are used.
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const pick = i + ((seed >>> 8) % (SAMPLED_BITS - i));
      const bit = bits[pick]!;
      bits[pick] = bits[i]!;
      bits[i] = bit;
    }
    positions.set(bits.subarray(0, KEY_BITS).sort(), table * KEY_BITS);
  }
  return positions;
}

const BYTES_READ = SAMPLED_BITS >> 3;
/** What each value of each byte that keys are sampled from brings to the key of each table. */
const KEYS_OF_BYTES = keysOfBytes();

function keysOfBytes(): Uint32Array {
  const keys = new Uint32Array(BYTES_READ * 256 * TABLES);
  KEY_POSITIONS.forEach((bit, p) => {
    const table = Math.floor(p / KEY_BITS);
    for (let value = 0; value < 256; value++)
      if (((value >> (bit & 7)) & 1) === 1)
        keys[((bit >> 3) * 256 + value) * TABLES + table]! |= 1 << (p % KEY_BITS);
  });
  return keys;
}

const rowsOfKeys = new Int32Array(BYTES_READ);

/** Writes the TERMS_PER_HASH index terms of a hash. */
export function hashTerms(hash: Uint8Array, at: number, out: Uint32Array, outAt: number): void {
  for (let byte = 0; byte < BYTES_READ; byte++) rowsOfKeys[byte] = (byte * 256 + hash[at + byte]!) * TABLES;
  for (let table = 0; table < TABLES; table++) {
    let term = table << KEY_BITS;
    for (let byte = 0; byte < BYTES_READ; byte++) term |= KEYS_OF_BYTES[rowsOfKeys[byte]! + table]!;
    out[outAt + table] = term;
  }
}

/**
 * The terms to look a picture up by: in each table the `flips` least certain bits of the key (those whose
 * coefficient is smallest against what is usual at its position) both ways. Multi-probe as Lv et al., VLDB 2007.
 * @param flips at most FLIPS; one less makes half as many terms
 * @returns 2^flips terms a table, none twice; none at all for a picture that says nothing
 */
export function probeTerms(coefficients: Float32Array, at: number, flips: number = FLIPS): DoubtedTerms {
  hashOf(coefficients, at, hash, 0);
  if (isEmptyHash(hash, 0)) return { terms: new Uint32Array(0), doubts: new Uint8Array(0) };
  hashTerms(hash, 0, keys, 0);
  for (let b = 0; b < SAMPLED_BITS; b++) certainty[b] = Math.abs(coefficients[at + b]!) / USUAL_SIZES[b]!;
  const terms = new Uint32Array(TABLES << flips);
  const doubts = new Uint8Array(TABLES << flips);
  for (let table = 0; table < TABLES; table++) {
    findWeakest(table, flips);
    const plain = doubtOfKey(table);
    for (let choice = 0; choice < 1 << flips; choice++) {
      let term = keys[table]!;
      let doubt = plain;
      for (let i = 0; i < flips; i++) {
        if (((choice >> i) & 1) === 0) continue;
        term ^= 1 << weakest[i]!;
        doubt += turningOver(table, weakest[i]!);
      }
      terms[(table << flips) + choice] = term;
      doubts[(table << flips) + choice] = Math.min(DOUBTS - 1, Math.round(doubt));
    }
  }
  return { terms, doubts };
}

const hash = new Uint8Array(HASH_BYTES);
const keys = new Uint32Array(TABLES);
const certainty = new Float64Array(SAMPLED_BITS);
/** Numbers, within a key, of its least certain bits. */
const weakest = new Uint8Array(FLIPS + 1);

/**
 * How often a bit is wrong whose coefficient is so many times the usual size, as measured with the whole pictures of
 * titles that were encoded anew, recoloured, filmed off a screen, letterboxed and shown under a logo: 0.23, 0.12, 0.11,
 * 0.07, 0.05, 0.03 at 0.015, 0.08, 0.2, 0.4, 1 and 2.
 */
const wrongAt = (size: number) => 0.15 * Math.exp(-size / 0.06) + 0.1 * Math.exp(-size / 1.2);
const SIZE_STEPS = 64;
const LARGEST_SIZE = 4;
/** Steps of doubt that a bit is as the picture says, and that it is not, by its certainty. */
const KEPT = doubtsBySize((wrong) => 1 - wrong);
const TURNED = doubtsBySize((wrong) => wrong);

function doubtsBySize(likely: (wrong: number) => number): Float64Array {
  return Float64Array.from(
    { length: SIZE_STEPS * LARGEST_SIZE },
    (_, step) => -DOUBT_STEPS * Math.log(likely(wrongAt(step / SIZE_STEPS))),
  );
}

/** Place in `KEPT` and `TURNED` of a bit of a table's key. */
function sizeOf(table: number, bit: number): number {
  const size = certainty[KEY_POSITIONS[table * KEY_BITS + bit]!]!;
  return Math.min(KEPT.length - 1, Math.floor(size * SIZE_STEPS));
}

function doubtOfKey(table: number): number {
  let doubt = 0;
  for (let bit = 0; bit < KEY_BITS; bit++) doubt += KEPT[sizeOf(table, bit)]!;
  return doubt;
}

function turningOver(table: number, bit: number): number {
  const size = sizeOf(table, bit);
  return TURNED[size]! - KEPT[size]!;
}

/** Leaves the `count` least certain bits of a table's key in `weakest`, the least certain first. */
function findWeakest(table: number, count: number): void {
  const of = (i: number) => certainty[KEY_POSITIONS[table * KEY_BITS + i]!]!;
  for (let i = 0, known = 0; i < KEY_BITS; i++) {
    let place = known;
    for (; place > 0 && of(weakest[place - 1]!) > of(i); place--) weakest[place] = weakest[place - 1]!;
    if (place === count) continue;
    weakest[place] = i;
    if (known < count) known++;
  }
}

/** Whether the hash at a byte offset says nothing: all its bytes are 0. */
export function isEmptyHash(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + HASH_BYTES; i++) if (bytes[i] !== 0) return false;
  return true;
}

/**
 * Numbers, row × REGIONS + region, of the hashes that enter the index, ascending: of each region those that say
 * something and differ from the last one that entered, and the first that says something in each 10 s.
 */
export function termedHashes(rows: Uint8Array): Uint32Array {
  const count = Math.floor(rows.length / ROW_BYTES);
  const chosen = new Uint32Array(count * REGIONS);
  const last = new Int32Array(REGIONS).fill(-CHUNK_ROWS);
  let used = 0;
  for (let n = 0; n < count; n++) {
    for (let region = 0; region < REGIONS; region++) {
      const at = n * ROW_BYTES + region * HASH_BYTES;
      if (isEmptyHash(rows, at)) continue;
      const before = last[region]!;
      const newChunk = Math.floor(n / CHUNK_ROWS) !== Math.floor(before / CHUNK_ROWS);
      const beforeAt = before * ROW_BYTES + region * HASH_BYTES;
      if (!newChunk && hammingBytes(rows, at, rows, beforeAt) <= UNCHANGED_BITS[region]!) continue;
      last[region] = n;
      chosen[used++] = n * REGIONS + region;
    }
  }
  return chosen.slice(0, used);
}
