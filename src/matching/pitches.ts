import { WORD_PITCHES } from '../../fingerprints/band-words.js';

/** Pitches at which the stream's words are known: as it sounds, and those formed beside. */
export const PITCHES: readonly number[] = [1, ...WORD_PITCHES];

/** Index in PITCHES of the one nearest to how much higher a stream sounds than the reference. */
export function nearestPitch(pitch: number): number {
  const apart = PITCHES.map((known) => Math.abs(Math.log(known / pitch)));
  return apart.indexOf(Math.min(...apart));
}
