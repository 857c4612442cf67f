import { Growing } from './growing.js';
import { PictureHasher } from './picture.js';
import type { PictureFeatures } from './types.js';
import { HASH_BITS, type Seconds } from './units.js';

/** Collects what the pictures of a segment say. */
export class StreamPictures {
  private readonly hasher = new PictureHasher();
  private readonly measured = new Float32Array(HASH_BITS);
  private readonly times = new Growing(Float64Array);
  private readonly coefficients = new Growing(Float32Array);

  /**
   * @param grey width × height luma, 0..255, some 320 wide
   * @param time media time, not before the last one's
   */
  add(grey: Uint8Array, width: number, height: number, time: Seconds): void {
    this.hasher.measure(grey, width, height, this.measured, 0);
    this.times.push(time);
    this.coefficients.append(this.measured);
  }

  /** What was added since the last take. */
  take(): PictureFeatures {
    const times = this.times.shift(this.times.length);
    return { times, coefficients: this.coefficients.shift(this.coefficients.length) };
  }
}
