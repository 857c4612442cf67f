import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { ROW_BYTES, ROWS_PER_SECOND, TICKS_PER_SECOND, WORD_STEP } from '../../fingerprints/units.js';
import { assetFromName } from '../../src/catalogue/metadata.js';
import type { Registration } from '../../src/domain/catalogue.js';
import { fingerprintId } from '../../src/domain/ids.js';

const HOUR = 3600;
/** Pieces of real fingerprints are put together anew in this length. */
const PIECE = 4;

/**
 * Reference `n` of an hour that is statistically like real ones, yet is none of them: pieces of 4 s of real
 * fingerprints in random order, each played backwards, with its landmarks moved in frequency, and its words and rows
 * with half of their bits flipped alike throughout the piece: neighbours in time stay as alike as they are, and the
 * piece is no more like the one it was made from than chance. (With fewer flipped, streams that show a real one match
 * it; played forwards, they come near it for seconds where some bands are more alike than others.)
 */
export function otherReference(real: readonly ReferenceFingerprint[], n: number): Registration {
  const random = generator(n + 1);
  const words = new Uint32Array(Math.round(HOUR / WORD_STEP));
  const rows = new Uint8Array(HOUR * ROWS_PER_SECOND * ROW_BYTES);
  const landmarks: [tick: number, hash: number][] = [];
  for (let at = 0; at + PIECE <= HOUR; at += PIECE) {
    const source = real[Math.floor(random() * real.length)]!;
    const from = random() * Math.max(0, source.duration - PIECE);
    copyWords(source, from, words, at, random);
    copyRows(source, from, rows, at, random);
    copyLandmarks(source, from, landmarks, at, random);
  }
  landmarks.sort((a, b) => a[0] - b[0]);
  const id = (n + 1).toString(16).padStart(64, '0');
  return {
    asset: assetFromName('others', `Other ${n}`),
    fingerprintId: fingerprintId(id),
    fingerprint: {
      duration: HOUR,
      video: { rows },
      audio: [
        {
          words,
          landmarks: {
            hashes: Uint32Array.from(landmarks, (l) => l[1]),
            ticks: Uint32Array.from(landmarks, (l) => l[0]),
          },
        },
      ],
    },
    stills: [],
    source: `synthetic hour ${n}`,
    sourceBytes: 0,
    missing: { video: 0, audio: 0 },
  };
}

export type Random = () => number;

function copyWords(
  source: ReferenceFingerprint,
  from: number,
  words: Uint32Array,
  at: number,
  random: Random,
): void {
  const track = source.audio[0];
  if (!track) return;
  const mask = halfOf(32, random);
  const first = Math.round(from / WORD_STEP);
  const to = Math.round(at / WORD_STEP);
  for (let i = 0; i < PIECE / WORD_STEP; i++) {
    const word = track.words[first + PIECE / WORD_STEP - 1 - i] ?? 0;
    words[to + i] = word === 0 ? 0 : (word ^ mask) >>> 0 || 1;
  }
}

function copyRows(
  source: ReferenceFingerprint,
  from: number,
  rows: Uint8Array,
  at: number,
  random: Random,
): void {
  if (!source.video) return;
  const mask = Uint8Array.from({ length: ROW_BYTES }, () => halfOf(8, random));
  const first = Math.round(from * ROWS_PER_SECOND) * ROW_BYTES;
  const to = at * ROWS_PER_SECOND * ROW_BYTES;
  for (let i = 0; i < PIECE * ROWS_PER_SECOND; i++) {
    const last = first + (PIECE * ROWS_PER_SECOND - 1 - i) * ROW_BYTES;
    const row = source.video.rows.subarray(last, last + ROW_BYTES);
    if (row.some((byte) => byte !== 0))
      rows.set(
        row.map((byte, b) => byte ^ mask[b]!),
        to + i * ROW_BYTES,
      );
  }
}

function copyLandmarks(
  source: ReferenceFingerprint,
  from: number,
  out: [number, number][],
  at: number,
  random: Random,
): void {
  const track = source.audio[0];
  if (!track) return;
  // The first peak's frequency stands in the top 8 bits, in steps of 1/48 octave: move it by up to ± 8 steps.
  const moved = (Math.floor(random() * 8) + 1) * (random() < 0.5 ? -1 : 1);
  const first = Math.round(from * TICKS_PER_SECOND);
  const last = first + PIECE * TICKS_PER_SECOND;
  const { ticks, hashes } = track.landmarks;
  for (let i = 0; i < ticks.length; i++) {
    const tick = ticks[i]!;
    if (tick < first || tick >= last) continue;
    const frequency = Math.min(255, Math.max(0, (hashes[i]! >>> 14) + moved));
    out.push([at * TICKS_PER_SECOND + last - 1 - tick, (frequency << 14) | (hashes[i]! & 0x3fff)]);
  }
}

/** `of` bits, half of which are set. */
function halfOf(of: 8 | 32, random: Random): number {
  let bits = 0;
  let toSet = of / 2;
  for (let left = of; left > 0; left--) {
    if (random() * left >= toSet) continue;
    bits |= 1 << (left - 1);
    toSet--;
  }
  return bits >>> 0;
}

/** Mulberry32: a small generator, the same everywhere. */
export function generator(seed: number): Random {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
