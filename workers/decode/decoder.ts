import type { Seconds } from '../../fingerprints/units.js';
import type { DecodeLimits, DecodeReport, DecoderName } from '../protocol.js';
import type { KeyPace } from './pick.js';

/** What is wanted of a file. */
export interface DecodeRequest {
  /** A local file: nothing else is ever opened. */
  readonly path: string;
  /**
   * `sparse`: key frames, and a picture about every 2 s where they lie further apart than 3 s.
   * `dense`: every frame is decoded, and the first one of each 0.2 s is passed on.
   * `at`: no grey pictures, but a still of what was shown at each of `times`; without sound it may end when it has
   * all of them, and the report is of what was read until then.
   */
  readonly pictures: 'none' | 'sparse' | 'dense' | 'at';
  /** Which key frames are taken of `sparse`; absent = all. */
  readonly pace?: KeyPace;
  /** Ascending; only for `pictures: 'at'`. */
  readonly times: readonly Seconds[];
  /** `default`: the sound track a player would take; it is track 0. `all`: at most MAX_SOUND_TRACKS. */
  readonly audio: 'none' | 'default' | 'all';
  /** A still about every so many seconds, from the pictures that are decoded anyway; 0 = none. */
  readonly stillEvery: Seconds;
  /** `media`: times as the media states them. `start`: 0 is the first moment of the earliest track. */
  readonly timesFrom: 'media' | 'start';
  readonly limits: DecodeLimits;
}

/**
 * Takes what is decoded, as it comes: memory stays bounded however long the input is. The arrays are used
 * again after the call returns, so a sink copies what it keeps. Times of each kind (and sound track) ascend.
 */
export interface DecodeSink {
  /** Luma, full range (0 black, 255 white), upright, square pixels, `width` × `height` bytes without padding. */
  picture(grey: Uint8Array, width: number, height: number, time: Seconds): void;
  /** Mono samples at 8 kHz; `time` is that of the first one. Gaps are not filled: the next time just lies later. */
  audio(track: number, pcm: Int16Array, time: Seconds): void;
  /** Told before all else about how long it will be, where that is known; it may turn out longer or shorter. */
  expected?(duration: Seconds): void;
  /** Like `picture`, but three bytes a pixel. */
  still(rgb: Uint8Array, width: number, height: number, time: Seconds): void;
}

export interface DecodeOutcome {
  /** First moment that was decoded or announced. */
  readonly start: Seconds;
  readonly end: Seconds;
  readonly report: DecodeReport;
}

export interface Decoder {
  readonly name: DecoderName;
  /**
   * Damaged input gives what can be decoded, and the report says how much is missing.
   * @throws TaskFailure SP_INPUT_MISSING, SP_INPUT_EMPTY, SP_INPUT_NOT_MEDIA, SP_INPUT_NO_TRACKS,
   *   SP_INPUT_TOO_LARGE, SP_INPUT_TIMEOUT
   */
  decode(request: DecodeRequest, sink: DecodeSink): Promise<DecodeOutcome>;
}

/** More sound tracks than this are left alone, with a warning. */
export const MAX_SOUND_TRACKS = 16;
