import { crc32 } from 'node:zlib';
import type { Interval } from '../domain/match.js';
import { LANE_STEPS, type PastPiece, PICTURE_BYTES } from './piece.js';

/*
 * A piece, little endian:
 *   0  "SPPA"
 *   4  u32 format version
 *   8  u32 bytes of the whole
 *  12  u32 CRC-32 of the header from byte 16 on
 *  16  u32 hour, stretches heard, stretches seen, first slot, peaks, pictures, words of each lane
 *  52  u32 CRC-32 of what is searched (stretches, peaks, times and hashes of pictures), and of the words
 *  60  the stretches (two u32 each), peaks, times, hashes (filled up to a multiple of 4), words lane by lane
 */
const MAGIC = 0x41505053;
const VERSION = 1;
export const HEADER_BYTES = 60;
const CHECKED_FROM = 16;

interface Counts {
  readonly hour: number;
  readonly heard: number;
  readonly seen: number;
  readonly firstSlot: number;
  readonly peaks: number;
  readonly pictures: number;
  readonly words: readonly number[];
}

/** What a header says of a piece. */
export interface PieceHeader extends Counts {
  readonly bytes: number;
  /** Bytes in front of the words, header included. */
  readonly searchedBytes: number;
  readonly searchedCrc: number;
  readonly wordsCrc: number;
}

export function encodePiece(piece: PastPiece): Uint8Array {
  const counts: Counts = {
    hour: piece.hour,
    heard: piece.heard.length,
    seen: piece.seen.length,
    firstSlot: piece.firstSlot,
    peaks: piece.peaks.length,
    pictures: piece.pictureTimes.length,
    words: piece.words.map(({ length }) => length),
  };
  const searchedBytes = searchedBytesOf(counts);
  const bytes = new Uint8Array(searchedBytes + wordBytesOf(counts));
  const put = (at: number, values: Uint32Array | Uint8Array) => {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    return at + values.byteLength;
  };
  let at = put(HEADER_BYTES, stretchesAsNumbers([...piece.heard, ...piece.seen]));
  at = put(at, piece.peaks);
  at = put(at, piece.pictureTimes);
  put(at, piece.hashes);
  at = searchedBytes;
  for (const words of piece.words) at = put(at, words);
  const header = new DataView(bytes.buffer);
  const { hour, heard, seen, firstSlot, peaks, pictures, words } = counts;
  [hour, heard, seen, firstSlot, peaks, pictures, ...words].forEach((value, i) => {
    header.setUint32(CHECKED_FROM + 4 * i, value, true);
  });
  header.setUint32(52, crc32(bytes.subarray(HEADER_BYTES, searchedBytes)), true);
  header.setUint32(56, crc32(bytes.subarray(searchedBytes)), true);
  header.setUint32(0, MAGIC, true);
  header.setUint32(4, VERSION, true);
  header.setUint32(8, bytes.length, true);
  header.setUint32(12, crc32(bytes.subarray(CHECKED_FROM, HEADER_BYTES)), true);
  return bytes;
}

/** The header at the start of some bytes; null where there is no whole one of a version known here. */
export function decodeHeader(bytes: Uint8Array): PieceHeader | null {
  if (bytes.length < HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (offset: number) => view.getUint32(offset, true);
  if (at(0) !== MAGIC || at(4) !== VERSION) return null;
  if (at(12) !== crc32(bytes.subarray(CHECKED_FROM, HEADER_BYTES))) return null;
  const counts: Counts = {
    hour: at(16),
    heard: at(20),
    seen: at(24),
    firstSlot: at(28),
    peaks: at(32),
    pictures: at(36),
    words: LANE_STEPS.map((_, lane) => at(40 + 4 * lane)),
  };
  const searchedBytes = searchedBytesOf(counts);
  const header = { ...counts, bytes: at(8), searchedBytes, searchedCrc: at(52), wordsCrc: at(56) };
  return header.bytes === searchedBytes + wordBytesOf(counts) ? header : null;
}

/**
 * The piece in some bytes, which are used as they are where that can be.
 * @param bytes all of it, or only what is searched: then it has no words
 * @returns null where they do not fit their checksums
 */
export function decodePiece(header: PieceHeader, bytes: Uint8Array): PastPiece | null {
  const { heard, seen, peaks, pictures, searchedBytes } = header;
  if (crc32(bytes.subarray(HEADER_BYTES, searchedBytes)) !== header.searchedCrc) return null;
  const withWords = bytes.length >= header.bytes;
  if (withWords && crc32(bytes.subarray(searchedBytes, header.bytes)) !== header.wordsCrc) return null;
  let at = HEADER_BYTES;
  const take = (count: number) => {
    const values = numbersAt(bytes, at, count);
    at += 4 * count;
    return values;
  };
  const stretches = take(2 * (heard + seen));
  const stretch = (n: number): Interval => ({ start: stretches[2 * n]!, end: stretches[2 * n + 1]! });
  const piece = {
    hour: header.hour,
    heard: Array.from({ length: heard }, (_, n) => stretch(n)),
    seen: Array.from({ length: seen }, (_, n) => stretch(heard + n)),
    firstSlot: header.firstSlot,
    peaks: take(peaks),
    pictureTimes: take(pictures),
    hashes: bytes.subarray(at, at + pictures * PICTURE_BYTES),
  };
  at = searchedBytes;
  const words = header.words.map((count) => (withWords ? take(count) : new Uint32Array(0)));
  return { ...piece, words };
}

function stretchesAsNumbers(stretches: readonly Interval[]): Uint32Array {
  return Uint32Array.from(stretches.flatMap(({ start, end }) => [start, end]));
}

function searchedBytesOf({ heard, seen, peaks, pictures }: Counts): number {
  const numbers = 2 * (heard + seen) + peaks + pictures;
  return HEADER_BYTES + 4 * numbers + 4 * Math.ceil((pictures * PICTURE_BYTES) / 4);
}

function wordBytesOf({ words }: Counts): number {
  return words.reduce((sum, count) => sum + 4 * count, 0);
}

function numbersAt(bytes: Uint8Array, at: number, count: number): Uint32Array {
  const from = bytes.byteOffset + at;
  if (from % 4 === 0) return new Uint32Array(bytes.buffer, from, count);
  return new Uint32Array(bytes.slice(at, at + 4 * count).buffer);
}
