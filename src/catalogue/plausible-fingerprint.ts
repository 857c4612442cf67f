import { isEmptyHash } from '../../fingerprints/picture-terms.js';
import { MAX_REFERENCE_DURATION } from '../../fingerprints/reference-builder.js';
import type { AudioTrackFingerprint, ReferenceFingerprint } from '../../fingerprints/types.js';
import { ROW_BYTES, ROW_STEP, type Seconds, TICK, WORD_STEP } from '../../fingerprints/units.js';

/** How far pictures and sound may go on behind the end that is stated. */
const BEYOND: Seconds = 30;
/** References have some 23 a second: one that floods the index has more. */
const MAX_LANDMARKS_PER_SECOND = 60;
/** So much that says something is needed of the pictures or of the sound, as when media is fingerprinted. */
const LEAST: Seconds = 2;

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
  return saysEnough(video?.rows ?? new Uint8Array(0), audio) ? null : 'it says too little to be found';
}

function whySoundIs({ words, landmarks }: AudioTrackFingerprint, duration: Seconds): string | null {
  if (words.length * WORD_STEP > duration + BEYOND) return 'its sound lasts longer than it does';
  if (landmarks.hashes.length > MAX_LANDMARKS_PER_SECOND * (duration + BEYOND))
    return 'it has more landmarks than sound of that length can have';
  const last = landmarks.ticks.at(-1) ?? 0;
  return last * TICK > duration + BEYOND ? 'it has landmarks behind its end' : null;
}

function saysEnough(rows: Uint8Array, audio: readonly AudioTrackFingerprint[]): boolean {
  let pictures = 0;
  for (let at = 0; at < rows.length; at += ROW_BYTES) if (!isEmptyHash(rows, at)) pictures++;
  const sounding = audio.map(({ words }) => words.reduce((n, word) => n + (word === 0 ? 0 : 1), 0));
  return pictures * ROW_STEP >= LEAST || Math.max(0, ...sounding) * WORD_STEP >= LEAST;
}
