import { LANDMARK_BITS } from '../../fingerprints/landmarks.js';
import { hammingBytes } from '../../fingerprints/picture.js';
import { isEmptyHash } from '../../fingerprints/picture-terms.js';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { HASH_BYTES, REGIONS, ROW_BYTES, ROWS_PER_SECOND, type Seconds } from '../../fingerprints/units.js';
import type { FingerprintId } from '../domain/ids.js';
import { SAME_SCENE_BITS } from '../matching/picture-evidence.js';
import { CHUNK, CHUNK_ROWS, CHUNK_TICKS } from './chunks.js';
import { mirroredHash, PictureKeys } from './picture-keys.js';

/** References asked at once may be this long together: one of that length is asked alone. */
export const MOST_AT_ONCE: Seconds = 24 * 3600;

/** Of references of this length or more, one landmark in so many is asked for: that saves most of the work, and leaves enough. */
const LONG: Seconds = 300;
const SAMPLE = 2;

/** A fingerprint of which the past is asked. */
export interface AskedFingerprint {
  readonly id: FingerprintId;
  readonly fingerprint: ReferenceFingerprint;
}

/** A sound track, or the pictures, on the line of all that is asked. */
export interface AskedLane {
  readonly asked: AskedFingerprint;
  /** −1 = the pictures. */
  readonly track: number;
  /** Its time 0: ticks, or rows of the pictures' own line. */
  readonly base: number;
}

/** Landmarks and pictures of some references, so that what streams carried can be run past them. */
export class AskedReferences {
  /** One bit a hash: whether any landmark has it. */
  readonly bits = new Uint32Array(2 ** LANDMARK_BITS / 32);
  /** Landmarks of hash h: ticks [starts[h], starts[h + 1]) of the line. */
  readonly starts = new Uint32Array(2 ** LANDMARK_BITS + 1);
  readonly ticks: Uint32Array;
  readonly tracks: AskedLane[] = [];
  /** All ticks of the line are below this. */
  readonly endTick: number;
  readonly pictures: AskedLane[] = [];
  readonly keys = new PictureKeys();
  /** All rows of the line are below this. */
  readonly endRow: number;

  /** Of the first frequencies of landmarks, those that have none of these bits are asked for. */
  readonly #leftOut: number;

  constructor(asked: readonly AskedFingerprint[]) {
    this.#leftOut = asked.every(({ fingerprint }) => fingerprint.duration >= LONG) ? SAMPLE - 1 : 0;
    this.endTick = this.#layTracks(asked);
    this.ticks = this.#enterLandmarks();
    this.endRow = this.#layPictures(asked);
  }

  /** Whether landmarks with this first frequency are asked for. */
  isAsked(frequency: number): boolean {
    return (frequency & this.#leftOut) === 0;
  }

  /** The lane that a place on the line of ticks belongs to: the room in front of it is its own. */
  trackAt(tick: number): AskedLane | null {
    return laneAt(this.tracks, tick + CHUNK_TICKS);
  }

  picturesAt(row: number): AskedLane | null {
    return laneAt(this.pictures, row + CHUNK_ROWS);
  }

  #layTracks(asked: readonly AskedFingerprint[]): number {
    let end = 0;
    for (const one of asked)
      one.fingerprint.audio.forEach(({ landmarks }, track) => {
        const base = end + CHUNK_TICKS;
        this.tracks.push({ asked: one, track, base });
        end = base + (landmarks.ticks.at(-1) ?? 0) + 1;
      });
    return end;
  }

  /** A counting sort by hash, of those that are asked for. */
  #enterLandmarks(): Uint32Array {
    const { starts, bits } = this;
    const all = this.tracks.map(({ asked, track, base }) => ({
      ...asked.fingerprint.audio[track]!.landmarks,
      base,
    }));
    for (const { hashes } of all)
      for (const hash of hashes) {
        if (!this.isAsked(hash >>> 14)) continue;
        starts[hash + 1]!++;
        bits[hash >>> 5]! |= 1 << (hash & 31);
      }
    for (let h = 1; h < starts.length; h++) starts[h]! += starts[h - 1]!;
    const ticks = new Uint32Array(starts.at(-1)!);
    const next = starts.slice();
    for (const { hashes, ticks: own, base } of all)
      hashes.forEach((hash, i) => {
        if (this.isAsked(hash >>> 14)) ticks[next[hash]!++] = base + own[i]!;
      });
    return ticks;
  }

  #layPictures(asked: readonly AskedFingerprint[]): number {
    let end = 0;
    for (const one of asked) {
      const rows = one.fingerprint.video?.rows;
      if (!rows) continue;
      const base = end + CHUNK_ROWS;
      this.pictures.push({ asked: one, track: -1, base });
      for (let region = 0; region < REGIONS; region++) this.#enterRows(rows, region, base);
      end = base + rows.length / ROW_BYTES;
    }
    this.keys.finish();
    return end;
  }

  /** Those that differ from the last one entered, and one a second of what stands still: as they are, and mirrored. */
  #enterRows(rows: Uint8Array, region: number, base: number): void {
    const mirrored = new Uint8Array(HASH_BYTES);
    let last = -1;
    for (let n = 0; n < rows.length / ROW_BYTES; n++) {
      const at = n * ROW_BYTES + region * HASH_BYTES;
      if (isEmptyHash(rows, at)) continue;
      const lastAt = last * ROW_BYTES + region * HASH_BYTES;
      const isStill = last >= 0 && hammingBytes(rows, at, rows, lastAt) < SAME_SCENE_BITS;
      if (isStill && n - last < ROWS_PER_SECOND) continue;
      last = n;
      const hash = rows.subarray(at, at + HASH_BYTES);
      this.keys.add(hash, region, base + n);
      this.keys.add(mirroredHash(rows, at, mirrored), region, base + n);
    }
  }
}

/** Batches of references to be asked together: as many as go into MOST_AT_ONCE, in their order. */
export function batchesOf<T extends { readonly duration: Seconds }>(references: readonly T[]): T[][] {
  const batches: T[][] = [];
  let room = 0;
  for (const reference of references) {
    const length = reference.duration + CHUNK;
    if (batches.length === 0 || length > room) {
      batches.push([]);
      room = MOST_AT_ONCE;
    }
    batches.at(-1)!.push(reference);
    room -= length;
  }
  return batches;
}

/** The last lane whose base is not above a place, shifted by the room in front of it. */
function laneAt(lanes: readonly AskedLane[], place: number): AskedLane | null {
  for (let i = lanes.length - 1; i >= 0; i--) if (lanes[i]!.base <= place) return lanes[i]!;
  return null;
}
