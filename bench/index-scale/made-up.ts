import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { HASH_BYTES, REGIONS, ROW_BYTES, ROWS_PER_SECOND } from '../../fingerprints/units.js';
import type { Registration } from '../../src/domain/catalogue.js';
import { generator, otherReference } from '../lib/other-references.js';

/** Pieces of real pictures, s. */
const PIECE = 4;
const PIECE_ROWS = PIECE * ROWS_PER_SECOND;
/**
 * The bytes of a hash, lowest frequencies first, come from as many real pieces: each part keeps its own likely values,
 * so that terms cluster, and the whole is a picture that was never seen.
 */
const PARTS: readonly (readonly [from: number, end: number])[] = [
  [0, 6],
  [6, 12],
  [12, HASH_BYTES],
];

/**
 * An hour that nobody has made: sound of real pieces moved in frequency, as the other benches have it; pictures put
 * together from the low, the middle and the high frequencies of three real pieces each. The same on every run.
 */
export function madeUpHour(real: readonly ReferenceFingerprint[], n: number): Registration {
  const other = otherReference(real, n);
  const seen = real.filter(({ video }) => video !== null);
  const random = generator(n + 77);
  const rows = new Uint8Array(3600 * ROWS_PER_SECOND * ROW_BYTES);
  for (let at = 0; at + PIECE_ROWS * ROW_BYTES <= rows.length; at += PIECE_ROWS * ROW_BYTES) {
    for (const part of PARTS) {
      const source = seen[Math.floor(random() * seen.length)]!.video!.rows;
      const last = Math.max(1, source.length / ROW_BYTES - PIECE_ROWS);
      copyPart(source, Math.floor(random() * last) * ROW_BYTES, rows, at, part);
    }
  }
  return { ...other, fingerprint: { ...other.fingerprint, video: { rows } } };
}

function copyPart(
  source: Uint8Array,
  from: number,
  rows: Uint8Array,
  at: number,
  [first, end]: readonly [number, number],
): void {
  for (let hash = 0; hash < PIECE_ROWS * REGIONS; hash++) {
    const start = hash * HASH_BYTES;
    rows.set(source.subarray(from + start + first, from + start + end), at + start + first);
  }
}
