import { hammingBytes } from '../../fingerprints/picture.js';
import { pictureLlr } from '../../fingerprints/picture-evidence.js';
import { isEmptyHash } from '../../fingerprints/picture-terms.js';
import {
  HASH_BITS,
  HASH_BYTES,
  REGIONS,
  ROW_BYTES,
  ROWS_PER_SECOND,
  type Seconds,
} from '../../fingerprints/units.js';
import { bestStretch } from '../catalogue/shared/evidence.js';
import { newness, ROWS_AROUND } from '../matching/picture-evidence.js';
import { mirroredHash } from './picture-keys.js';
import { PAST_BOXES } from './piece.js';
import type { PastLine } from './sound-evidence.js';
import type { PastPicture } from './stream-stretch.js';

/** How a stream shows a reference: which of PAST_BOXES, which region of the reference's, mirrored or not. */
export interface PastView {
  readonly box: number;
  readonly region: number;
  readonly mirrored: boolean;
}

export const PLAIN_VIEW: PastView = { box: 0, region: 0, mirrored: false };

const VIEWS: readonly PastView[] = PAST_BOXES.flatMap((_, box) =>
  Array.from({ length: REGIONS }, (__, region) =>
    [false, true].map((mirrored) => ({ box, region, mirrored })),
  ).flat(),
);

/** Evidence of one picture, and the stretch of stream that it stands for. */
export interface Sighting {
  readonly start: Seconds;
  readonly end: Seconds;
  /** Nats. */
  readonly evidence: number;
}

/** A picture stands for at most this much time on either side of it. */
const MAX_HALF: Seconds = 1;

/**
 * What pictures of a stream say for a line, in a view.
 * @param rows of the reference
 * @param views of how many views this one is taken for its nearness
 */
export function sightingsOf(
  pictures: readonly PastPicture[],
  rows: Uint8Array,
  line: PastLine,
  view: PastView,
  views: number,
): Sighting[] {
  const sightings: Sighting[] = [];
  const at = view.box * HASH_BYTES;
  let before: PastPicture | null = null;
  for (const picture of pictures) {
    if (isEmptyHash(picture.hashes, at)) continue;
    const gap = before ? Math.min(picture.time - before.time, 2 * MAX_HALF) : 0;
    const weight = before ? Math.min(1, gap) * newness(picture.hashes, at, before.hashes, at) : 1;
    const { distance } = nearestRow(picture, rows, line, view);
    before = picture;
    sightings.push({
      start: picture.time - gap / 2,
      end: picture.time + gap / 2,
      evidence: distance > HASH_BITS ? 0 : weight * pictureLlr(distance, views),
    });
  }
  return sightings;
}

/** The view in which pictures say most for a line, and what they say together, where that is best for `count` of them. */
export function bestView(
  pictures: readonly PastPicture[],
  rows: Uint8Array,
  line: PastLine,
): { readonly view: PastView; readonly evidence: number } {
  let best = { view: PLAIN_VIEW, evidence: bestRun(sightingsOf(pictures, rows, line, PLAIN_VIEW, 1)) };
  for (const view of VIEWS) {
    const evidence = bestRun(sightingsOf(pictures, rows, line, view, VIEWS.length));
    if (evidence > best.evidence) best = { view, evidence };
  }
  return best;
}

/** The most that neighbouring sightings add up to. */
export function bestRun(sightings: readonly Sighting[]): number {
  return bestStretch(sightings.map(({ evidence }) => evidence));
}

/** The row around the place of a picture that is nearest to it, and the bits in which they differ. */
export interface NearestRow {
  readonly row: number;
  /** More than there are where none says anything. */
  readonly distance: number;
}

/** Looks for it within ROWS_AROUND of where the line puts it. */
export function nearestRow(
  { time, hashes }: PastPicture,
  rows: Uint8Array,
  { offset, speed }: PastLine,
  { box, region, mirrored }: PastView,
): NearestRow {
  const at = box * HASH_BYTES;
  const row = Math.round((speed * time + offset) * ROWS_PER_SECOND);
  const hash = mirrored ? mirroredHash(hashes, at, scratch) : hashes;
  const hashAt = mirrored ? 0 : at;
  let nearest = { row, distance: HASH_BITS + 1 };
  for (let n = row - ROWS_AROUND; n <= row + ROWS_AROUND; n++) {
    const rowAt = n * ROW_BYTES + region * HASH_BYTES;
    if (n < 0 || rowAt + HASH_BYTES > rows.length || isEmptyHash(rows, rowAt)) continue;
    const distance = hammingBytes(rows, rowAt, hash, hashAt);
    if (distance < nearest.distance) nearest = { row: n, distance };
  }
  return nearest;
}

const scratch = new Uint8Array(HASH_BYTES);
