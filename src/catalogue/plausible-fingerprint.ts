import { MAX_REFERENCE_DURATION } from '../../fingerprints/reference-builder.js';
import { LEAST_SAID, saidByPictures, saidBySound } from '../../fingerprints/said.js';
import type { AudioTrackFingerprint, ReferenceFingerprint } from '../../fingerprints/types.js';
import { ROW_BYTES, ROW_STEP, type Seconds, TICK, WORD_STEP } from '../../fingerprints/units.js';

/** How far pictures and sound may go on behind the end that is stated. */
const BEYOND: Seconds = 30;
/** References have some 23 a second: one that floods the index has more. */
const MAX_LANDMARKS_PER_SECOND = 60;
/**
 * Why a fingerprint cannot have been made from media, whoever made it: it would fill the index, or could never be
 * found. Null = nothing speaks against it.
 */
export function whyImplausible({ duration, video, audio }: ReferenceFingerprint): string | null {
  if (!(duration <= MAX_REFERENCE_DURATION))
    return `it is longer than the ${MAX_REFERENCE_DURATION / 3600} h that a reference may have`;
  const rows = video ? video.rows.length / ROW_BYTES : 0;
  if (rows * ROW_STEP > duration + BEYOND) return 'its pictures last longer than it does';
  for (const track of audio) {
    const why = whySoundIs(track, duration);
    if (why !== null) return why;
  }
  const said = Math.max(video ? saidByPictures(video.rows) : 0, saidBySound(audio));
  return said >= LEAST_SAID ? null : 'it says too little to be found';
}

function whySoundIs({ words, landmarks }: AudioTrackFingerprint, duration: Seconds): string | null {
  if (words.length * WORD_STEP > duration + BEYOND) return 'its sound lasts longer than it does';
  if (landmarks.hashes.length > MAX_LANDMARKS_PER_SECOND * (duration + BEYOND))
    return 'it has more landmarks than sound of that length can have';
  const last = landmarks.ticks.at(-1) ?? 0;
  return last * TICK > duration + BEYOND ? 'it has landmarks behind its end' : null;
}
