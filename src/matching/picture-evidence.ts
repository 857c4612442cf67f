import { hammingBytes } from '../../fingerprints/picture.js';
import { pictureLlr } from '../../fingerprints/picture-evidence.js';
import {
  HASH_BITS,
  HASH_BYTES,
  ROW_BYTES,
  ROW_STEP,
  ROWS_PER_SECOND,
  type Seconds,
} from '../../fingerprints/units.js';
import type { ReferenceIndex, RowRange } from '../reference-index/reference-index.js';
import type { Line } from './line.js';
import type { RememberedPicture, StreamMemory } from './stream-memory.js';

/** A picture is compared with the rows this far around its place: times of pictures and rows are rounded. */
const ROWS_AROUND = 1;
/** A picture stands for at most this much time on either side of it. */
const MAX_HALF: Seconds = 1;
/** A picture that differs from the one before it by fewer bits is the same scene … */
const SAME_SCENE_BITS = 12;
/** … and its evidence, which is hardly new, counts this much. */
const SAME_SCENE_WEIGHT = 0.3;

/** A picture of the stream with what it weighs: dense pictures share the evidence of their second. */
export interface WeighedPicture {
  readonly picture: RememberedPicture;
  readonly weight: number;
  /** The stretch of stream that it stands for. */
  readonly start: Seconds;
  readonly end: Seconds;
}

/** Informative pictures within [from, to). */
export function weighPictures(memory: StreamMemory, from: Seconds, to: Seconds): WeighedPicture[] {
  const weighed: WeighedPicture[] = [];
  let before = memory.pictureBefore(from);
  for (const picture of memory.picturesBetween(from, to)) {
    // Nothing is known before the first picture: it stands for no time before it.
    const gap = before ? Math.min(picture.time - before.time, 2 * MAX_HALF) : 0;
    const sameScene = before !== null && hammingBytes(picture.hash, 0, before.hash, 0) < SAME_SCENE_BITS;
    if (picture.informative)
      weighed.push({
        picture,
        weight: (before ? Math.min(1, gap) : 1) * (sameScene ? SAME_SCENE_WEIGHT : 1),
        start: picture.time - gap / 2,
        end: picture.time + gap / 2,
      });
    before = picture;
  }
  return weighed;
}

/** At most `count` of some pictures, evenly spread over them. */
export function spread(pictures: readonly WeighedPicture[], count: number): WeighedPicture[] {
  if (pictures.length <= count) return [...pictures];
  return Array.from(
    { length: count },
    (_, i) => pictures[Math.floor(((i + 0.5) * pictures.length) / count)]!,
  );
}

/** The reference's rows along a line while the stream goes from one time to another. */
export interface RowsAlong {
  readonly line: Line;
  readonly first: number;
  readonly rows: Uint8Array;
}

/** Reads the rows of many lines in one go, `margin` s more at both ends. */
export async function readRowsAlong(
  index: ReferenceIndex,
  lines: readonly Line[],
  from: Seconds,
  to: Seconds,
  margin: Seconds,
): Promise<RowsAlong[]> {
  const extra = ROWS_AROUND * ROW_STEP + margin + ROW_STEP;
  const spans = lines.map((line) => {
    const first = Math.floor((line.speed * from + line.offset - extra) * ROWS_PER_SECOND);
    const end = Math.ceil((line.speed * to + line.offset + extra) * ROWS_PER_SECOND) + 1;
    return { line, first, count: end - first };
  });
  const rows = await index.readRows(
    spans.map(({ line, first, count }): RowRange => ({ fingerprintId: line.fingerprintId, first, count })),
  );
  return spans.map(({ line, first }, i) => ({ line, first, rows: rows[i]! }));
}

/**
 * Evidence of one picture for a line, nats, before its weight: by the nearest of the rows around its place.
 * 0 where the reference has nothing to compare with.
 */
export function pictureEvidence(
  along: RowsAlong,
  picture: RememberedPicture,
  mirrored: boolean,
  shift: Seconds,
): number {
  const { rows } = along;
  const place = placeOf(along, picture, shift) - along.first;
  const hash = mirrored ? picture.mirroredHash : picture.hash;
  let best = HASH_BITS + 1;
  for (let n = place - ROWS_AROUND; n <= place + ROWS_AROUND; n++) {
    const at = n * ROW_BYTES;
    if (at < 0 || at + ROW_BYTES > rows.length || saysNothing(rows, at)) continue;
    best = Math.min(best, hammingBytes(rows, at, hash, 0));
  }
  return best > HASH_BITS ? 0 : pictureLlr(best);
}

function saysNothing(rows: Uint8Array, at: number): boolean {
  for (let i = at; i < at + HASH_BYTES; i++) if (rows[i] !== 0) return false;
  return true;
}

/** Weighted evidence of some pictures for a line. */
export function picturesEvidence(
  along: RowsAlong,
  pictures: readonly WeighedPicture[],
  mirrored: boolean,
  shift: Seconds,
): number {
  let sum = 0;
  for (const { picture, weight } of pictures)
    sum += weight * pictureEvidence(along, picture, mirrored, shift);
  return sum;
}

/** A place further off than this must be better by FAR_GAIN: scenes that hardly move are alike everywhere. */
export const NEAR: Seconds = 1;
/** Bits a picture. */
const FAR_GAIN = 1;

/**
 * The shift within ± `within` s at which the pictures lie nearest to the rows right at their place, by the sum of
 * their distances: that tells places apart where the evidence, which is capped, does not.
 */
export function nearestShift(
  along: RowsAlong,
  pictures: readonly WeighedPicture[],
  mirrored: boolean,
  within: Seconds,
): Seconds {
  const steps = Math.round(within / ROW_STEP);
  let best = { shift: 0, distance: Number.POSITIVE_INFINITY };
  for (let k = -steps; k <= steps; k++) {
    const shift = k * ROW_STEP;
    let distance = Math.abs(shift) > NEAR ? FAR_GAIN * pictures.length : 0;
    for (const { picture } of pictures) {
      distance += distanceAt(along, picture, mirrored, shift);
      if (distance > best.distance) break;
    }
    const nearer = distance === best.distance && Math.abs(shift) < Math.abs(best.shift);
    if (distance < best.distance || nearer) best = { shift, distance };
  }
  return best.shift;
}

/** Distance of a picture from the row at its place, bits; that of strangers where there is none. */
function distanceAt(along: RowsAlong, picture: RememberedPicture, mirrored: boolean, shift: Seconds): number {
  const at = ROW_BYTES * (placeOf(along, picture, shift) - along.first);
  if (at < 0 || at + ROW_BYTES > along.rows.length || saysNothing(along.rows, at)) return HASH_BITS / 2;
  return hammingBytes(along.rows, at, mirrored ? picture.mirroredHash : picture.hash, 0);
}

/** Number of the row shown when the stream shows a picture. */
function placeOf({ line }: RowsAlong, picture: RememberedPicture, shift: Seconds): number {
  return Math.round((line.speed * picture.time + line.offset + shift) * ROWS_PER_SECOND);
}
