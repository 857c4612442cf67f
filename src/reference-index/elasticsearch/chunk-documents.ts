import { hashTerms, TERMS_PER_HASH, termedHashes } from '../../../fingerprints/picture-terms.js';
import type { Landmarks, ReferenceFingerprint } from '../../../fingerprints/types.js';
import { HASH_BYTES, ROW_BYTES, WORD_TICKS } from '../../../fingerprints/units.js';
import type { FingerprintId } from '../../domain/ids.js';
import { CHUNK_ROWS, CHUNK_TICKS, CHUNK_WORDS, MARGIN_ROWS } from './chunk-size.js';
import { packLandmarks, packRows, packTracks } from './packs.js';
import { distinct, textOf } from './terms.js';

/** 10 s of a fingerprint. */
export interface Chunk {
  readonly number: number;
  /** Of each sound track; ticks count from the start of the chunk. */
  readonly landmarks: readonly Landmarks[];
  readonly words: readonly Uint32Array[];
  readonly rows: Uint8Array;
  /** From MARGIN_ROWS before the chunk to as many after it, as far as there are any; zeros before the first. */
  readonly rowsWithMargin: Uint8Array;
}

/** Cuts a fingerprint into chunks; none is empty at the end. */
export function chunksOf({ audio, video }: ReferenceFingerprint): Chunk[] {
  const count = chunkCount({ audio, video });
  const starts = audio.map(() => 0);
  return Array.from({ length: count }, (_, number) => ({
    number,
    landmarks: audio.map(({ landmarks }, track) => {
      const from = starts[track]!;
      const to = firstAtOrAfter(landmarks.ticks, (number + 1) * CHUNK_TICKS, from);
      starts[track] = to;
      return {
        hashes: landmarks.hashes.subarray(from, to),
        ticks: landmarks.ticks.subarray(from, to).map((tick) => tick - number * CHUNK_TICKS),
      };
    }),
    words: audio.map(({ words }) => words.subarray(number * CHUNK_WORDS, (number + 1) * CHUNK_WORDS)),
    rows: rowsBetween(video, number * CHUNK_ROWS, (number + 1) * CHUNK_ROWS),
    rowsWithMargin: rowsBetween(
      video,
      number * CHUNK_ROWS - MARGIN_ROWS,
      (number + 1) * CHUNK_ROWS + MARGIN_ROWS,
    ),
  }));
}

/** Rows [first, end), as far as there are any; zeros before the first. */
function rowsBetween(video: ReferenceFingerprint['video'], first: number, end: number): Uint8Array {
  const rows = (video?.rows ?? new Uint8Array(0)).subarray(Math.max(0, first) * ROW_BYTES, end * ROW_BYTES);
  if (first >= 0 || rows.length === 0) return rows;
  const padded = new Uint8Array(-first * ROW_BYTES + rows.length);
  padded.set(rows, -first * ROW_BYTES);
  return padded;
}

/** Sound is cut on the ticks of its words. */
function chunkCount({ audio, video }: Pick<ReferenceFingerprint, 'audio' | 'video'>): number {
  const rows = video ? Math.floor(video.rows.length / ROW_BYTES) : 0;
  let ticks = 0;
  for (const { words, landmarks } of audio)
    ticks = Math.max(ticks, words.length * WORD_TICKS, (landmarks.ticks.at(-1) ?? -1) + 1);
  return Math.max(Math.ceil(rows / CHUNK_ROWS), Math.ceil(ticks / CHUNK_TICKS));
}

function firstAtOrAfter(ticks: Uint32Array, tick: number, from: number): number {
  let at = from;
  while (at < ticks.length && ticks[at]! < tick) at++;
  return at;
}

/** The picture terms of a chunk's rows, and the hash that each is of: as a number row × REGIONS + region. */
export function pictureTermsOf(rows: Uint8Array): Uint32Array {
  const hashes = termedHashes(rows);
  const terms = new Uint32Array(hashes.length * TERMS_PER_HASH);
  hashes.forEach((n, i) => {
    hashTerms(rows, n * HASH_BYTES, terms, i * TERMS_PER_HASH);
  });
  return terms;
}

/**
 * As a document, JSON: words and base64 need no escapes.
 * @param pictureTerms of its rows, each once
 */
export function documentOf(generation: number, chunk: Chunk, pictureTerms: Uint32Array): string {
  const { landmarks, words, rows, rowsWithMargin } = chunk;
  const sound =
    landmarks.length === 0
      ? ''
      : `,"sound":"${textOf(soundTermsOf(landmarks))}","landmarks":"${packLandmarks(generation, landmarks)}","words":"${packTracks(generation, words)}"`;
  const pictures =
    rows.length === 0
      ? ''
      : `,"pictures":"${textOf(pictureTerms)}","rows":"${packRows(generation, rowsWithMargin)}"`;
  return `{"generation":${generation}${sound}${pictures}}`;
}

/** The hashes of all sound tracks of a chunk, each once. */
export function soundTermsOf(tracks: readonly Landmarks[]): Uint32Array {
  const all = new Uint32Array(tracks.reduce((sum, { hashes }) => sum + hashes.length, 0));
  let at = 0;
  for (const { hashes } of tracks) {
    all.set(hashes, at);
    at += hashes.length;
  }
  return distinct(all);
}

/** 48 digits of base64url: 32 bytes of the fingerprint's id, then the number of the chunk. The server keeps them as bytes. */
export function chunkId(id: FingerprintId, number: number): string {
  const bytes = Buffer.alloc(36);
  bytes.write(id, 'hex');
  bytes.writeUInt32BE(number, 32);
  return bytes.toString('base64url');
}

export function placeOfChunk(id: string): { fingerprintId: FingerprintId; number: number } {
  const bytes = Buffer.from(id, 'base64url');
  return {
    fingerprintId: bytes.toString('hex', 0, 32) as FingerprintId,
    number: bytes.length >= 36 ? bytes.readUInt32BE(32) : 0,
  };
}
