import type { Landmarks } from '../../../fingerprints/types.js';
import { ROW_BYTES } from '../../../fingerprints/units.js';
import type { RowRange, WordRange } from '../reference-index.js';
import { chunkId } from './chunk-documents.js';
import { CHUNK_ROWS, CHUNK_WORDS } from './chunk-size.js';
import type { ElasticClient } from './client.js';
import type { IndexNames } from './indices.js';
import { PackCache } from './pack-cache.js';
import { type PackedRows, unpackLandmarks, unpackRows, unpackTracks } from './packs.js';

const CACHE_BYTES = 32 * 1024 * 1024;
/** Chunks that one request gets: some 2 MB. */
const AT_ONCE = 500;

export type PackField = 'landmarks' | 'words' | 'rows';
export type PackFields = Partial<Readonly<Record<PackField, readonly [string]>>>;

interface StoredPacks {
  readonly found?: boolean;
  readonly fields?: PackFields;
}

/** What is stored of chunks beside their terms, by id; words and rows that were read lately stay at hand. */
export class ChunkReader {
  private readonly words = new PackCache<readonly Uint32Array[]>(CACHE_BYTES, (tracks) =>
    tracks.reduce((sum, track) => sum + track.byteLength, 0),
  );
  private readonly rows = new PackCache<Uint8Array>(CACHE_BYTES, (rows) => rows.byteLength);

  constructor(
    private readonly client: ElasticClient,
    private readonly names: IndexNames,
    /** Chunks of a later change are none yet. */
    private readonly generation: () => number,
  ) {}

  /** Forgets what was read: chunks may have come and gone. */
  clear(): void {
    this.words.clear();
    this.rows.clear();
  }

  /** Keeps what a search has brought along. */
  keepWords(id: string, packed: string): void {
    const { generation, tracks } = unpackTracks(packed);
    this.words.set(id, generation > this.generation() ? null : tracks);
  }

  /** Null for a chunk that is none yet. */
  keepRows(id: string, packed: string): PackedRows | null {
    const pack = unpackRows(packed);
    const kept = pack.generation > this.generation() ? null : pack;
    this.rows.set(id, kept?.rows ?? null);
    return kept;
  }

  async readWords(ranges: readonly WordRange[]): Promise<Uint32Array[]> {
    const spans = ranges.map(({ fingerprintId, first, count }) => ({
      fingerprintId,
      chunks: chunksBetween(first, count, CHUNK_WORDS),
    }));
    const read = await this.fetch(spans, this.words, 'words', (id, packed) => this.keepWords(id, packed));
    return ranges.map(({ fingerprintId, track, first, count }) => {
      const words = new Uint32Array(count);
      for (const number of chunksBetween(first, count, CHUNK_WORDS)) {
        const chunk = read.get(chunkId(fingerprintId, number))?.[track];
        if (chunk) place(chunk, number * CHUNK_WORDS - first, words);
      }
      return words;
    });
  }

  async readRows(ranges: readonly RowRange[]): Promise<Uint8Array[]> {
    const spans = ranges.map(({ fingerprintId, first, count }) => ({
      fingerprintId,
      chunks: chunksBetween(first, count, CHUNK_ROWS),
    }));
    const read = await this.fetch(spans, this.rows, 'rows', (id, packed) => this.keepRows(id, packed));
    return ranges.map(({ fingerprintId, first, count }) => {
      const rows = new Uint8Array(count * ROW_BYTES);
      for (const number of chunksBetween(first, count, CHUNK_ROWS)) {
        const chunk = read.get(chunkId(fingerprintId, number));
        if (chunk) place(chunk, (number * CHUNK_ROWS - first) * ROW_BYTES, rows);
      }
      return rows;
    });
  }

  /** Landmarks by track, null where there is no such chunk. */
  async readLandmarks(ids: readonly string[]): Promise<(readonly Landmarks[] | null)[]> {
    const packs = await this.packs(ids, ['landmarks']);
    return packs.map((fields) => {
      const packed = fields?.landmarks?.[0];
      if (packed === undefined) return null;
      const { generation, tracks } = unpackLandmarks(packed);
      return generation > this.generation() ? null : tracks;
    });
  }

  /** Fields as they are stored, base64; null where there is no such document. */
  async packs(ids: readonly string[], fields: readonly PackField[]): Promise<(PackFields | null)[]> {
    const packs: (PackFields | null)[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const query = { stored_fields: fields.join(','), realtime: false };
      const docs = await this.client.documents<StoredPacks>(
        this.names.chunks,
        ids.slice(at, at + AT_ONCE),
        query,
      );
      for (const { found, fields: got } of docs) packs.push(found ? (got ?? {}) : null);
    }
    return packs;
  }

  /** Every chunk of some spans, from the cache where it is there, else in one request. */
  private async fetch<T>(
    spans: readonly { readonly fingerprintId: WordRange['fingerprintId']; readonly chunks: number[] }[],
    cache: PackCache<T>,
    field: PackField,
    keep: (id: string, packed: string) => void,
  ): Promise<Map<string, T | null>> {
    const read = new Map<string, T | null>();
    const missing = new Set<string>();
    for (const { fingerprintId, chunks } of spans) {
      for (const number of chunks) {
        const id = chunkId(fingerprintId, number);
        const known = cache.get(id);
        if (known === undefined) missing.add(id);
        else read.set(id, known);
      }
    }
    const ids = [...missing];
    const packs = await this.packs(ids, [field]);
    ids.forEach((id, i) => {
      const packed = packs[i]?.[field]?.[0];
      if (packed === undefined) cache.set(id, null);
      else keep(id, packed);
      read.set(id, cache.get(id) ?? null);
    });
    return read;
  }
}

/** Numbers of the chunks that items [first, first + count) lie in; there are none before 0. */
function chunksBetween(first: number, count: number, size: number): number[] {
  const from = Math.max(0, Math.floor(first / size));
  const to = Math.floor((first + count - 1) / size);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/** Puts a chunk where it belongs, as far as it fits. */
function place<T extends Uint32Array | Uint8Array>(chunk: T, at: number, into: T): void {
  const from = Math.max(0, -at);
  const to = Math.min(chunk.length, into.length - at);
  if (to > from) into.set(chunk.subarray(from, to), at + from);
}
