import { crc32 } from 'node:zlib';
import { StreamprintError } from '../../domain/errors.js';

/*
 * A segment file, little endian:
 *   0  "SPSG"
 *   4  u32 format version
 *   8  u32 number of sections
 *  12  u32 CRC-32 of the section table
 *  16  section table: u32 kind, u32 CRC-32 of the section, f64 offset, f64 bytes
 * then the sections. It is never changed once it has its name.
 */
const MAGIC = 0x47535053;
/** Version 1 had rows of one hash, that of the whole picture; segments of it are read like any other. */
const VERSION = 2;
const FIXED = 16;
const ENTRY = 24;

export const SECTIONS = [
  'packs',
  'audioPostings',
  'audioDirectory',
  'picturePostings',
  'pictureDirectory',
  'fingerprints',
] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface Section {
  readonly offset: number;
  readonly bytes: number;
  readonly crc: number;
}

export type SectionTable = Readonly<Record<SectionName, Section>>;

export const HEADER_BYTES = FIXED + SECTIONS.length * ENTRY;

export function encodeHeader(table: SectionTable): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, SECTIONS.length, true);
  SECTIONS.forEach((name, i) => {
    const at = FIXED + i * ENTRY;
    view.setUint32(at, i, true);
    view.setUint32(at + 4, table[name].crc, true);
    view.setFloat64(at + 8, table[name].offset, true);
    view.setFloat64(at + 16, table[name].bytes, true);
  });
  view.setUint32(12, crc32(bytes.subarray(FIXED)), true);
  return bytes;
}

/**
 * @param bytes the first HEADER_BYTES of a file, fewer when it is shorter
 * @throws SP_DATA_VERSION for a newer format, SP_DATA_CORRUPT for anything that is no whole segment
 */
export function decodeHeader(
  bytes: Uint8Array,
  file: string,
  fileBytes: number,
): { readonly version: number; readonly sections: SectionTable } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw corrupt(file, 'no header');
  const version = view.getUint32(4, true);
  if (version > VERSION) {
    throw new StreamprintError(
      'SP_DATA_VERSION',
      `The index segment ${file} has format version ${version}, this program knows versions up to ${VERSION}.`,
    );
  }
  if (
    view.getUint32(8, true) !== SECTIONS.length ||
    view.getUint32(12, true) !== crc32(bytes.subarray(FIXED))
  ) {
    throw corrupt(file, 'its section table does not fit its checksum');
  }
  const table: Partial<Record<SectionName, Section>> = {};
  SECTIONS.forEach((name, i) => {
    const at = FIXED + i * ENTRY;
    const section = {
      crc: view.getUint32(at + 4, true),
      offset: view.getFloat64(at + 8, true),
      bytes: view.getFloat64(at + 16, true),
    };
    if (section.offset + section.bytes > fileBytes) throw corrupt(file, 'it ends too early');
    table[name] = section;
  });
  return { version, sections: table as SectionTable };
}

export function corrupt(file: string, reason: string): StreamprintError {
  return new StreamprintError(
    'SP_DATA_CORRUPT',
    `The index segment ${file} is damaged (${reason}): restore a copy of its directory, or register anew.`,
  );
}

/** The landmarks of a segment are hashed as an older version of the algorithm did. */
export function otherLandmarks(file: string): StreamprintError {
  return new StreamprintError(
    'SP_DATA_VERSION',
    `The references in the index segment ${file} were fingerprinted by an older version, whose landmarks this ` +
      'program cannot look up: register them anew into another data directory.',
  );
}
