import { LANDMARK_BITS } from '../../../fingerprints/landmarks.js';
import {
  hashTerms,
  PICTURE_TERM_BITS,
  TERMS_PER_HASH,
  termedHashes,
} from '../../../fingerprints/picture-terms.js';
import type { ReferenceFingerprint } from '../../../fingerprints/types.js';
import { HASH_BYTES, REGIONS, ROW_BYTES } from '../../../fingerprints/units.js';
import type { FingerprintId } from '../../domain/ids.js';
import { PostingSlab } from './posting-slab.js';
import type { SegmentContent, SortedPostings } from './segment-content.js';
import type { FingerprintPlace } from './segment-table.js';
import { CHUNK_ROWS, extentOf, TimeLine } from './time-line.js';

const ASSUMED_POSTINGS = 1 << 16;

/** Gathers the fingerprints of a batch, to be written as a segment. */
export class SegmentBuilder {
  private readonly line = new TimeLine();
  private readonly fingerprints: ReferenceFingerprint[] = [];
  private readonly landmarks = new PostingSlab(ASSUMED_POSTINGS);
  private readonly pictures = new PostingSlab(ASSUMED_POSTINGS);

  /** Throws SP_INPUT_TOO_LARGE when no more fits into one segment. */
  add(id: FingerprintId, fingerprint: ReferenceFingerprint): void {
    const place = this.line.place(extentOf(id, fingerprint));
    this.fingerprints.push(fingerprint);
    this.addLandmarks(fingerprint, place);
    if (fingerprint.video) this.addPictures(fingerprint.video.rows, place.chunkBase);
  }

  get places(): readonly FingerprintPlace[] {
    return this.line.places;
  }

  content(): SegmentContent {
    return {
      line: this.line,
      packs: () => packsOf(this.fingerprints),
      audio: sorted(this.landmarks, LANDMARK_BITS),
      pictures: sorted(this.pictures, PICTURE_TERM_BITS),
    };
  }

  private addLandmarks(fingerprint: ReferenceFingerprint, place: FingerprintPlace): void {
    fingerprint.audio.forEach(({ landmarks }, track) => {
      const base = place.tracks[track]!.tickBase;
      const { hashes, ticks } = landmarks;
      this.landmarks.reserve(this.landmarks.length + hashes.length);
      for (let i = 0; i < hashes.length; i++) this.landmarks.push(hashes[i]!, base + ticks[i]!);
    });
  }

  private addPictures(rows: Uint8Array, chunkBase: number): void {
    const terms = new Uint32Array(TERMS_PER_HASH);
    for (const number of termedHashes(rows)) {
      hashTerms(rows, number * HASH_BYTES, terms, 0);
      const chunk = chunkBase + Math.floor(number / REGIONS / CHUNK_ROWS);
      for (const term of terms) this.pictures.push(term, chunk);
    }
  }
}

/** Positions were pushed in ascending order, so a stable sort by term is all it takes. */
function sorted(slab: PostingSlab, termBits: number): SortedPostings {
  return {
    atMost: slab.length,
    slabs: () => {
      slab.sort(0, 2 ** termBits);
      return [slab];
    },
  };
}

function* packsOf(fingerprints: readonly ReferenceFingerprint[]): Iterable<Uint8Array> {
  for (const { audio, video } of fingerprints) {
    for (const { words } of audio) yield new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    if (video) yield video.rows.subarray(0, Math.floor(video.rows.length / ROW_BYTES) * ROW_BYTES);
  }
}
