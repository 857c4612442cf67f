import { type Seconds, TICK, WORD_STEP } from '../../fingerprints/units.js';
import { evidenceBetween } from '../catalogue/shared/evidence.js';
import type { PastWords } from './stream-stretch.js';

/** `reference time = speed × stream time + offset`, in s. */
export interface PastLine {
  readonly offset: Seconds;
  readonly speed: number;
}

/**
 * Evidence that what a stream carried is a reference's sound along a line, nats. Both have a word only every so
 * often, so a stream's word lies between two of the reference's: the bits in which those agree are compared.
 * @param reference words of a sound track
 * @param out one value a word of the stream, when given
 */
export function pastSoundEvidence(
  { words, start, step }: PastWords,
  reference: Uint32Array,
  { offset, speed }: PastLine,
  out: Float32Array | null = null,
): number {
  let sum = 0;
  let place = (speed * start + offset) / WORD_STEP;
  const ahead = (speed * step) / WORD_STEP;
  for (let i = 0; i < words.length; i++, place += ahead) {
    const word = words[i]!;
    const n = Math.floor(place);
    // Sound that stands still says nothing new.
    if (word === 0 || n < 0 || n + 1 >= reference.length || word === words[i - 1]) continue;
    const evidence = evidenceBetween(word, reference[n]!, reference[n + 1]!, place - n);
    if (out) out[i] = evidence;
    sum += evidence;
  }
  return sum;
}

/** The shift within ± `ticks` ticks at which the sound agrees best, and the evidence there. */
export function bestPastShift(
  words: PastWords,
  reference: Uint32Array,
  line: PastLine,
  ticks: number,
): { readonly shift: Seconds; readonly evidence: number } {
  let best = { shift: 0, evidence: pastSoundEvidence(words, reference, line) };
  for (let k = -ticks; k <= ticks; k++) {
    const shift = k * TICK;
    const evidence = pastSoundEvidence(words, reference, { ...line, offset: line.offset + shift });
    if (evidence > best.evidence) best = { shift, evidence };
  }
  return best;
}
