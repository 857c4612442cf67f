import { isEmptyHash } from './picture-terms.js';
import type { AudioTrackFingerprint } from './types.js';
import { ROW_BYTES, ROW_STEP, type Seconds, WORD_STEP } from './units.js';

/** So much that says something is needed of a reference's pictures, or of its sound: with less it could not be found. */
export const LEAST_SAID: Seconds = 2;

/** How much of the pictures says something. */
export function saidByPictures(rows: Uint8Array): Seconds {
  let said = 0;
  for (let at = 0; at < rows.length; at += ROW_BYTES) if (!isEmptyHash(rows, at)) said++;
  return said * ROW_STEP;
}

/** How much of the sound does, of the track of which most does. */
export function saidBySound(tracks: readonly AudioTrackFingerprint[]): Seconds {
  const sounding = tracks.map(({ words }) => words.reduce((n, word) => n + (word === 0 ? 0 : 1), 0));
  return Math.max(0, ...sounding) * WORD_STEP;
}
