import type { Landmarks } from '../../../fingerprints/types.js';
import { ROW_BYTES } from '../../../fingerprints/units.js';
import { CHUNK_ROWS, CHUNK_TICKS, MARGIN_ROWS } from './chunk-size.js';

/*
 * What is stored of a chunk beside its terms, base64 of little endian numbers of 32 bits:
 * landmarks: generation, number of tracks, landmarks of each track, then of each landmark hash × 1024 + tick in the chunk;
 * words: generation, number of tracks, words of each track, then the words.
 * rows: 4 bytes of generation, the rows of the second before the chunk, those of the chunk, those of the second after it.
 */

/** Ticks of a chunk are told in so many bits, below the hash. */
const TICK_BITS = 10;
const TICK_MASK = (1 << TICK_BITS) - 1;

export interface Pack<T> {
  /** Of the change that brought it. */
  readonly generation: number;
  readonly tracks: readonly T[];
}

/** @param tracks the landmarks of each sound track that fall into the chunk; ticks count from its start */
export function packLandmarks(generation: number, tracks: readonly Landmarks[]): string {
  return packTracks(
    generation,
    tracks.map(({ hashes, ticks }) => hashes.map((hash, i) => ((hash << TICK_BITS) | ticks[i]!) >>> 0)),
  );
}

/** A landmark as it is stored: its hash, and its tick in the chunk. */
export const packedHash = (landmark: number) => landmark >>> TICK_BITS;
export const packedTick = (landmark: number) => Math.min(landmark & TICK_MASK, CHUNK_TICKS - 1);

export function unpackLandmarks(packed: string): Pack<Landmarks> {
  const { generation, tracks } = unpackTracks(packed);
  return {
    generation,
    tracks: tracks.map((track) => ({ hashes: track.map(packedHash), ticks: track.map(packedTick) })),
  };
}

export function packTracks(generation: number, tracks: readonly Uint32Array[]): string {
  const head = [generation, tracks.length, ...tracks.map((track) => track.length)];
  const all = new Uint32Array(head.length + tracks.reduce((sum, track) => sum + track.length, 0));
  all.set(head);
  let at = head.length;
  for (const track of tracks) {
    all.set(track, at);
    at += track.length;
  }
  return Buffer.from(all.buffer).toString('base64');
}

export function unpackTracks(packed: string): Pack<Uint32Array> {
  const all = numbersOf(Buffer.from(packed, 'base64'));
  const count = all[1] ?? 0;
  let at = 2 + count;
  const tracks: Uint32Array[] = [];
  for (let track = 0; track < count; track++) {
    const length = all[2 + track]!;
    tracks.push(all.subarray(at, at + length));
    at += length;
  }
  return { generation: all[0] ?? 0, tracks };
}

/** @param rows those of the chunk, with MARGIN_ROWS before it and as many after it as there are */
export function packRows(generation: number, rows: Uint8Array): string {
  const all = new Uint8Array(4 + rows.length);
  new DataView(all.buffer).setUint32(0, generation, true);
  all.set(rows, 4);
  return Buffer.from(all.buffer).toString('base64');
}

export interface PackedRows {
  readonly generation: number;
  /** From MARGIN_ROWS before the chunk on. */
  readonly withMargin: Uint8Array;
  readonly rows: Uint8Array;
}

export function unpackRows(packed: string): PackedRows {
  const all = Buffer.from(packed, 'base64');
  const generation = all.length >= 4 ? all.readUInt32LE(0) : 0;
  const withMargin = new Uint8Array(all.subarray(4));
  const from = MARGIN_ROWS * ROW_BYTES;
  return { generation, withMargin, rows: withMargin.subarray(from, from + CHUNK_ROWS * ROW_BYTES) };
}

/** A copy, as a buffer of Node's may begin anywhere. */
function numbersOf(bytes: Buffer): Uint32Array {
  const copy = new Uint8Array(bytes);
  return new Uint32Array(copy.buffer, 0, copy.length >> 2);
}
