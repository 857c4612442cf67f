import { MIRROR_FLIPS } from '../../fingerprints/dct.js';
import { Growing } from '../../fingerprints/growing.js';
import { HASH_BITS, HASH_BYTES, REGIONS } from '../../fingerprints/units.js';

/** Keys are the 16-bit parts of the 96 lowest bits of a hash. */
const PARTS = 6;
const KEYS = 1 << 16;
/** A key that so many pictures share leads anywhere. */
const COMMON = 64;

const MIRROR = new Uint8Array(HASH_BYTES);
for (let bit = 0; bit < HASH_BITS; bit++) MIRROR[bit >> 3]! |= MIRROR_FLIPS[bit]! << (bit & 7);

/** Writes the hash of the same picture mirrored left to right to `out`, and returns it. */
export function mirroredHash(hashes: Uint8Array, at: number, out: Uint8Array): Uint8Array {
  for (let i = 0; i < HASH_BYTES; i++) out[i] = hashes[at + i]! ^ MIRROR[i]!;
  return out;
}

/** Hashes of pictures of references, found again by any 16 of their lowest bits that lie together. */
export class PictureKeys {
  readonly hashes = new Growing(Uint8Array);
  readonly rows = new Growing(Uint32Array);
  readonly #regions = new Growing(Uint8Array);
  /** For each region and part: numbers of hashes by key. */
  #starts: Uint32Array[] = [];
  #numbers: Uint32Array[] = [];

  /** @param row on the line of all that is asked */
  add(hash: Uint8Array, region: number, row: number): void {
    this.hashes.append(hash);
    this.rows.push(row);
    this.#regions.push(region);
  }

  /** Nothing more is added. */
  finish(): void {
    for (let region = 0; region < REGIONS; region++)
      for (let part = 0; part < PARTS; part++) {
        const { starts, numbers } = this.#sorted(region, part);
        this.#starts.push(starts);
        this.#numbers.push(numbers);
      }
  }

  /** Calls `visit` with the number of each hash of a region that has a key in common with one; some come twice. */
  visit(hashes: Uint8Array, at: number, region: number, visit: (number: number) => void): void {
    for (let part = 0; part < PARTS; part++) {
      const key = hashes[at + 2 * part]! | (hashes[at + 2 * part + 1]! << 8);
      const starts = this.#starts[region * PARTS + part]!;
      const from = starts[key]!;
      const to = starts[key + 1]!;
      if (from === to || to - from > COMMON) continue;
      const numbers = this.#numbers[region * PARTS + part]!;
      for (let i = from; i < to; i++) visit(numbers[i]!);
    }
  }

  #sorted(region: number, part: number) {
    const hashes = this.hashes.view();
    const regions = this.#regions.view();
    const starts = new Uint32Array(KEYS + 1);
    const keyOf = (n: number) =>
      hashes[n * HASH_BYTES + 2 * part]! | (hashes[n * HASH_BYTES + 2 * part + 1]! << 8);
    for (let n = 0; n < regions.length; n++) if (regions[n] === region) starts[keyOf(n) + 1]!++;
    for (let k = 1; k <= KEYS; k++) starts[k]! += starts[k - 1]!;
    const numbers = new Uint32Array(starts[KEYS]!);
    const next = starts.slice();
    for (let n = 0; n < regions.length; n++) if (regions[n] === region) numbers[next[keyOf(n)]!++] = n;
    return { starts, numbers };
  }
}
