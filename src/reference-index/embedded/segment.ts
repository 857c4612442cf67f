import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import { LANDMARK_BITS } from '../../../fingerprints/landmarks.js';
import { HASH_BYTES, ROW_BYTES } from '../../../fingerprints/units.js';
import { readFully } from '../../storage/durable-files.js';
import { GAP_TICKS } from '../limits.js';
import { PagedSection } from './paged-section.js';
import { decodeDirectory } from './posting-layout.js';
import { Postings } from './postings.js';
import {
  corrupt,
  decodeHeader,
  HEADER_BYTES,
  otherLandmarks,
  SECTIONS,
  type Section,
  type SectionTable,
} from './segment-format.js';
import { decodeTable, type FingerprintPlace } from './segment-table.js';

/** Whole rows, of either width. */
const SLICE = ROW_BYTES << 14;

/** A sound track on the tick line of a segment. */
export interface Lane {
  readonly ordinal: number;
  readonly track: number;
  readonly tickBase: number;
}

/** An open segment file. */
export class Segment {
  /** Fingerprints removed since the segment was written, by ordinal. */
  removed: ReadonlySet<number> = new Set();
  /** In the order of their bases. */
  readonly lanes: readonly Lane[];
  private readonly laneStarts: Uint32Array;
  /** Ordinals of the fingerprints that have pictures, and their first chunks, ascending. */
  private readonly chunkOrdinals: readonly number[];
  private readonly chunkStarts: Uint32Array;

  private constructor(
    readonly number: number,
    readonly file: string,
    private readonly fd: number,
    private readonly sections: SectionTable,
    /** Bytes of a row as it is stored: HASH_BYTES in segments of version 1, else ROW_BYTES. */
    private readonly storedRow: number,
    readonly fingerprints: readonly FingerprintPlace[],
    readonly audio: Postings,
    readonly pictures: Postings,
    private readonly packs: PagedSection | null,
  ) {
    this.lanes = fingerprints.flatMap((place, ordinal) =>
      place.tracks.map(({ tickBase }, track) => ({ ordinal, track, tickBase })),
    );
    this.laneStarts = Uint32Array.from(this.lanes, (lane) => lane.tickBase - GAP_TICKS);
    this.chunkOrdinals = fingerprints.flatMap((place, ordinal) => (place.rows > 0 ? [ordinal] : []));
    this.chunkStarts = Uint32Array.from(this.chunkOrdinals, (ordinal) => fingerprints[ordinal]!.chunkBase);
  }

  /** Throws SP_DATA_CORRUPT or SP_DATA_VERSION; the errors of the file system pass. */
  static open(file: string, number: number): Segment {
    const fd = fs.openSync(file, 'r');
    try {
      const bytes = fs.fstatSync(fd).size;
      const header = new Uint8Array(Math.min(bytes, HEADER_BYTES));
      readFully(fd, header, 0);
      const { version, sections } = decodeHeader(header, file, bytes);
      const read = (section: Section) => readChecked(fd, section, file);
      const landmarks = decodeDirectory(read(sections.audioDirectory));
      if (landmarks.layout.termBits !== LANDMARK_BITS) throw otherLandmarks(file);
      const audio = new Postings(fd, sections.audioPostings, landmarks);
      const pictures = new Postings(
        fd,
        sections.picturePostings,
        decodeDirectory(read(sections.pictureDirectory)),
      );
      return new Segment(
        number,
        file,
        fd,
        sections,
        version === 1 ? HASH_BYTES : ROW_BYTES,
        decodeTable(read(sections.fingerprints)),
        audio,
        pictures,
        PagedSection.plan(fd, sections.packs),
      );
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  }

  /** The sound track that an offset on the tick line belongs to: the gap before a track is its own. */
  laneAt(tick: number): Lane | null {
    return this.lanes[lastNotAbove(this.laneStarts, tick)] ?? null;
  }

  /** The fingerprint that a chunk of the chunk line belongs to. */
  ordinalOfChunk(chunk: number): number {
    return this.chunkOrdinals[lastNotAbove(this.chunkStarts, chunk)] ?? -1;
  }

  /** Words of a sound track from `first` on into `out`; what lies beyond its ends is left as it is. */
  readWords(ordinal: number, track: number, first: number, out: Uint32Array): void {
    const place = this.fingerprints[ordinal]!;
    const words = place.tracks[track]?.words ?? 0;
    let offset = place.packOffset;
    for (let t = 0; t < track; t++) offset += (place.tracks[t]?.words ?? 0) * 4;
    this.readPacked(new Uint8Array(out.buffer, out.byteOffset, out.byteLength), offset, 4, words, first);
  }

  /** Rows of the pictures from `first` on into `out`; what lies beyond their ends is left as it is. */
  readRows(ordinal: number, first: number, out: Uint8Array): void {
    const place = this.fingerprints[ordinal]!;
    const offset = place.packOffset + wordBytes(place);
    if (this.storedRow === ROW_BYTES) {
      this.readPacked(out, offset, ROW_BYTES, place.rows, first);
      return;
    }
    const stored = new Uint8Array((out.length / ROW_BYTES) * this.storedRow);
    this.readPacked(stored, offset, this.storedRow, place.rows, first);
    widenRows(stored, this.storedRow, out);
  }

  /** The words of a fingerprint and then its rows, in slices; each is to be used at once. */
  *pack(place: FingerprintPlace): Iterable<Uint8Array> {
    const words = wordBytes(place);
    if (this.storedRow === ROW_BYTES) {
      yield* this.slices(place.packOffset, words + place.rows * ROW_BYTES);
      return;
    }
    yield* this.slices(place.packOffset, words);
    for (const stored of this.slices(place.packOffset + words, place.rows * this.storedRow)) {
      const wide = new Uint8Array((stored.length / this.storedRow) * ROW_BYTES);
      widenRows(stored, this.storedRow, wide);
      yield wide;
    }
  }

  /** Bytes of the packs as they lie. */
  private *slices(from: number, bytes: number): Iterable<Uint8Array> {
    const slice = new Uint8Array(Math.min(SLICE, bytes));
    for (let at = 0; at < bytes; at += SLICE) {
      const part = slice.subarray(0, Math.min(SLICE, bytes - at));
      readFully(this.fd, part, this.sections.packs.offset + from + at);
      yield part;
    }
  }

  /** Compares every section with its checksum. Throws SP_DATA_CORRUPT. */
  verify(): void {
    const slice = new Uint8Array(SLICE);
    for (const name of SECTIONS) {
      const section = this.sections[name];
      let crc = 0;
      for (let at = 0; at < section.bytes; at += SLICE) {
        const part = slice.subarray(0, Math.min(SLICE, section.bytes - at));
        readFully(this.fd, part, section.offset + at);
        crc = crc32(part, crc);
      }
      if (crc !== section.crc) throw corrupt(this.file, `its section ${name} does not fit its checksum`);
    }
  }

  /** Reads the next piece of what may be kept in memory. @returns whether there was any left */
  readAhead(): boolean {
    return this.audio.readAhead() || this.pictures.readAhead() || (this.packs?.readAhead() ?? false);
  }

  close(): void {
    this.audio.close();
    this.pictures.close();
    this.packs?.close();
    fs.closeSync(this.fd);
  }

  /** Items [first, …) of `width` bytes, as many as lie in [0, count) and fit, each at its place in `out`. */
  private readPacked(out: Uint8Array, offset: number, width: number, count: number, first: number): void {
    const from = Math.max(0, first);
    const to = Math.min(count, first + out.length / width);
    if (to <= from) return;
    const part = out.subarray((from - first) * width, (to - first) * width);
    const at = offset + from * width;
    if (this.packs) {
      this.packs.need(at, part.length);
      part.set(this.packs.bytes.subarray(at, at + part.length));
    } else readFully(this.fd, part, this.sections.packs.offset + at);
  }
}

function readChecked(fd: number, section: Section, file: string): Uint8Array {
  const bytes = new Uint8Array(section.bytes);
  readFully(fd, bytes, section.offset);
  if (crc32(bytes) !== section.crc) throw corrupt(file, 'a section does not fit its checksum');
  return bytes;
}

const wordBytes = (place: FingerprintPlace) => place.tracks.reduce((sum, track) => sum + track.words * 4, 0);

/** Rows that hold fewer regions than rows do now: of the others they say nothing. */
function widenRows(stored: Uint8Array, storedRow: number, out: Uint8Array): void {
  for (let from = 0, to = 0; from < stored.length; from += storedRow, to += ROW_BYTES)
    out.set(stored.subarray(from, from + storedRow), to);
}

/** Index of the last of the ascending numbers that is not above `value`, or -1. */
function lastNotAbove(ascending: Uint32Array, value: number): number {
  let [a, z] = [0, ascending.length];
  while (a < z) {
    const middle = (a + z) >>> 1;
    if (ascending[middle]! <= value) a = middle + 1;
    else z = middle;
  }
  return a - 1;
}
