import { BOXES } from '../../fingerprints/picture-boxes.js';
import { HASH_BYTES, TICK, WORD_STEP } from '../../fingerprints/units.js';
import { unionOf } from '../domain/intervals.js';
import type { Interval } from '../domain/match.js';

/** What a stream carried is kept by hours of UTC, counted from 1970. */
export const HOUR_MS = 3_600_000;
/** Words lie on a grid of 80 ms of UTC, so that an hour has a whole number of them. */
export const SLOT_MS = Math.round(1000 * WORD_STEP);
export const SLOTS_AN_HOUR = HOUR_MS / SLOT_MS;
/** Slots from one word to the next: plain words in every slot, those at other pitches in every other one. */
export const LANE_STEPS: readonly number[] = [1, 2, 2];
/** The largest of them: an hour's first word lies at a multiple of it. */
export const SLOT_ALIGNMENT = 2;

/** Peaks are kept to a quarter of a tick … */
export const PEAK_UNIT_MS = (1000 * TICK) / 4;
/** … and to 1/384 octave: an eighth of the steps that landmarks have. */
export const PEAK_UNITS_PER_OCTAVE = 384;
export const OCTAVE_BITS = 11;
export const OCTAVE_MASK = (1 << OCTAVE_BITS) - 1;

/** The parts of a stream's picture of which hashes are kept. */
export const PAST_BOXES = BOXES.base;
export const PICTURE_BYTES = PAST_BOXES.length * HASH_BYTES;

/** What a stream carried in an hour of UTC, or in a part of it. */
export interface PastPiece {
  /** Hours since 1970. */
  readonly hour: number;
  /** What is known of the sound and of the pictures: ms of the hour, ascending, apart from each other. */
  readonly heard: readonly Interval[];
  readonly seen: readonly Interval[];
  /** Slot of the hour at which the words of each lane begin. */
  readonly firstSlot: number;
  /** For each of LANE_STEPS; 0 = silence or nothing known. */
  readonly words: readonly Uint32Array[];
  /** Ascending: the time in PEAK_UNIT_MS above OCTAVE_BITS of octaves above PEAK_MIN_HZ. */
  readonly peaks: Uint32Array;
  /** Times of the pictures, ms of the hour, ascending. */
  readonly pictureTimes: Uint32Array;
  /** PICTURE_BYTES a picture: a hash for each of PAST_BOXES; one of zeros says nothing. */
  readonly hashes: Uint8Array;
}

/** Pieces of one hour as one; what is there twice stays once. */
export function mergePieces(pieces: readonly PastPiece[]): PastPiece {
  const first = pieces[0];
  if (!first) throw new RangeError('there is nothing to merge');
  if (pieces.length === 1) return first;
  const slots = slotsOf(pieces);
  return {
    hour: first.hour,
    heard: unionOf(pieces.flatMap((piece) => piece.heard)),
    seen: unionOf(pieces.flatMap((piece) => piece.seen)),
    firstSlot: slots.start,
    words: LANE_STEPS.map((step, lane) => mergedWords(pieces, lane, step, slots)),
    peaks: ascendingOnce(pieces.map((piece) => piece.peaks)),
    ...mergedPictures(pieces),
  };
}

function slotsOf(pieces: readonly PastPiece[]): Interval {
  const sounding = pieces.filter((piece) => piece.words[0]!.length > 0);
  if (sounding.length === 0) return { start: 0, end: 0 };
  return {
    start: Math.min(...sounding.map((piece) => piece.firstSlot)),
    end: Math.max(...sounding.map((piece) => piece.firstSlot + piece.words[0]!.length)),
  };
}

function mergedWords(
  pieces: readonly PastPiece[],
  lane: number,
  step: number,
  { start, end }: Interval,
): Uint32Array {
  const words = new Uint32Array(Math.ceil((end - start) / step));
  for (const piece of pieces) {
    const at = (piece.firstSlot - start) / step;
    piece.words[lane]!.forEach((word, i) => {
      if (word !== 0) words[at + i] = word;
    });
  }
  return words;
}

function ascendingOnce(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  all.sort();
  let kept = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[kept++] = all[i]!;
  return all.slice(0, kept);
}

function mergedPictures(pieces: readonly PastPiece[]): Pick<PastPiece, 'pictureTimes' | 'hashes'> {
  const byTime = new Map<number, Uint8Array>();
  for (const { pictureTimes, hashes } of pieces)
    pictureTimes.forEach((time, i) => {
      byTime.set(time, hashes.subarray(i * PICTURE_BYTES, (i + 1) * PICTURE_BYTES));
    });
  const pictureTimes = Uint32Array.from(byTime.keys()).sort();
  const hashes = new Uint8Array(pictureTimes.length * PICTURE_BYTES);
  pictureTimes.forEach((time, i) => {
    hashes.set(byTime.get(time)!, i * PICTURE_BYTES);
  });
  return { pictureTimes, hashes };
}
