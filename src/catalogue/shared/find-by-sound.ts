import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AudioTrackFingerprint, Landmarks } from '../../../fingerprints/types.js';
import { type Seconds, TICK, TICKS_PER_SECOND, WORD_STEP } from '../../../fingerprints/units.js';
import { firstNotBefore } from '../../matching/growable.js';
import { SAME_LINE_SOUND } from '../../matching/settings.js';
import type { LandmarkQuery, Nomination, ReferenceIndex } from '../../reference-index/reference-index.js';
import { bestStretch, wordEvidence } from './evidence.js';
import { FOLLOW_FROM, NOMINATIONS, type SharedLines, WINDOW } from './lines.js';

/** Stretches begin this far apart, so that what is half as long as one lies within one. */
const HOP: Seconds = 5;
/** More landmarks than agree by chance. */
const LEAST_VOTES = 5;
/** Fewer landmarks in a stretch than this say nothing. */
const LEAST_LANDMARKS = 8;

/**
 * Adds the lines along which other references have some of the same sound: the landmarks of each stretch nominate,
 * its words decide.
 * @param track number of the sound track in its fingerprint
 * @param duration of the fingerprint
 */
export async function findBySound(
  index: ReferenceIndex,
  { words, landmarks }: AudioTrackFingerprint,
  track: number,
  duration: Seconds,
  lines: SharedLines,
): Promise<void> {
  const isNews = ({ fingerprintId, offset }: Nomination) =>
    lines.isNews(fingerprintId, offset, SAME_LINE_SOUND);
  for (let from = 0; from < duration; from += HOP) {
    // Decoding goes on beside this: its messages must not wait for the end.
    await nextTurn();
    const origin = Math.floor(from * TICKS_PER_SECOND);
    const query = landmarksBetween(landmarks, origin, origin + WINDOW * TICKS_PER_SECOND);
    if (query.hashes.length < LEAST_LANDMARKS) continue;
    const nominations = (await index.nominateByLandmarks(query, NOMINATIONS))
      .filter(({ votes }) => votes >= LEAST_VOTES)
      .map((nomination) => ({ ...nomination, offset: nomination.offset - origin * TICK }))
      .filter(isNews);
    const first = Math.ceil(from / WORD_STEP);
    const count = Math.max(0, Math.min(words.length - first, Math.floor(WINDOW / WORD_STEP)));
    const others = await index.readWords(
      nominations.map((nomination) => ({
        fingerprintId: nomination.fingerprintId,
        track: nomination.track,
        first: first + Math.floor(nomination.offset / WORD_STEP),
        count: count + 1,
      })),
    );
    nominations.forEach((nomination, i) => {
      const { fingerprintId: other, offset } = nomination;
      const place = offset / WORD_STEP - Math.floor(offset / WORD_STEP);
      const evidence = bestStretch(wordEvidence(words, first, count, others[i]!, place));
      if (evidence >= FOLLOW_FROM && isNews(nomination))
        lines.add({ other, offset, tracks: { own: track, other: nomination.track } });
    });
  }
}

/** Landmarks of ticks [from, to), counted from the first of these. */
function landmarksBetween({ hashes, ticks }: Landmarks, from: number, to: number): LandmarkQuery {
  const a = firstNotBefore(ticks, from);
  const b = firstNotBefore(ticks, to);
  return { hashes: hashes.subarray(a, b), ticks: ticks.slice(a, b).map((tick) => tick - from) };
}
