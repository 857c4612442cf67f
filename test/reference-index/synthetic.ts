import { createHash } from 'node:crypto';
import { LANDMARK_BITS } from '../../fingerprints/landmarks.js';
import { probeTerms } from '../../fingerprints/picture-terms.js';
import type { AudioTrackFingerprint, ReferenceFingerprint } from '../../fingerprints/types.js';
import {
  HASH_BITS,
  HASH_BYTES,
  REGIONS,
  ROW_BYTES,
  ROW_STEP,
  ROWS_PER_SECOND,
  TICKS_PER_SECOND,
  WORD_STEP,
} from '../../fingerprints/units.js';
import { bareAsset, type Registration } from '../../src/domain/catalogue.js';
import { assetId, fingerprintId } from '../../src/domain/ids.js';
import type { LandmarkQuery, PictureProbe, PictureQuery } from '../../src/reference-index/reference-index.js';

const LANDMARKS_PER_SECOND = 22;

/** Random numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (next: () => number, n: number) => Math.floor(next() * n);

export interface Shape {
  readonly seconds: number;
  readonly tracks?: number;
  readonly video?: boolean;
}

/** A fingerprint as real programmes have them: some landmarks far more frequent than others, scenes that hold or move. */
export function syntheticFingerprint(
  seed: number,
  { seconds, tracks = 1, video = true }: Shape,
): ReferenceFingerprint {
  const next = random(seed);
  return {
    duration: seconds,
    video: video ? { rows: syntheticRows(next, seconds) } : null,
    audio: Array.from({ length: tracks }, () => syntheticTrack(next, seconds)),
  };
}

function syntheticTrack(next: () => number, seconds: number): AudioTrackFingerprint {
  const words = Uint32Array.from(
    { length: Math.floor(seconds / WORD_STEP) },
    () => below(next, 2 ** 32) || 1,
  );
  const count = Math.floor(seconds * LANDMARKS_PER_SECOND);
  const ticks = Uint32Array.from({ length: count }, () => below(next, seconds * TICKS_PER_SECOND)).sort();
  // The square of a random number is small more often: low hashes stand for common intervals.
  const hashes = Uint32Array.from({ length: count }, () => Math.floor(next() ** 2 * 2 ** LANDMARK_BITS));
  return { words, landmarks: { hashes, ticks } };
}

function syntheticRows(next: () => number, seconds: number): Uint8Array {
  const count = Math.floor(seconds * ROWS_PER_SECOND);
  const rows = new Uint8Array(count * ROW_BYTES);
  const picture = new Uint8Array(ROW_BYTES);
  let left = 0;
  let drift = 0;
  for (let row = 0; row < count; row++) {
    if (left-- === 0) {
      for (let i = 0; i < ROW_BYTES; i++) picture[i] = below(next, 256);
      left = 10 + below(next, 30);
      drift = below(next, 24);
    }
    for (let region = 0; region < REGIONS; region++)
      for (let flips = 0; flips < drift; flips++)
        flipBit(picture, region * HASH_BYTES, below(next, HASH_BITS));
    rows.set(picture, row * ROW_BYTES);
  }
  return rows;
}

function flipBit(bytes: Uint8Array, at: number, bit: number): void {
  bytes[at + (bit >> 3)]! ^= 1 << (bit & 7);
}

/** A stretch [from, to) s of a sound track as a stream has it: some of its landmarks, among others that are not its own. */
export function damagedLandmarks(
  track: AudioTrackFingerprint,
  { from, to, survive, seed }: { from: number; to: number; survive: number; seed: number },
): LandmarkQuery {
  const next = random(seed);
  const pairs: [number, number][] = [];
  const { hashes, ticks } = track.landmarks;
  ticks.forEach((tick, i) => {
    const at = tick - from * TICKS_PER_SECOND;
    if (at < 0 || tick >= to * TICKS_PER_SECOND) return;
    if (next() < survive) pairs.push([hashes[i]!, Math.round(at)]);
  });
  // A stream is looked at far more closely than a reference: most of its landmarks are in no reference.
  for (let n = 0; n < (to - from) * 170; n++) {
    pairs.push([Math.floor(next() ** 2 * 2 ** LANDMARK_BITS), below(next, (to - from) * TICKS_PER_SECOND)]);
  }
  return {
    hashes: Uint32Array.from(pairs, ([hash]) => hash),
    ticks: Uint32Array.from(pairs, ([, tick]) => tick),
  };
}

/** Pictures every 2 s of a stretch [from, to) s, with some bits wrong, the less certain ones rather. */
export function damagedPictures(
  fingerprint: ReferenceFingerprint,
  {
    from,
    to,
    flips,
    seed,
    region = 0,
  }: { from: number; to: number; flips: number; seed: number; region?: number },
): PictureQuery {
  const next = random(seed);
  const rows = fingerprint.video!.rows;
  const probes: PictureProbe[] = [];
  for (let time = from; time < to; time += 2) {
    const at = Math.round(time / ROW_STEP) * ROW_BYTES + region * HASH_BYTES;
    const picture = damagedHash(rows.subarray(at, at + HASH_BYTES), flips, next);
    probes.push({ time: time - from, picture: probes.length, box: 0, mirrored: false, ...picture });
  }
  return { probes };
}

function damagedHash(
  hash: Uint8Array,
  flips: number,
  next: () => number,
): Pick<PictureProbe, 'hash' | 'terms' | 'doubts'> {
  const damaged = hash.slice();
  const coefficients = Float32Array.from({ length: HASH_BITS }, (_, bit) => {
    const size = 20 + 200 * next();
    return ((hash[bit >> 3]! >> (bit & 7)) & 1) === 1 ? size : -size;
  });
  for (let n = 0; n < flips; n++) {
    const bit = below(next, HASH_BITS);
    flipBit(damaged, 0, bit);
    coefficients[bit]! *= -0.02;
  }
  return { hash: damaged, ...probeTerms(coefficients, 0) };
}

export function registrationOf(
  fingerprint: ReferenceFingerprint,
  {
    bytes,
    asset,
    title = asset,
    catalogue = 'films',
  }: { bytes: string; asset: string; title?: string; catalogue?: string },
): Registration {
  return {
    asset: bareAsset(catalogue, assetId(asset), title),
    fingerprintId: fingerprintId(createHash('sha256').update(bytes).digest('hex')),
    fingerprint,
    stills: [],
    source: `${bytes}.mp4`,
    sourceBytes: 1000,
    missing: { video: 0, audio: 0 },
  };
}
