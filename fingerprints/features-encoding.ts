import { ByteReader, ByteWriter } from './byte-cursor.js';
import { crc32 } from './crc32.js';
import { corruptFeatures as corrupt } from './feature-checks.js';
import { audioBytes, readAudio, writeAudio } from './features-audio.js';
import { packPictures, picturesBytes, readPictures, writePictures } from './features-pictures.js';
import { FingerprintFormatError } from './format-error.js';
import type { SegmentFeatures } from './types.js';
import type { Seconds } from './units.js';

/** As messages name it. */
export const FEATURES_ENCODING = 'features/1';

/** The layout is described in docs/algorithm.md, "Binary encoding of a segment". Everything is little endian. */
const MAGIC = 0x46535053; // 'SPSF'
const VERSION = 1;
const HAS_AUDIO = 1;
const HAS_PICTURES = 2;

/** Magic, version, parts, length, start, end and what is missing. */
const HEADER = 44;
const CRC_BYTES = 4;
/** Longer encodings are refused: an hour of stream takes a quarter of this. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * What a segment says, as bytes from which all of it comes back, bit by bit.
 * @throws RangeError when the features break their own contract (types.ts), or take more than 64 MiB
 */
export function encodeFeatures({ start, end, missing, audio, pictures }: SegmentFeatures): Uint8Array {
  if (!areTimes(start, end) || !isDuration(missing.video) || !isDuration(missing.audio))
    throw new RangeError(`A segment cannot last from ${start} to ${end} s`);
  const packed = pictures && packPictures(pictures);
  const length = HEADER + (audio ? audioBytes(audio) : 0) + (packed ? picturesBytes(packed) : 0) + CRC_BYTES;
  if (length > MOST_BYTES) throw new RangeError(`The features take ${length} bytes`);
  const out = new ByteWriter(length);
  out.uint32(MAGIC);
  out.uint16(VERSION);
  out.uint16((audio ? HAS_AUDIO : 0) | (packed ? HAS_PICTURES : 0));
  out.uint32(length);
  for (const value of [start, end, missing.video, missing.audio]) out.float64(value);
  if (audio) writeAudio(out, audio);
  if (packed) writePictures(out, packed);
  out.uint32(crc32(out.bytes.subarray(0, length - CRC_BYTES)));
  return out.bytes;
}

/**
 * @throws FingerprintFormatError `SP_FINGERPRINT_VERSION` for a version that is not known here,
 * `SP_FINGERPRINT_CORRUPT` for anything else that is not the whole of a segment's features
 */
export function decodeFeatures(bytes: Uint8Array): SegmentFeatures {
  const facts = new ByteReader(bytes);
  if (bytes.length < HEADER + CRC_BYTES || facts.uint32() !== MAGIC)
    throw corrupt('they do not begin as such');
  const version = facts.uint16();
  if (version !== VERSION)
    throw new FingerprintFormatError(
      'SP_FINGERPRINT_VERSION',
      `The features of the segment have version ${version}; this program reads version ${VERSION}`,
    );
  const parts = facts.uint16();
  const length = facts.uint32();
  if (length !== bytes.length) throw corrupt(`they should have ${length} bytes and have ${bytes.length}`);
  if (length > MOST_BYTES) throw corrupt(`they have ${length} bytes; at most ${MOST_BYTES} are read`);
  const sum = new ByteReader(bytes.subarray(length - CRC_BYTES)).uint32();
  if (crc32(bytes.subarray(0, length - CRC_BYTES)) !== sum) throw corrupt('their checksum is wrong');
  if (parts > (HAS_AUDIO | HAS_PICTURES)) throw corrupt('they have parts that are not known');

  const rest = new ByteReader(bytes.subarray(HEADER - 32, length - CRC_BYTES));
  const [start, end, video, sound] = rest.float64s(4) as unknown as [Seconds, Seconds, Seconds, Seconds];
  if (!areTimes(start, end)) throw corrupt('their times are impossible');
  if (!(isDuration(video) && isDuration(sound))) throw corrupt('they miss an impossible time');
  const audio = parts & HAS_AUDIO ? readAudio(rest) : null;
  const pictures = parts & HAS_PICTURES ? readPictures(rest) : null;
  if (rest.left > 0) throw corrupt('there is something behind their last part');
  return { start, end, missing: { video, audio: sound }, audio, pictures };
}

const areTimes = (start: Seconds, end: Seconds): boolean => Number.isFinite(start) && isDuration(end - start);
const isDuration = (value: number): boolean => value >= 0 && value < Number.POSITIVE_INFINITY;
