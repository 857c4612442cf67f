import fs from 'node:fs';
import path from 'node:path';
import { HASH_BYTES } from '../../fingerprints/units.js';
import { Random } from '../../samples/random.js';
import type { StreamInfo } from '../../src/domain/match.js';
import { PastLayout, STREAM_FILE, sealedFile } from '../../src/past/layout.js';
import {
  HOUR_MS,
  LANE_STEPS,
  OCTAVE_BITS,
  OCTAVE_MASK,
  type PastPiece,
  PEAK_UNIT_MS,
  PEAK_UNITS_PER_OCTAVE,
  PICTURE_BYTES,
  SLOT_MS,
  SLOTS_AN_HOUR,
} from '../../src/past/piece.js';
import { encodePiece } from '../../src/past/piece-encoding.js';

/** Hours are put together from pieces of this length, a whole number of slots of every lane, ms. */
const PIECE_MS = 4000;
/** Peaks are moved by up to so many steps of 1/48 octave. */
const MOST_STEPS = 8;

/**
 * An hour of a stream that is statistically like a real minute, yet is not it: pieces of 4 s in random order, each
 * played backwards, with its peaks moved in frequency and half of the bits of words and hashes flipped alike.
 * @param planted where the minute itself is put, ms of the hour; null = nowhere
 */
export function otherHour(minute: PastPiece, n: number, planted: number | null): PastPiece {
  const random = new Random(`hour ${n}`);
  const words = LANE_STEPS.map((step) => new Uint32Array(SLOTS_AN_HOUR / step));
  const peaks: number[] = [];
  const pictures: { time: number; hashes: Uint8Array }[] = [];
  const length = minute.heard[0]!.end;
  const put = (
    from: number,
    to: number,
    at: number,
    steps: number,
    flips: Uint8Array,
    backwards: boolean,
  ) => {
    const moved = (ms: number) => at + (backwards ? to - 1 - ms : ms - from);
    LANE_STEPS.forEach((step, lane) => {
      const slot = (ms: number) => ms / SLOT_MS / step;
      const mask = new DataView(flips.buffer).getUint32(0, true);
      for (let i = 0; i < slot(to - from); i++) {
        const word = minute.words[lane]![slot(from) + i] ?? 0;
        const place = slot(at) + (backwards ? slot(to - from) - 1 - i : i);
        words[lane]![place] = word === 0 ? 0 : (word ^ mask) >>> 0 || 1;
      }
    });
    for (const peak of minute.peaks) {
      const ms = (peak >>> OCTAVE_BITS) * PEAK_UNIT_MS;
      const octave = (peak & OCTAVE_MASK) + (steps * PEAK_UNITS_PER_OCTAVE) / 48;
      if (ms < from || ms >= to || octave < 0 || octave > OCTAVE_MASK) continue;
      peaks.push(((Math.floor(moved(ms) / PEAK_UNIT_MS) << OCTAVE_BITS) | octave) >>> 0);
    }
    minute.pictureTimes.forEach((time, i) => {
      if (time < from || time >= to) return;
      const hashes = minute.hashes.slice(i * PICTURE_BYTES, (i + 1) * PICTURE_BYTES);
      pictures.push({
        time: time - from + at,
        hashes: hashes.map((byte, b) => byte ^ flips[b % HASH_BYTES]!),
      });
    });
  };
  const nothing = new Uint8Array(HASH_BYTES);
  for (let at = 0; at < HOUR_MS; at += PIECE_MS) {
    if (planted !== null && at >= planted && at < planted + length) continue;
    const from = random.int(0, Math.floor(length / PIECE_MS) - 1) * PIECE_MS;
    const flips = Uint8Array.from(nothing, () => halfOfByte(random));
    put(
      from,
      from + PIECE_MS,
      at,
      random.int(1, MOST_STEPS) * (random.int(0, 1) === 0 ? 1 : -1),
      flips,
      true,
    );
  }
  if (planted !== null) put(0, Math.floor(length / PIECE_MS) * PIECE_MS, planted, 0, nothing, false);
  pictures.sort((a, b) => a.time - b.time);
  const hashes = new Uint8Array(pictures.length * PICTURE_BYTES);
  pictures.forEach((picture, i) => {
    hashes.set(picture.hashes, i * PICTURE_BYTES);
  });
  return {
    hour: 0,
    heard: [{ start: 0, end: HOUR_MS }],
    seen: [{ start: 0, end: HOUR_MS }],
    firstSlot: 0,
    words,
    peaks: Uint32Array.from(peaks).sort(),
    pictureTimes: Uint32Array.from(pictures, ({ time }) => time),
    hashes,
  };
}

/** Gives streams a past, of which each hour is one of some files: links, so that the disk holds each once. */
export function linkArchive(
  data: string,
  streams: readonly StreamInfo[],
  hours: number,
  files: readonly string[],
  fileOf: (stream: number, hour: number) => number,
): void {
  const layout = new PastLayout(data);
  streams.forEach((stream, s) => {
    const folder = layout.folderOf(stream.id);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, STREAM_FILE), JSON.stringify(stream));
    for (let hour = 0; hour < hours; hour++)
      fs.linkSync(files[fileOf(s, hour)]!, sealedFile(folder, FIRST_HOUR + hour));
  });
}

export const FIRST_HOUR = 490_000;

/** Writes an hour; returns the bytes it takes. */
export function writeHour(file: string, piece: PastPiece): number {
  const bytes = encodePiece(piece);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, bytes);
  return bytes.length;
}

function halfOfByte(random: Random): number {
  let bits = 0;
  while (bits === 0 || bits.toString(2).replaceAll('0', '').length !== 4) bits = random.int(1, 255);
  return bits;
}
