import { promisify } from 'node:util';
import { constants, deflate, inflate } from 'node:zlib';
import { Serial } from '../../storage/serial.js';
import { chunkId, pictureTermsOf } from './chunk-documents.js';
import type { ChunkReader } from './chunk-reader.js';
import type { BulkItem, ElasticClient } from './client.js';
import { refreshIndex } from './documents.js';
import type { IndexNames } from './indices.js';
import { unpackLandmarks, unpackRows } from './packs.js';
import type { FingerprintDocument } from './record-documents.js';
import type { RecordReader } from './record-reader.js';
import type { IndexState } from './state.js';
import { PIECE_BYTES, TermCounts } from './term-counts.js';
import { distinct } from './terms.js';

const deflated = promisify(deflate);
const inflated = promisify(inflate);
/** Most counts are 0: runs of one byte are all that is worth looking for. A third smaller, and faster. */
const PACKED = { level: 1, strategy: constants.Z_RLE };
/** Pieces of tables that are fetched at once: a few MB. */
const PIECES_AT_ONCE = 8;
/** Chunks that are counted at once. */
const CHUNKS_AT_ONCE = 400;

interface StoredPiece {
  readonly fields?: { readonly piece: readonly [string] };
}

/**
 * Keeps the tables of terms as far as the index goes: from the pieces that are stored, and from the chunks that came
 * since. They are fetched when they are first needed.
 */
export class TermStatistics {
  readonly counts = new TermCounts();
  private upTo = -1;
  private readonly updates = new Serial();

  constructor(
    private readonly client: ElasticClient,
    private readonly names: IndexNames,
    private readonly records: RecordReader,
    private readonly chunks: ChunkReader,
  ) {}

  /** Counts everything up to a state; nothing to do where that was done. */
  async update(state: IndexState): Promise<void> {
    if (state.generation <= this.upTo) return;
    await this.updates.run(async () => {
      if (state.generation <= this.upTo) return;
      if (this.upTo < state.counted) {
        await this.load();
        this.upTo = state.counted;
      }
      const since = await this.records.fingerprintsSince(this.upTo);
      await this.count(since.filter(({ generation }) => generation <= state.generation));
      this.upTo = state.generation;
    });
  }

  /** Whether the tables go up to a change. */
  isAt(generation: number): boolean {
    return this.upTo === generation;
  }

  /** Says that what was added meanwhile was all of the next change. */
  goOn(generation: number): void {
    this.upTo = generation;
  }

  /** Counts everything anew. */
  async recount(state: IndexState): Promise<void> {
    await this.updates.run(async () => {
      this.counts.clear();
      await this.count(await this.records.fingerprintsSince(0));
      this.upTo = state.generation;
    });
  }

  /** Stores the tables as they are. */
  async save(): Promise<void> {
    const pieces = this.counts.pieces();
    for (let at = 0; at < pieces.length; at += PIECES_AT_ONCE) {
      const items: BulkItem[] = [];
      for (let n = at; n < Math.min(pieces.length, at + PIECES_AT_ONCE); n++) {
        const piece = (await deflated(pieces[n]!, PACKED)).toString('base64');
        items.push({
          action: 'index',
          index: this.names.counts,
          id: String(n),
          document: JSON.stringify({ piece }),
        });
      }
      await this.client.bulk(items);
    }
    await refreshIndex(this.client, this.names.counts);
  }

  private async load(): Promise<void> {
    const pieces = this.counts.pieces();
    for (let at = 0; at < pieces.length; at += PIECES_AT_ONCE) {
      const some = pieces.slice(at, at + PIECES_AT_ONCE);
      const ids = some.map((_, i) => String(at + i));
      const query = { stored_fields: 'piece', realtime: false };
      const docs = await this.client.documents<StoredPiece>(this.names.counts, ids, query);
      for (const [i, { fields }] of docs.entries()) {
        if (!fields) continue;
        const piece = await inflated(Buffer.from(fields.piece[0], 'base64'), {
          maxOutputLength: PIECE_BYTES,
        });
        some[i]!.set(piece.subarray(0, PIECE_BYTES));
      }
    }
  }

  private async count(fingerprints: readonly FingerprintDocument[]): Promise<void> {
    const ids = fingerprints.flatMap(({ fingerprintId, chunks }) =>
      Array.from({ length: chunks }, (_, number) => chunkId(fingerprintId, number)),
    );
    for (let at = 0; at < ids.length; at += CHUNKS_AT_ONCE) {
      const packs = await this.chunks.packs(ids.slice(at, at + CHUNKS_AT_ONCE), ['landmarks', 'rows']);
      for (const pack of packs) {
        if (pack?.landmarks)
          for (const { hashes } of unpackLandmarks(pack.landmarks[0]).tracks)
            this.counts.addLandmarks(hashes);
        if (pack?.rows) this.counts.addPictures(distinct(pictureTermsOf(unpackRows(pack.rows[0]).rows)));
      }
    }
  }
}
