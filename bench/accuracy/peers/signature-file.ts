/** Words that hold one frame's signature. */
export const FRAME_WORDS = 24;

/** What ffmpeg's `signature` filter measured of a film, frame by frame. */
export interface VideoSignature {
  /** Of each frame, s. */
  readonly times: Float64Array;
  /** Of each frame, 0 to 255: how much there is in the picture to tell it by. 0 is a flat one. */
  readonly confidence: Uint8Array;
  /**
   * `FRAME_WORDS` a frame: the 380 ternary elements, each as two bits, "at least 1" and "at least 2", so that the
   * number of differing bits of two frames is the L1 distance of their elements.
   */
  readonly words: Uint32Array;
}

const SEGMENT_BITS = 32 + 32 + 1 + 32 + 32 + 5 * 243;
const ELEMENT_BYTES = 76;
const FRAME_BITS = 1 + 32 + 8 + 5 * 8 + 8 * ELEMENT_BYTES;
/** Position of the number of frames: after regions, flag of the region and its two corners, first frame. */
const FRAMES_AT = 32 + 1 + 64 + 32;
/** Position of the number of segments: after the time unit and the times of the region. */
const SEGMENTS_AT = FRAMES_AT + 32 + 16 + 1 + 64;

/**
 * Reads the binary form of an MPEG-7 video signature (ISO/IEC 15938-3:2002/Amd 4) as the filter writes it: one
 * region, times on every frame, not compressed. `unit` is the length of a tick of its times, s (the file's own
 * field has 16 bits and cuts larger ones). Throws an Error where the file ends early.
 */
export function readSignature(file: Buffer, unit: number): VideoSignature {
  if (file.length * 8 < SEGMENTS_AT + 32) throw new Error('video signature: no header');
  const frames = bitsAt(file, FRAMES_AT, 32);
  const start = SEGMENTS_AT + 32 + bitsAt(file, SEGMENTS_AT, 32) * SEGMENT_BITS + 1;
  if (file.length * 8 < start + frames * FRAME_BITS)
    throw new Error(`video signature: ${frames} frames announced, ${file.length} bytes found`);
  const signature = {
    times: new Float64Array(frames),
    confidence: new Uint8Array(frames),
    words: new Uint32Array(frames * FRAME_WORDS),
  };
  for (let n = 0; n < frames; n++) {
    const at = start + n * FRAME_BITS + 1;
    signature.times[n] = bitsAt(file, at, 32) * unit;
    signature.confidence[n] = bitsAt(file, at + 32, 8);
    const elements = at + 32 + 8 + 5 * 8;
    const words = signature.words.subarray(n * FRAME_WORDS, (n + 1) * FRAME_WORDS);
    for (let i = 0; i < ELEMENT_BYTES; i++) spread(bitsAt(file, elements + 8 * i, 8), 10 * i, words);
  }
  return signature;
}

/** Five ternary elements, a base-3 number in a byte, as ten bits from bit `at` on. */
function spread(byte: number, at: number, words: Uint32Array): void {
  let rest = byte;
  for (let bit = at; bit < at + 10; bit += 2) {
    const element = rest % 3;
    rest = (rest - element) / 3;
    if (element >= 1) words[bit >>> 5]! |= 1 << (bit & 31);
    if (element === 2) words[(bit + 1) >>> 5]! |= 1 << ((bit + 1) & 31);
  }
}

function bitsAt(file: Buffer, at: number, count: 8 | 32): number {
  const byte = at >>> 3;
  const shift = at & 7;
  const first = count === 8 ? file[byte]! : file.readUInt32BE(byte);
  if (shift === 0) return first;
  const next = file[byte + count / 8]!;
  return ((first * 2 ** shift) % 2 ** count) + (next >>> (8 - shift));
}
