import { LANDMARK_BITS } from '../../../fingerprints/landmarks.js';
import { PICTURE_TERM_BITS } from '../../../fingerprints/picture-terms.js';

/** Tables are stored in pieces of this many bytes. */
export const PIECE_BYTES = 1 << 20;
export const MOST_LANDMARKS = 0xffff;
/** As many chunks, or more. */
export const MOST_PICTURES = 0xff;

/**
 * How often each term occurs, of all that was registered: what no reference has need not be looked up, and what very
 * many have leads anywhere. Terms that were removed stay counted until the tables are made anew.
 */
export class TermCounts {
  /** Places of each landmark hash, at most MOST_LANDMARKS. */
  private readonly landmarks = new Uint16Array(2 ** LANDMARK_BITS);
  /** Chunks of each picture term, at most MOST_PICTURES. */
  private readonly pictures = new Uint8Array(2 ** PICTURE_TERM_BITS);

  addLandmarks(hashes: Uint32Array): void {
    const { landmarks } = this;
    for (const hash of hashes) if (landmarks[hash]! < MOST_LANDMARKS) landmarks[hash]!++;
  }

  /** @param terms of one chunk, each once */
  addPictures(terms: Uint32Array): void {
    const { pictures } = this;
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i]!;
      if (pictures[term]! < MOST_PICTURES) pictures[term]!++;
    }
  }

  ofLandmark(hash: number): number {
    return this.landmarks[hash] ?? 0;
  }

  ofPicture(term: number): number {
    return this.pictures[term] ?? 0;
  }

  clear(): void {
    this.landmarks.fill(0);
    this.pictures.fill(0);
  }

  /** The tables, piece by piece, in place: what is written there counts. Little endian. */
  pieces(): Uint8Array[] {
    return [this.landmarks, this.pictures].flatMap((table) => {
      const bytes = new Uint8Array(table.buffer);
      return Array.from({ length: bytes.length / PIECE_BYTES }, (_, i) =>
        bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES),
      );
    });
  }
}
