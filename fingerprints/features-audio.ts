import { WORD_PITCHES } from './band-words.js';
import type { ByteReader, ByteWriter } from './byte-cursor.js';
import { areAscending, corruptFeatures } from './feature-checks.js';
import type { AudioFeatures } from './types.js';

/** Start, number of words, of pitches and of peaks. */
const AUDIO_HEADER = 20;
const PITCHES = 1 + WORD_PITCHES.length;
/** Time, octave, whether it is lean. */
const PEAK_BYTES = 13;

export const audioBytes = ({ words, peaks }: AudioFeatures): number =>
  AUDIO_HEADER + 4 * PITCHES * words.length + PEAK_BYTES * peaks.times.length;

/** @throws RangeError when the sound breaks its own contract (types.ts) */
export function writeAudio(out: ByteWriter, { start, words, pitched, peaks }: AudioFeatures): void {
  const all = [words, ...pitched];
  if (all.length !== PITCHES || all.some(({ length }) => length !== words.length))
    throw new RangeError(`As many words at each of ${PITCHES} pitches are needed`);
  if (peaks.octaves.length !== peaks.times.length || peaks.lean.length !== peaks.times.length)
    throw new RangeError('Each peak needs a time, an octave and its set');
  out.float64(start);
  out.uint32(words.length);
  out.uint32(PITCHES);
  out.uint32(peaks.times.length);
  for (const each of all) out.uint32s(each);
  out.float64s(peaks.times);
  out.float32s(peaks.octaves);
  out.uint8s(peaks.lean);
}

/** @throws FingerprintFormatError */
export function readAudio(from: ByteReader): AudioFeatures {
  if (from.left < AUDIO_HEADER) throw corruptFeatures('their sound is missing');
  const start = from.float64();
  const count = from.uint32();
  const pitches = from.uint32();
  const peaks = from.uint32();
  if (!Number.isFinite(start)) throw corruptFeatures('their sound begins at no time');
  if (pitches !== PITCHES)
    throw corruptFeatures(`they have words at ${pitches} pitches instead of ${PITCHES}`);
  if (4 * PITCHES * count + PEAK_BYTES * peaks > from.left) throw corruptFeatures('their sound is cut short');
  const [words, ...pitched] = Array.from({ length: PITCHES }, () => from.uint32s(count));
  const times = from.float64s(peaks);
  const octaves = from.float32s(peaks);
  const lean = from.uint8s(peaks).slice();
  if (!areAscending(times)) throw corruptFeatures('their peaks are not in order');
  if (!octaves.every(Number.isFinite) || lean.some((set) => set > 1)) throw corruptFeatures('a peak is none');
  return { start, words: words!, pitched, peaks: { times, octaves, lean } };
}
