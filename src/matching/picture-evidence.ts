import { hammingBytes } from '../../fingerprints/picture.js';
import type { Box } from '../../fingerprints/picture-box.js';
import { WHOLE } from '../../fingerprints/picture-boxes.js';
import { pictureLlr } from '../../fingerprints/picture-evidence.js';
import { isEmptyHash } from '../../fingerprints/picture-terms.js';
import {
  HASH_BITS,
  HASH_BYTES,
  ROW_BYTES,
  ROW_STEP,
  ROWS_PER_SECOND,
  type Seconds,
} from '../../fingerprints/units.js';
import type { ReferenceIndex, RowRange } from '../reference-index/reference-index.js';
import { firstIndex } from './growable.js';
import type { Line } from './line.js';
import type { StreamMemory } from './stream-memory.js';
import type { StreamPicture } from './stream-picture.js';
import type { View } from './view.js';

/** A picture is compared with the rows this far around its place: times of pictures and rows are rounded. */
export const ROWS_AROUND = 1;
/** A picture stands for at most this much time on either side of it. */
const MAX_HALF: Seconds = 1;
/** A picture that differs from the one of a second ago, or the last before that, by fewer bits is the same scene … */
export const SAME_SCENE_BITS = 12;
/** … and its evidence counts as far as it is new, in proportion to the bits, and this much at least. */
export const SAME_SCENE_WEIGHT = 0.1;
/** How long ago the picture lies by which it is told how new one is. */
const BACK: Seconds = 1;

/** A picture of the stream with what it weighs: dense pictures share the evidence of their second. */
export interface WeighedPicture {
  readonly picture: StreamPicture;
  readonly weight: number;
  /** The stretch of stream that it stands for. */
  readonly start: Seconds;
  readonly end: Seconds;
}

/** Pictures within [from, to) of which a part says something. */
export function weighPictures(memory: StreamMemory, from: Seconds, to: Seconds, box: Box): WeighedPicture[] {
  const weighed: WeighedPicture[] = [];
  const outset = memory.pictureBefore(from - BACK, box)?.time ?? from - BACK;
  const known = memory.picturesBetween(outset, to, box);
  let ago = 0;
  for (let i = firstIndex(known.length, (n) => known[n]!.time >= from); i < known.length; i++) {
    const picture = known[i]!;
    const before = known[i - 1];
    while (ago + 1 < i && known[ago + 1]!.time <= picture.time - BACK) ago++;
    // Nothing is known before the first picture: it stands for no time before it.
    const gap = before ? Math.min(picture.time - before.time, 2 * MAX_HALF) : 0;
    if (picture.look(box).informative)
      weighed.push({
        picture,
        weight: before ? Math.min(1, gap) * newsOf(picture, known[ago]!, box) : 1,
        start: picture.time - gap / 2,
        end: picture.time + gap / 2,
      });
  }
  return weighed;
}

/**
 * What is new in a part of a picture, and in the picture as a whole, where that says something: a part of a panned
 * picture changes more than the whole, and says no more for it.
 */
function newsOf(picture: StreamPicture, ago: StreamPicture, box: Box): number {
  const news = newness(picture.look(box).hash, 0, ago.look(box).hash, 0);
  if (box === WHOLE || !picture.whole.informative || !ago.whole.informative) return news;
  return Math.min(news, newness(picture.whole.hash, 0, ago.whole.hash, 0));
}

/** How much of what a picture says counts, 0 … 1, by the hash of an earlier one. Hashes begin at `at` and `agoAt`. */
export function newness(hash: Uint8Array, at: number, ago: Uint8Array, agoAt: number): number {
  return Math.min(1, Math.max(SAME_SCENE_WEIGHT, hammingBytes(hash, at, ago, agoAt) / SAME_SCENE_BITS));
}

/** At most `count` of some pictures, evenly spread over them. */
export function spread<T>(pictures: readonly T[], count: number): T[] {
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
 * 0 where one of the two has nothing to compare.
 * @param views of how many views this one is taken for its nearness; 1 when it was fixed before
 */
export function pictureEvidence(
  along: RowsAlong,
  picture: StreamPicture,
  view: View,
  shift: Seconds,
  views: number,
): number {
  const look = picture.look(view.box);
  if (!look.informative) return 0;
  const hash = view.mirrored ? look.mirroredHash : look.hash;
  const place = placeOf(along, picture, shift) - along.first;
  let best = HASH_BITS + 1;
  for (let n = place - ROWS_AROUND; n <= place + ROWS_AROUND; n++)
    best = Math.min(best, distanceOf(along.rows, n, view.region, hash));
  return best > HASH_BITS ? 0 : pictureLlr(best, views);
}

/** Weighted evidence of some pictures for a line. */
export function picturesEvidence(
  along: RowsAlong,
  pictures: readonly WeighedPicture[],
  view: View,
  shift: Seconds,
  views: number,
): number {
  let sum = 0;
  for (const { picture, weight } of pictures)
    sum += weight * pictureEvidence(along, picture, view, shift, views);
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
  view: View,
  within: Seconds,
): { shift: Seconds; distance: number } {
  const steps = Math.round(within / ROW_STEP);
  let best = { shift: 0, distance: Number.POSITIVE_INFINITY };
  for (let k = -steps; k <= steps; k++) {
    const shift = k * ROW_STEP;
    let distance = Math.abs(shift) > NEAR ? FAR_GAIN * pictures.length : 0;
    for (const { picture } of pictures) {
      distance += distanceAt(along, picture, view, shift);
      if (distance > best.distance) break;
    }
    const nearer = distance === best.distance && Math.abs(shift) < Math.abs(best.shift);
    if (distance < best.distance || nearer) best = { shift, distance };
  }
  return best;
}

/** Distance of a picture from the row at its place, bits; that of strangers where there is none. */
function distanceAt(along: RowsAlong, picture: StreamPicture, view: View, shift: Seconds): number {
  const look = picture.look(view.box);
  const hash = view.mirrored ? look.mirroredHash : look.hash;
  const distance = distanceOf(along.rows, placeOf(along, picture, shift) - along.first, view.region, hash);
  return distance > HASH_BITS || !look.informative ? HASH_BITS / 2 : distance;
}

/** Bits by which a hash differs from a region of row n; more than there are where that says nothing. */
function distanceOf(rows: Uint8Array, n: number, region: number, hash: Uint8Array): number {
  const at = n * ROW_BYTES + region * HASH_BYTES;
  if (at < 0 || at + HASH_BYTES > rows.length || isEmptyHash(rows, at)) return HASH_BITS + 1;
  return hammingBytes(rows, at, hash, 0);
}

/** Byte offset of the hash that a picture should show, in the rows; null where that says nothing. */
export function hashOffset(along: RowsAlong, picture: StreamPicture, region: number): number | null {
  const at = (placeOf(along, picture, 0) - along.first) * ROW_BYTES + region * HASH_BYTES;
  return at < 0 || at + HASH_BYTES > along.rows.length || isEmptyHash(along.rows, at) ? null : at;
}

/** Number of the row shown when the stream shows a picture. */
function placeOf({ line }: RowsAlong, picture: StreamPicture, shift: Seconds): number {
  return Math.round((line.speed * picture.time + line.offset + shift) * ROWS_PER_SECOND);
}
