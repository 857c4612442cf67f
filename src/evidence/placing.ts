import { hashOf } from '../../fingerprints/picture.js';
import { pictureLlr } from '../../fingerprints/picture-evidence.js';
import type { AudioFeatures, PictureFeatures, ReferenceFingerprint } from '../../fingerprints/types.js';
import {
  HASH_BITS,
  HASH_BYTES,
  ROW_STEP,
  type Seconds,
  TICK,
  WORD_STEP,
  WORD_TICKS,
} from '../../fingerprints/units.js';
import type { SegmentResult } from '../../workers/protocol.js';
import { PAST_BOXES } from '../past/piece.js';
import { nearestRow, PLAIN_VIEW } from '../past/sight-evidence.js';
import { bestPastShift, type PastLine } from '../past/sound-evidence.js';

/** What must speak for a place among so many, nats. */
const ENOUGH_SOUND = 25;
const ENOUGH_PICTURES = 15;
/** Pictures compared of one segment, at most. */
const MOST_PICTURES = 8;

/** How far media lie from where they were thought to be, s of reference, and what speaks for it, nats. */
export interface Placed {
  readonly shift: Seconds;
  readonly evidence: number;
}

/**
 * Finds where in a reference a segment of media lies: by its sound, else by its pictures as a whole.
 * @param line from media time to the time of the fingerprint, as it is thought to be …
 * @param around … to within so much, s
 * @returns null where nothing says so
 */
export function placeSegment(
  { audio, pictures }: Pick<SegmentResult, 'audio' | 'pictures'>,
  fingerprint: ReferenceFingerprint,
  line: PastLine,
  around: Seconds,
): Placed | null {
  const heard = audio ? bySound(audio, fingerprint, line, around) : null;
  if (heard && heard.evidence >= ENOUGH_SOUND) return heard;
  const rows = fingerprint.video?.rows;
  const seen = pictures && rows ? byPictures(pictures, rows, line, around) : null;
  return seen && seen.evidence >= ENOUGH_PICTURES ? seen : null;
}

function bySound(
  audio: AudioFeatures,
  { audio: tracks }: ReferenceFingerprint,
  line: PastLine,
  around: Seconds,
): Placed | null {
  let best: Placed | null = null;
  for (const all of [audio.words, ...audio.pitched]) {
    // References have one word every so many ticks.
    const words = all.filter((_, i) => i % WORD_TICKS === 0);
    for (const track of tracks) {
      const heard = { words, start: audio.start, step: WORD_STEP };
      const placed = bestPastShift(heard, track.words, line, Math.round(around / TICK));
      if (!best || placed.evidence > best.evidence) best = placed;
    }
  }
  return best;
}

function byPictures(
  { times, coefficients }: PictureFeatures,
  rows: Uint8Array,
  line: PastLine,
  around: Seconds,
): Placed | null {
  const every = Math.max(1, Math.ceil(times.length / MOST_PICTURES));
  const shown = [...times].flatMap((time, i) => {
    if (i % every !== 0) return [];
    const hashes = new Uint8Array(PAST_BOXES.length * HASH_BYTES);
    hashOf(coefficients, i * HASH_BITS, hashes, 0);
    return [{ time, hashes }];
  });
  let best: Placed | null = null;
  for (let shift = -around; shift <= around; shift += ROW_STEP) {
    const moved = { ...line, offset: line.offset + shift };
    const evidence = shown.reduce((sum, picture) => {
      const { distance } = nearestRow(picture, rows, moved, PLAIN_VIEW);
      return sum + (distance > HASH_BITS ? 0 : pictureLlr(distance, 1));
    }, 0);
    if (!best || evidence > best.evidence) best = { shift, evidence };
  }
  return best;
}
