import { hashOf, mirrorCoefficients } from '../../fingerprints/picture.js';
import type { Box } from '../../fingerprints/picture-box.js';
import { WHOLE } from '../../fingerprints/picture-boxes.js';
import { measureBox } from '../../fingerprints/picture-thumbs.js';
import { HASH_BITS, HASH_BYTES, type Seconds } from '../../fingerprints/units.js';

/** What a part of a picture says. */
export interface Look {
  /** HASH_BITS coefficients. */
  readonly coefficients: Float32Array;
  readonly hash: Uint8Array;
  readonly mirroredHash: Uint8Array;
  /** False: it says nothing, and is never compared. */
  readonly informative: boolean;
}

/** A picture of the stream; any part of it is measured when it is first asked for. */
export class StreamPicture {
  readonly #looks = new Map<Box, Look>();

  /**
   * @param coefficients HASH_BITS of them, of the whole picture
   * @param thumb the picture small, without its flat borders; null where none is kept
   */
  constructor(
    readonly time: Seconds,
    coefficients: Float32Array,
    private thumb: Uint8Array | null,
  ) {
    this.#looks.set(WHOLE, lookOf(coefficients));
  }

  get whole(): Look {
    return this.look(WHOLE);
  }

  /** Whether anything is known of a part of it. */
  shows(box: Box): boolean {
    return this.thumb !== null || this.#looks.has(box);
  }

  /** The small picture; null when it is not kept, or no longer. */
  get small(): Uint8Array | null {
    return this.thumb;
  }

  look(box: Box): Look {
    const known = this.#looks.get(box);
    if (known) return known;
    if (!this.thumb) return NOTHING;
    const coefficients = new Float32Array(HASH_BITS);
    measureBox(this.thumb, 0, box, coefficients, 0);
    const look = lookOf(coefficients);
    this.#looks.set(box, look);
    return look;
  }

  /** Parts that were not looked at so far say nothing from now on. */
  forgetSmall(): void {
    this.thumb = null;
  }
}

function lookOf(coefficients: Float32Array): Look {
  const hash = new Uint8Array(HASH_BYTES);
  const mirroredHash = new Uint8Array(HASH_BYTES);
  hashOf(coefficients, 0, hash, 0);
  mirrorCoefficients(coefficients, 0, mirroredCoefficients, 0);
  hashOf(mirroredCoefficients, 0, mirroredHash, 0);
  return { coefficients, hash, mirroredHash, informative: hash.some((byte) => byte !== 0) };
}

const mirroredCoefficients = new Float32Array(HASH_BITS);
const NOTHING = lookOf(new Float32Array(HASH_BITS));
