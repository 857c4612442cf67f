import { hammingBytes, hashOf } from '../../fingerprints/picture.js';
import { measureBox } from '../../fingerprints/picture-thumbs.js';
import type { AudioFeatures, PictureFeatures } from '../../fingerprints/types.js';
import { HASH_BITS, HASH_BYTES, type Seconds, TICK } from '../../fingerprints/units.js';
import { between, common, lengthOf, unionOf } from '../domain/intervals.js';
import type { Interval } from '../domain/match.js';
import { SAME_SCENE_BITS } from '../matching/picture-evidence.js';
import {
  HOUR_MS,
  LANE_STEPS,
  OCTAVE_BITS,
  OCTAVE_MASK,
  PAST_BOXES,
  type PastPiece,
  PEAK_UNIT_MS,
  PEAK_UNITS_PER_OCTAVE,
  PICTURE_BYTES,
  SLOT_ALIGNMENT,
  SLOT_MS,
} from './piece.js';

/** What was found in a segment of a stream, and when the stream carried it. */
export interface Carried {
  readonly audio: AudioFeatures | null;
  readonly pictures: PictureFeatures | null;
  /** First and last moment, in seconds of the media's own time stamps. */
  readonly start: Seconds;
  readonly end: Seconds;
  /** UTC of media time 0, ms. */
  readonly epoch: number;
}

/** Of a scene that stands still a picture is kept this often, ms. */
const STILL_EVERY = 4000;

/** The last picture kept of a stream. */
export interface LastPicture {
  /** UTC, ms. */
  readonly time: number;
  readonly hash: Uint8Array;
}

/** Stretch of UTC (ms) of which a segment tells the sound; null = none. */
export function heardOf({ audio, epoch }: Carried): Interval | null {
  if (!audio || audio.words.length === 0) return null;
  const start = Math.round(epoch + 1000 * audio.start);
  return { start, end: start + Math.round(1000 * TICK * audio.words.length) };
}

/** … and the pictures. */
export function seenOf({ pictures, start, end, epoch }: Carried): Interval | null {
  if (!pictures || pictures.times.length === 0) return null;
  return { start: Math.round(epoch + 1000 * start), end: Math.round(epoch + 1000 * end) };
}

/**
 * What is kept of a segment in an hour.
 * @param heard, seen stretches of UTC within the hour that were not known before, ms
 * @param last the last picture kept before
 */
export function pieceOf(
  carried: Carried,
  hour: number,
  heard: readonly Interval[],
  seen: readonly Interval[],
  last: LastPicture | null,
): { piece: PastPiece; last: LastPicture | null } {
  const from = hour * HOUR_MS;
  const inHour = ({ start, end }: Interval) => ({ start: start - from, end: end - from });
  const pictures = picturesOf(carried, from, seen, last);
  const piece: PastPiece = {
    hour,
    heard: heard.map(inHour),
    seen: seen.map(inHour),
    ...soundOf(carried, from, heard),
    pictureTimes: pictures.times,
    hashes: pictures.hashes,
  };
  return { piece, last: pictures.last };
}

/** What of a stretch is in none of some others, and long enough to matter, ms. */
export function unknownOf(stretch: Interval, known: readonly Interval[]): Interval[] {
  return between(unionOf(known))
    .map((gap) => common(stretch, gap))
    .filter((part) => lengthOf(part) >= SLOT_MS);
}

/** The hours that a stretch of UTC lies in. */
export function hoursOf({ start, end }: Interval): number[] {
  const first = Math.floor(start / HOUR_MS);
  const last = Math.floor((end - 1) / HOUR_MS);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

export function hourSpan(hour: number): Interval {
  return { start: hour * HOUR_MS, end: (hour + 1) * HOUR_MS };
}

function soundOf({ audio, epoch }: Carried, from: number, heard: readonly Interval[]) {
  if (!audio || heard.length === 0)
    return { firstSlot: 0, words: LANE_STEPS.map(() => new Uint32Array(0)), peaks: new Uint32Array(0) };
  const start = heard[0]!.start - from;
  const end = heard.at(-1)!.end - from;
  const firstSlot = Math.floor(start / SLOT_MS / SLOT_ALIGNMENT) * SLOT_ALIGNMENT;
  const slots = Math.max(0, Math.ceil(end / SLOT_MS) - firstSlot);
  const wordsStart = epoch + 1000 * audio.start - from;
  const isHeard = (ms: number) => heard.some((part) => ms + from >= part.start && ms + from < part.end);
  const words = LANE_STEPS.map((step, lane) => {
    const ofLane = lane === 0 ? audio.words : (audio.pitched[lane - 1] ?? new Uint32Array(0));
    return Uint32Array.from({ length: Math.ceil(slots / step) }, (_, i) => {
      const ms = (firstSlot + i * step) * SLOT_MS;
      return isHeard(ms) ? (ofLane[Math.round((ms - wordsStart) / (1000 * TICK))] ?? 0) : 0;
    });
  });
  return { firstSlot, words, peaks: peaksOf(audio, epoch - from, isHeard) };
}

/** Those of the lean set. */
function peaksOf({ peaks }: AudioFeatures, epoch: number, isHeard: (ms: number) => boolean): Uint32Array {
  const kept: number[] = [];
  peaks.times.forEach((time, i) => {
    const ms = epoch + 1000 * time;
    if (peaks.lean[i] === 0 || !isHeard(ms)) return;
    const octave = Math.min(OCTAVE_MASK, Math.floor(peaks.octaves[i]! * PEAK_UNITS_PER_OCTAVE));
    kept.push(((Math.floor(ms / PEAK_UNIT_MS) << OCTAVE_BITS) | octave) >>> 0);
  });
  return Uint32Array.from(kept).sort();
}

function picturesOf(
  { pictures, epoch }: Carried,
  from: number,
  seen: readonly Interval[],
  before: LastPicture | null,
) {
  const times: number[] = [];
  const hashes: Uint8Array[] = [];
  let last = before;
  pictures?.times.forEach((time, i) => {
    const utc = Math.round(epoch + 1000 * time);
    const thumb = pictures.thumbOf[i]!;
    if (thumb < 0 || !seen.some((part) => utc >= part.start && utc < part.end)) return;
    const whole = new Uint8Array(HASH_BYTES);
    hashOf(pictures.coefficients, i * HASH_BITS, whole, 0);
    const isStill = last !== null && hammingBytes(whole, 0, last.hash, 0) < SAME_SCENE_BITS;
    if (isStill && utc - last!.time < STILL_EVERY) return;
    last = { time: utc, hash: whole };
    times.push(utc - from);
    hashes.push(hashesOf(whole, pictures.thumbs, thumb));
  });
  const joined = new Uint8Array(hashes.length * PICTURE_BYTES);
  hashes.forEach((hash, i) => {
    joined.set(hash, i * PICTURE_BYTES);
  });
  return { times: Uint32Array.from(times), hashes: joined, last };
}

/** Of each of PAST_BOXES, which begin with the whole. */
function hashesOf(whole: Uint8Array, thumbs: Uint8Array, thumb: number): Uint8Array {
  const hashes = new Uint8Array(PICTURE_BYTES);
  const coefficients = new Float32Array(HASH_BITS);
  PAST_BOXES.forEach((box, b) => {
    if (b === 0) hashes.set(whole, 0);
    else if (measureBox(thumbs, thumb, box, coefficients, 0)) hashOf(coefficients, 0, hashes, b * HASH_BYTES);
  });
  return hashes;
}
