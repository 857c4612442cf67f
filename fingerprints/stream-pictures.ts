import { Growing } from './growing.js';
import { PictureHasher } from './picture.js';
import { findPictureBox } from './picture-box.js';
import { ThumbMaker } from './picture-thumbs.js';
import type { PictureFeatures } from './types.js';
import { HASH_BITS, type Seconds, THUMB_BYTES } from './units.js';

/** One thumb in each stretch of this length is enough: pictures that are closer together tell little more. */
const THUMB_EVERY: Seconds = 0.9;

/** Collects what the pictures of a segment say. */
export class StreamPictures {
  private readonly hasher = new PictureHasher();
  private readonly thumbMaker = new ThumbMaker();
  private readonly measured = new Float32Array(HASH_BITS);
  private readonly times = new Growing(Float64Array);
  private readonly coefficients = new Growing(Float32Array);
  private readonly thumbs = new Growing(Uint8Array);
  private readonly thumbOf = new Growing(Int32Array);
  private lastStretch = Number.NaN;

  /**
   * @param grey width × height luma, 0..255, some 320 wide
   * @param time media time, not before the last one's
   */
  add(grey: Uint8Array, width: number, height: number, time: Seconds): void {
    const box = findPictureBox(grey, width, height);
    const informative = this.hasher.measure(grey, width, height, this.measured, 0, box);
    this.times.push(time);
    this.coefficients.append(this.measured);
    // Counted from time 0, so that the choice depends as little as can be on where a segment begins.
    const stretch = Math.floor(time / THUMB_EVERY);
    const taken = informative && stretch !== this.lastStretch;
    this.thumbOf.push(taken ? this.thumbs.length / THUMB_BYTES : -1);
    if (!taken) return;
    this.lastStretch = stretch;
    this.thumbMaker.make(grey, width, box);
    this.thumbs.append(this.thumbMaker.thumb);
  }

  /** What was added since the last take. */
  take(): PictureFeatures {
    return {
      times: this.times.shift(this.times.length),
      coefficients: this.coefficients.shift(this.coefficients.length),
      thumbs: this.thumbs.shift(this.thumbs.length),
      thumbOf: this.thumbOf.shift(this.thumbOf.length),
    };
  }
}

/** Pictures [from, to) of some. The arrays are views into theirs, but for `thumbOf`. */
export function slicePictures(features: PictureFeatures, from: number, to: number): PictureFeatures {
  const thumbOf = features.thumbOf.subarray(from, to);
  const numbers = thumbOf.filter((thumb) => thumb >= 0);
  const first = numbers[0] ?? 0;
  return {
    times: features.times.subarray(from, to),
    coefficients: features.coefficients.subarray(from * HASH_BITS, to * HASH_BITS),
    thumbs: features.thumbs.subarray(first * THUMB_BYTES, (first + numbers.length) * THUMB_BYTES),
    thumbOf: thumbOf.map((thumb) => (thumb < 0 ? -1 : thumb - first)),
  };
}
