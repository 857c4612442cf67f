import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Seconds } from '../../../fingerprints/units.js';
import type { StillPicture } from '../../domain/catalogue.js';
import { StreamprintError } from '../../domain/errors.js';
import { codeOf } from '../../storage/disk-errors.js';
import { readFully, writeWhole } from '../../storage/durable-files.js';

/*
 * The stills of a fingerprint, little endian: "SPST", u32 version, u32 count, u32 CRC-32 of the table;
 * table by ascending time: f64 time, u32 offset, u32 bytes, u32 CRC-32 of the JPEG; then the JPEGs.
 */
const MAGIC = 0x54535053;
const VERSION = 1;
const HEADER = 16;
const ENTRY = 20;

interface Entry {
  readonly time: Seconds;
  readonly offset: number;
  readonly bytes: number;
  readonly crc: number;
}

/** Writes the file as a whole and returns its size; its folder is still to be synced. */
export function writeStills(file: string, stills: readonly StillPicture[]): number {
  const ascending = [...stills].sort((a, b) => a.time - b.time);
  const head = new Uint8Array(HEADER + ascending.length * ENTRY);
  const view = new DataView(head.buffer);
  let offset = head.length;
  ascending.forEach(({ time, jpeg }, i) => {
    const at = HEADER + i * ENTRY;
    view.setFloat64(at, time, true);
    view.setUint32(at + 8, offset, true);
    view.setUint32(at + 12, jpeg.length, true);
    view.setUint32(at + 16, crc32(jpeg), true);
    offset += jpeg.length;
  });
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, ascending.length, true);
  view.setUint32(12, crc32(head.subarray(HEADER)), true);
  writeWhole(file, [head, ...ascending.map(({ jpeg }) => jpeg)]);
  return offset;
}

/** Times of the stills in a file, ascending; none when there is no file. */
export function stillTimes(file: string): Seconds[] {
  return withFile(file, (fd) => readTable(fd, file).map(({ time }) => time)) ?? [];
}

/** The still nearest to a time, if one is within `reach`. */
export function nearestStill(file: string, time: Seconds, reach: Seconds): StillPicture | null {
  return withFile(file, (fd) => {
    let nearest: Entry | null = null;
    for (const entry of readTable(fd, file)) {
      if (!nearest || Math.abs(entry.time - time) < Math.abs(nearest.time - time)) nearest = entry;
    }
    if (!nearest || Math.abs(nearest.time - time) > reach) return null;
    const jpeg = new Uint8Array(nearest.bytes);
    readFully(fd, jpeg, nearest.offset);
    if (crc32(jpeg) !== nearest.crc) throw damaged(file);
    return { time: nearest.time, jpeg };
  });
}

function withFile<T>(file: string, work: (fd: number) => T): T | null {
  let fd: number;
  try {
    fd = fs.openSync(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return work(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function readTable(fd: number, file: string): Entry[] {
  const size = fs.fstatSync(fd).size;
  const head = new Uint8Array(Math.min(size, HEADER));
  readFully(fd, head, 0);
  const view = new DataView(head.buffer);
  if (size < HEADER || view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== VERSION)
    throw damaged(file);
  const count = view.getUint32(8, true);
  if (HEADER + count * ENTRY > size) throw damaged(file);
  const table = new Uint8Array(count * ENTRY);
  readFully(fd, table, HEADER);
  if (crc32(table) !== view.getUint32(12, true)) throw damaged(file);
  const entries = new DataView(table.buffer);
  return Array.from({ length: count }, (_, i) => ({
    time: entries.getFloat64(i * ENTRY, true),
    offset: entries.getUint32(i * ENTRY + 8, true),
    bytes: entries.getUint32(i * ENTRY + 12, true),
    crc: entries.getUint32(i * ENTRY + 16, true),
  }));
}

function damaged(file: string): StreamprintError {
  return new StreamprintError(
    'SP_DATA_CORRUPT',
    `The stills in ${file} are damaged: remove the file, matching does not need it.`,
  );
}
