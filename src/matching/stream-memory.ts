import type { Box } from '../../fingerprints/picture-box.js';
import { WHOLE } from '../../fingerprints/picture-boxes.js';
import type { AudioFeatures, Peaks, PictureFeatures } from '../../fingerprints/types.js';
import { HASH_BITS, type Seconds, THUMB_BYTES, TICK } from '../../fingerprints/units.js';
import { firstIndex, firstNotBefore, Growable } from './growable.js';
import { PITCHES } from './pitches.js';
import { StreamPicture } from './stream-picture.js';

/**
 * What the matcher remembers of a stream: its last minutes as words, peaks and pictures on the stream's own
 * time line, so that it does not matter where the media was cut into segments.
 */
export class StreamMemory {
  /** For each of PITCHES. */
  readonly #words = PITCHES.map(() => new Growable((n) => new Uint32Array(n)));
  #firstTick = 0;
  readonly #peakTimes = new Growable((n) => new Float64Array(n));
  readonly #peakOctaves = new Growable((n) => new Float32Array(n));
  readonly #peakLean = new Growable((n) => new Uint8Array(n));
  #pictures: StreamPicture[] = [];

  /** Up to here the sound is known, s; −∞ before any. */
  audioUntil: Seconds = Number.NEGATIVE_INFINITY;
  /** Up to here the pictures are known, s. */
  picturesUntil: Seconds = Number.NEGATIVE_INFINITY;

  /** Words a tick apart for one of PITCHES; the first lies at `firstTick`. */
  words(pitch: number): Uint32Array {
    return this.#words[pitch]!.values;
  }

  get firstTick(): number {
    return this.#firstTick;
  }

  /** @param shift stream time − media time, s */
  addAudio(features: AudioFeatures, shift: Seconds): void {
    const tick = Math.round((features.start + shift) / TICK);
    if (this.#words[0]!.length === 0) this.#firstTick = tick;
    const at = tick - this.#firstTick;
    // Sound that overlaps what is there already was cut twice: the first reading stays.
    const skip = Math.max(0, this.#words[0]!.length - at);
    [features.words, ...features.pitched].forEach((words, pitch) => {
      const known = this.#words[pitch]!;
      known.extend(at);
      if (skip < words.length) known.append(words.subarray(skip));
    });
    this.#addPeaks(features.peaks, shift);
    this.audioUntil = Math.max(this.audioUntil, features.start + shift + features.words.length * TICK);
  }

  #addPeaks(peaks: Peaks, shift: Seconds): void {
    const known = this.#peakTimes.values;
    const last = known.length > 0 ? known[known.length - 1]! : Number.NEGATIVE_INFINITY;
    const times = peaks.times.map((t) => t + shift);
    const from = firstNotBefore(times, last);
    this.#peakTimes.append(times.subarray(from));
    this.#peakOctaves.append(peaks.octaves.subarray(from));
    this.#peakLean.append(peaks.lean.subarray(from));
  }

  /** @param until media time up to which there are no more pictures to come, s */
  addPictures(features: PictureFeatures, shift: Seconds, until: Seconds): void {
    const last = this.#pictures.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
    features.times.forEach((time, i) => {
      if (time + shift <= last) return;
      const coefficients = features.coefficients.slice(i * HASH_BITS, (i + 1) * HASH_BITS);
      const at = features.thumbOf[i]! * THUMB_BYTES;
      const thumb = at < 0 ? null : features.thumbs.slice(at, at + THUMB_BYTES);
      this.#pictures.push(new StreamPicture(time + shift, coefficients, thumb));
    });
    this.picturesUntil = Math.max(this.picturesUntil, until + shift);
  }

  /** Peaks within [from, to). */
  peaksBetween(from: Seconds, to: Seconds): Peaks {
    const times = this.#peakTimes.values;
    const a = firstNotBefore(times, from);
    const b = firstNotBefore(times, to);
    return {
      times: times.subarray(a, b),
      octaves: this.#peakOctaves.values.subarray(a, b),
      lean: this.#peakLean.values.subarray(a, b),
    };
  }

  /** Pictures within [from, to) of which a part can be looked at. */
  picturesBetween(from: Seconds, to: Seconds, box: Box): StreamPicture[] {
    const pictures = this.#pictures.slice(this.#firstPicture(from), this.#firstPicture(to));
    return pictures.filter((picture) => picture.shows(box));
  }

  /** Pictures within [from, to) that are kept small, so that every part of them can be looked at. */
  smallPicturesBetween(from: Seconds, to: Seconds): StreamPicture[] {
    return this.picturesBetween(from, to, WHOLE).filter((picture) => picture.small !== null);
  }

  /** The last picture before a moment of which a part can be looked at. */
  pictureBefore(moment: Seconds, box: Box): StreamPicture | null {
    for (let i = this.#firstPicture(moment) - 1; i >= 0; i--)
      if (this.#pictures[i]!.shows(box)) return this.#pictures[i]!;
    return null;
  }

  /** Index of the first picture that is not before a moment. */
  #firstPicture(moment: Seconds): number {
    return firstIndex(this.#pictures.length, (i) => this.#pictures[i]!.time >= moment);
  }

  /** Keeps no small pictures of what lies before a moment: they are what takes most room. */
  forgetSmall(before: Seconds): void {
    for (let i = this.#firstPicture(before) - 1; i >= 0; i--) this.#pictures[i]!.forgetSmall();
  }

  /** Forgets what lies before a moment. */
  forget(before: Seconds): void {
    const ticks = Math.floor(before / TICK) - this.#firstTick;
    if (ticks > 0 && this.#words[0]!.length > 0) {
      const dropped = Math.min(ticks, this.#words[0]!.length);
      for (const words of this.#words) words.dropFront(dropped);
      this.#firstTick += dropped;
    }
    const peaks = firstNotBefore(this.#peakTimes.values, before);
    this.#peakTimes.dropFront(peaks);
    this.#peakOctaves.dropFront(peaks);
    this.#peakLean.dropFront(peaks);
    this.#pictures = this.#pictures.slice(this.#firstPicture(before));
  }
}
