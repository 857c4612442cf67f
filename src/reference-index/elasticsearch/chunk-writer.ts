import { ROW_BYTES } from '../../../fingerprints/units.js';
import type { Registration } from '../../domain/catalogue.js';
import type { FingerprintId } from '../../domain/ids.js';
import { chunkId, chunksOf, documentOf, pictureTermsOf } from './chunk-documents.js';
import type { BulkItem } from './client.js';
import type { IndexNames } from './indices.js';
import type { FingerprintDocument } from './record-documents.js';
import { inOrder, stillItems } from './stills.js';
import type { TermCounts } from './term-counts.js';
import { distinct } from './terms.js';

/** A fingerprint on its way into the index: `items` are to be sent, and then `document` says what they amount to. */
export class ChunkWriter {
  readonly #registration: Registration;
  #chunks = 0;
  #landmarks = 0;
  #pictureTerms = 0;

  /** @param counts where the terms are counted; null = they are counted later */
  constructor(
    registration: Registration,
    private readonly generation: number,
    private readonly names: IndexNames,
    private readonly counts: TermCounts | null,
  ) {
    this.#registration = registration;
  }

  *items(): Generator<BulkItem> {
    const { fingerprintId: id, fingerprint, stills } = this.#registration;
    for (const chunk of chunksOf(fingerprint)) {
      const terms = distinct(pictureTermsOf(chunk.rows));
      this.#chunks++;
      this.#pictureTerms += terms.length;
      this.counts?.addPictures(terms);
      for (const { hashes } of chunk.landmarks) {
        this.#landmarks += hashes.length;
        this.counts?.addLandmarks(hashes);
      }
      yield {
        action: 'index',
        index: this.names.chunks,
        id: chunkId(id, chunk.number),
        document: documentOf(this.generation, chunk, terms),
      };
    }
    yield* stillItems(this.names, id, stills, this.generation);
  }

  document(): FingerprintDocument {
    const { fingerprintId, fingerprint, stills } = this.#registration;
    const { duration, video, audio } = fingerprint;
    return {
      kind: 'fingerprint',
      fingerprintId,
      duration,
      hasVideo: video !== null,
      audioTracks: audio.length,
      chunks: this.#chunks,
      layout: {
        rows: video && Math.floor(video.rows.length / ROW_BYTES),
        words: audio.map(({ words }) => words.length),
      },
      landmarks: this.#landmarks,
      pictureTerms: this.#pictureTerms,
      stills: inOrder(stills).map(({ time }) => time),
      stillBytes: stills.reduce((sum, { jpeg }) => sum + jpeg.length, 0),
      compared: false,
      generation: this.generation,
    };
  }
}

/** Deletes of the chunks and stills of a fingerprint. */
export function* deletesOf(
  names: IndexNames,
  id: FingerprintId,
  chunks: number,
  stills: number,
): Generator<BulkItem> {
  for (let n = 0; n < chunks; n++) yield { action: 'delete', index: names.chunks, id: chunkId(id, n) };
  for (let n = 0; n < stills; n++) yield { action: 'delete', index: names.stills, id: chunkId(id, n) };
}
