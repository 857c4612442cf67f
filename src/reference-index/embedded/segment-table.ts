import type { Seconds } from '../../../fingerprints/units.js';
import type { FingerprintId } from '../../domain/ids.js';
import { fingerprintId } from '../../domain/ids.js';

/** Where one sound track lies in a segment. */
export interface TrackPlace {
  readonly words: number;
  /** Its time 0 on the segment's tick line, and how many ticks it takes there. */
  readonly tickBase: number;
  readonly ticks: number;
}

/** Where one fingerprint lies in a segment. */
export interface FingerprintPlace {
  readonly id: FingerprintId;
  readonly duration: Seconds;
  readonly hasVideo: boolean;
  readonly rows: number;
  /** Its first 10 s chunk on the segment's chunk line. */
  readonly chunkBase: number;
  /** Its words, track after track, and then its rows, from the start of the packs. */
  readonly packOffset: number;
  readonly tracks: readonly TrackPlace[];
}

const ID_BYTES = 32;
const FIXED = ID_BYTES + 8 + 8 + 4 + 4 + 2 + 2;
const TRACK = 12;

/** u32 count; per fingerprint: id, f64 duration, f64 pack offset, u32 rows, u32 chunk base, u16 has video, u16 tracks, tracks. */
export function encodeTable(places: readonly FingerprintPlace[]): Uint8Array {
  const bytes = new Uint8Array(4 + places.reduce((sum, p) => sum + FIXED + p.tracks.length * TRACK, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, places.length, true);
  let at = 4;
  for (const place of places) {
    bytes.set(Buffer.from(place.id, 'hex'), at);
    view.setFloat64(at + 32, place.duration, true);
    view.setFloat64(at + 40, place.packOffset, true);
    view.setUint32(at + 48, place.rows, true);
    view.setUint32(at + 52, place.chunkBase, true);
    view.setUint16(at + 56, place.hasVideo ? 1 : 0, true);
    view.setUint16(at + 58, place.tracks.length, true);
    at += FIXED;
    for (const track of place.tracks) {
      view.setUint32(at, track.words, true);
      view.setUint32(at + 4, track.tickBase, true);
      view.setUint32(at + 8, track.ticks, true);
      at += TRACK;
    }
  }
  return bytes;
}

/** The bytes have passed their checksum: what `encodeTable` wrote. */
export function decodeTable(bytes: Uint8Array): FingerprintPlace[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places: FingerprintPlace[] = [];
  const count = view.getUint32(0, true);
  let at = 4;
  for (let i = 0; i < count; i++) {
    const start = at;
    const tracks: TrackPlace[] = [];
    const trackCount = view.getUint16(start + 58, true);
    at += FIXED;
    for (let t = 0; t < trackCount; t++, at += TRACK) {
      tracks.push({
        words: view.getUint32(at, true),
        tickBase: view.getUint32(at + 4, true),
        ticks: view.getUint32(at + 8, true),
      });
    }
    places.push({
      id: fingerprintId(Buffer.from(bytes.subarray(start, start + ID_BYTES)).toString('hex')),
      duration: view.getFloat64(start + 32, true),
      packOffset: view.getFloat64(start + 40, true),
      rows: view.getUint32(start + 48, true),
      chunkBase: view.getUint32(start + 52, true),
      hasVideo: view.getUint16(start + 56, true) === 1,
      tracks,
    });
  }
  return places;
}
