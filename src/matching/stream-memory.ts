import { hashOf, mirrorCoefficients } from '../../fingerprints/picture.js';
import type { AudioFeatures, Peaks, PictureFeatures } from '../../fingerprints/types.js';
import { HASH_BITS, HASH_BYTES, type Seconds, TICK } from '../../fingerprints/units.js';
import { firstNotBefore, Growable } from './growable.js';

/** A picture of the stream, as views into the memory: valid until the memory next changes. */
export interface RememberedPicture {
  readonly time: Seconds;
  /** HASH_BITS coefficients. */
  readonly coefficients: Float32Array;
  readonly hash: Uint8Array;
  readonly mirroredHash: Uint8Array;
  readonly informative: boolean;
}

/**
 * What the matcher remembers of a stream: its last minutes as words, peaks and pictures on the stream's own
 * time line, so that it does not matter where the media was cut into segments.
 */
export class StreamMemory {
  readonly #words = new Growable((n) => new Uint32Array(n));
  #firstTick = 0;
  readonly #peakTimes = new Growable((n) => new Float64Array(n));
  readonly #peakOctaves = new Growable((n) => new Float32Array(n));
  readonly #peakLean = new Growable((n) => new Uint8Array(n));
  readonly #times = new Growable((n) => new Float64Array(n));
  readonly #coefficients = new Growable((n) => new Float32Array(n));
  readonly #hashes = new Growable((n) => new Uint8Array(n));
  readonly #mirrored = new Growable((n) => new Uint8Array(n));
  readonly #scratch = new Float32Array(HASH_BITS);

  /** Up to here the sound is known, s; −∞ before any. */
  audioUntil: Seconds = Number.NEGATIVE_INFINITY;
  /** Up to here the pictures are known, s. */
  picturesUntil: Seconds = Number.NEGATIVE_INFINITY;

  /** Words a tick apart; the first lies at `firstTick`. */
  get words(): Uint32Array {
    return this.#words.values;
  }

  get firstTick(): number {
    return this.#firstTick;
  }

  /** @param shift stream time − media time, s */
  addAudio(features: AudioFeatures, shift: Seconds): void {
    const tick = Math.round((features.start + shift) / TICK);
    if (this.#words.length === 0) this.#firstTick = tick;
    const at = tick - this.#firstTick;
    // Sound that overlaps what is there already was cut twice: the first reading stays.
    const skip = Math.max(0, this.#words.length - at);
    this.#words.extend(at);
    if (skip < features.words.length) this.#words.append(features.words.subarray(skip));
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
    const known = this.#times.values;
    const last = known.length > 0 ? known[known.length - 1]! : Number.NEGATIVE_INFINITY;
    const times = features.times.map((t) => t + shift);
    const from = firstNotBefore(times, last + 0.001);
    const hash = new Uint8Array(HASH_BYTES);
    for (let i = from; i < times.length; i++) {
      const at = i * HASH_BITS;
      hashOf(features.coefficients, at, hash, 0);
      this.#hashes.append(hash);
      mirrorCoefficients(features.coefficients, at, this.#scratch, 0);
      hashOf(this.#scratch, 0, hash, 0);
      this.#mirrored.append(hash);
    }
    this.#times.append(times.subarray(from));
    this.#coefficients.append(features.coefficients.subarray(from * HASH_BITS));
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

  /** Pictures within [from, to), with the one before them (for its distance in time and looks) first if any. */
  picturesBetween(from: Seconds, to: Seconds): RememberedPicture[] {
    const times = this.#times.values;
    const pictures: RememberedPicture[] = [];
    for (let i = firstNotBefore(times, from); i < times.length && times[i]! < to; i++)
      pictures.push(this.#picture(i));
    return pictures;
  }

  /** The last picture before a moment. */
  pictureBefore(moment: Seconds): RememberedPicture | null {
    const i = firstNotBefore(this.#times.values, moment) - 1;
    return i < 0 ? null : this.#picture(i);
  }

  #picture(i: number): RememberedPicture {
    const hash = this.#hashes.values.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
    return {
      time: this.#times.values[i]!,
      coefficients: this.#coefficients.values.subarray(i * HASH_BITS, (i + 1) * HASH_BITS),
      hash,
      mirroredHash: this.#mirrored.values.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
      informative: hash.some((byte) => byte !== 0),
    };
  }

  /** Forgets what lies before a moment. */
  forget(before: Seconds): void {
    const ticks = Math.floor(before / TICK) - this.#firstTick;
    if (ticks > 0 && this.#words.length > 0) {
      const dropped = Math.min(ticks, this.#words.length);
      this.#words.dropFront(dropped);
      this.#firstTick += dropped;
    }
    const peaks = firstNotBefore(this.#peakTimes.values, before);
    this.#peakTimes.dropFront(peaks);
    this.#peakOctaves.dropFront(peaks);
    this.#peakLean.dropFront(peaks);
    const pictures = firstNotBefore(this.#times.values, before);
    this.#times.dropFront(pictures);
    this.#coefficients.dropFront(pictures * HASH_BITS);
    this.#hashes.dropFront(pictures * HASH_BYTES);
    this.#mirrored.dropFront(pictures * HASH_BYTES);
  }
}
