import type { Landmarks, ReferenceFingerprint } from '../../fingerprints/types.js';
import {
  HASH_BYTES,
  REGIONS,
  ROW_BYTES,
  ROWS_PER_SECOND,
  TICKS_PER_SECOND,
} from '../../fingerprints/units.js';
import type { Registration } from '../../src/domain/catalogue.js';
import { generator, otherReference, type Random } from '../lib/other-references.js';

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
 * Bits of a piece's pictures that are turned over, all alike: so that pieces of one picture are as far apart as those of
 * different ones are, by `clusteringOf`.
 */
const TURNED = 0.12;
/** Differences of frequencies and of times in a piece's landmarks are moved by up to so many steps, for the same reason. */
const MOVED_UP = 2;
const MOVED_LATER = 3;
const PIECE_TICKS = PIECE * TICKS_PER_SECOND;

/**
 * An hour that nobody has made: sound of real pieces moved in frequency, as the other benches have it, and their
 * landmarks a little apart; pictures put together from the low, the middle and the high frequencies of three real
 * pieces each, with some bits turned over. The same on every run.
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
    turn(rows.subarray(at, at + PIECE_ROWS * ROW_BYTES), random);
  }
  const audio = other.fingerprint.audio.map(({ words, landmarks }) => ({
    words,
    landmarks: moved(landmarks, random),
  }));
  return { ...other, fingerprint: { ...other.fingerprint, audio, video: { rows } } };
}

/** Turns the same bits of every row over; a hash that says nothing stays so. */
function turn(rows: Uint8Array, random: Random): void {
  const mask = new Uint8Array(ROW_BYTES);
  for (let bit = 0; bit < 8 * ROW_BYTES; bit++) if (random() < TURNED) mask[bit >> 3]! |= 1 << (bit & 7);
  for (let at = 0; at < rows.length; at += HASH_BYTES) {
    if (rows.subarray(at, at + HASH_BYTES).every((byte) => byte === 0)) continue;
    for (let i = 0; i < HASH_BYTES; i++) rows[at + i]! ^= mask[(at + i) % ROW_BYTES]!;
  }
}

/** See `landmarksOf` for what the bits of a hash say. */
function moved({ hashes, ticks }: Landmarks, random: Random): Landmarks {
  const step = (most: number) => Math.floor(random() * (2 * most + 1)) - most;
  const steps = Array.from({ length: 1 + Math.floor((ticks.at(-1) ?? 0) / PIECE_TICKS) }, () => ({
    up: step(MOVED_UP),
    later: step(MOVED_LATER),
  }));
  const within = (value: number) => Math.min(127, Math.max(0, value));
  return {
    ticks,
    hashes: hashes.map((hash, i) => {
      const { up, later } = steps[Math.floor(ticks[i]! / PIECE_TICKS)]!;
      return (hash & ~0x3fff) | (within(((hash >>> 7) & 127) + up) << 7) | within((hash & 127) + later);
    }),
  };
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
