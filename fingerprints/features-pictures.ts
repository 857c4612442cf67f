import type { ByteReader, ByteWriter } from './byte-cursor.js';
import { areAscending, corruptFeatures } from './feature-checks.js';
import { decodeThumbs, encodeThumbs, leastThumbBytes } from './thumb-coding.js';
import type { PictureFeatures } from './types.js';
import { HASH_BITS, THUMB_BYTES } from './units.js';

/** Number of pictures and of those that say something, of thumbs and of their bytes. */
const PICTURES_HEADER = 16;
/** Time, and what is known. */
const PICTURE_BYTES = 9;
const SAYS_SOMETHING = 1;
const HAS_THUMB = 2;
const COEFFICIENT_BYTES = 4 * HASH_BITS;
/** An hour of dense pictures, and some. */
const MOST_PICTURES = 20_000;

/** Pictures as they are written. */
export interface PackedPictures {
  readonly times: Float64Array;
  /** For each picture, what is known of it. */
  readonly known: Uint8Array;
  /** Of those that say something. */
  readonly coefficients: Float32Array;
  readonly thumbs: Uint8Array;
  readonly thumbCount: number;
}

/** @throws RangeError when the pictures break their own contract (types.ts) */
export function packPictures({ times, coefficients, thumbs, thumbOf }: PictureFeatures): PackedPictures {
  const count = times.length;
  const thumbCount = thumbs.length / THUMB_BYTES;
  if (coefficients.length !== count * HASH_BITS || thumbOf.length !== count || !Number.isInteger(thumbCount))
    throw new RangeError('Each picture needs its coefficients, and thumbs must be whole');
  if (count > MOST_PICTURES)
    throw new RangeError(`A segment has ${count} pictures; at most ${MOST_PICTURES} are kept`);
  const known = new Uint8Array(count);
  const said = new Float32Array(coefficients.length);
  let saying = 0;
  let seen = 0;
  for (let i = 0; i < count; i++) {
    const own = coefficients.subarray(i * HASH_BITS, (i + 1) * HASH_BITS);
    if (own.some((value) => value !== 0)) {
      known[i]! |= SAYS_SOMETHING;
      said.set(own, saying++ * HASH_BITS);
    }
    if (thumbOf[i]! < 0) continue;
    if (thumbOf[i] !== seen++) throw new RangeError('Thumbs must be in the order of their pictures');
    known[i]! |= HAS_THUMB;
  }
  if (seen !== thumbCount) throw new RangeError('Each thumb needs its picture');
  const kept = said.subarray(0, saying * HASH_BITS);
  return { times, known, coefficients: kept, thumbs: encodeThumbs(thumbs), thumbCount };
}

export const picturesBytes = ({ times, coefficients, thumbs }: PackedPictures): number =>
  PICTURES_HEADER + PICTURE_BYTES * times.length + 4 * coefficients.length + thumbs.length;

export function writePictures(out: ByteWriter, packed: PackedPictures): void {
  out.uint32(packed.times.length);
  out.uint32(packed.coefficients.length / HASH_BITS);
  out.uint32(packed.thumbCount);
  out.uint32(packed.thumbs.length);
  out.float64s(packed.times);
  out.uint8s(packed.known);
  out.float32s(packed.coefficients);
  out.uint8s(packed.thumbs);
}

/** @throws FingerprintFormatError */
export function readPictures(from: ByteReader): PictureFeatures {
  if (from.left < PICTURES_HEADER) throw corruptFeatures('their pictures are missing');
  const count = from.uint32();
  const saying = from.uint32();
  const thumbCount = from.uint32();
  const thumbBytes = from.uint32();
  if (PICTURE_BYTES * count + COEFFICIENT_BYTES * saying + thumbBytes > from.left)
    throw corruptFeatures('their pictures are cut short');
  if (
    count > MOST_PICTURES ||
    saying > count ||
    thumbCount > count ||
    leastThumbBytes(thumbCount) > thumbBytes
  )
    throw corruptFeatures('their pictures have impossible numbers');
  const times = from.float64s(count);
  const known = from.uint8s(count);
  const said = from.float32s(saying * HASH_BITS);
  const thumbs = decodeThumbs(from.uint8s(thumbBytes), thumbCount);
  if (thumbs === null) throw corruptFeatures('their small pictures cannot be read');
  if (!areAscending(times)) throw corruptFeatures('their pictures are not in order');
  if (!said.every(Number.isFinite)) throw corruptFeatures('a coefficient is no number');
  return { times, thumbs, ...unpack(known, said, thumbCount) };
}

function unpack(
  known: Uint8Array,
  said: Float32Array,
  thumbCount: number,
): Pick<PictureFeatures, 'coefficients' | 'thumbOf'> {
  const coefficients = new Float32Array(known.length * HASH_BITS);
  const thumbOf = new Int32Array(known.length).fill(-1);
  let saying = 0;
  let seen = 0;
  known.forEach((what, i) => {
    if (what > (SAYS_SOMETHING | HAS_THUMB))
      throw corruptFeatures('something is said of a picture that is not known');
    if (what & SAYS_SOMETHING) {
      coefficients.set(said.subarray(saying * HASH_BITS, (saying + 1) * HASH_BITS), i * HASH_BITS);
      saying++;
    }
    if (what & HAS_THUMB) thumbOf[i] = seen++;
  });
  if (saying * HASH_BITS !== said.length || seen !== thumbCount)
    throw corruptFeatures('their pictures do not agree with their numbers');
  return { coefficients, thumbOf };
}
