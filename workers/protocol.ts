/** The messages between the service, the process that holds the decoding pool, and its worker threads. */
import type { AudioFeatures, PictureFeatures, ReferenceFingerprint } from '../fingerprints/types.js';
import type { Seconds } from '../fingerprints/units.js';

export type DecoderName = 'libav' | 'ffmpeg';

/** What was found in the input, what could be decoded of it, and what could not. */
export interface DecodeReport {
  /** As libavformat names it: `mpegts`, `mov,mp4,…`. */
  readonly container: string;
  /** Seconds between the first and the last moment that was decoded or announced by a packet. */
  readonly duration: Seconds;
  readonly video: VideoReport | null;
  /** One entry a sound track that was asked for. */
  readonly audio: readonly AudioReport[];
  /** Seconds of the duration that could not be decoded. */
  readonly missing: { readonly video: Seconds; readonly audio: Seconds };
  /** One sentence each: time stamps that jumped, packets that were refused. At most 20. */
  readonly warnings: readonly string[];
}

export interface VideoReport {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly pictures: number;
}

export interface AudioReport {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly language: string | null;
  readonly seconds: Seconds;
}

/** A small JPEG picture, at most STILL_WIDTH wide, upright and in its true proportions. */
export interface Still {
  readonly time: Seconds;
  readonly jpeg: Uint8Array;
}

/**
 * State that the sound analysis of a stream hands from one segment to the next, so that it does not matter
 * where a segment is cut. Opaque outside `fingerprints/`.
 */
export interface AudioState {
  readonly version: number;
  readonly numbers: Float64Array;
  readonly rows: Float32Array;
}

/** Fingerprint a whole file: every frame, every sound track. Times count from the start of the media. */
export interface ReferenceTask {
  readonly kind: 'reference';
  readonly path: string;
  readonly limits: DecodeLimits;
  /** Seconds between stills; 0 = none. */
  readonly stillEvery: Seconds;
}

export interface ReferenceResult {
  readonly fingerprint: ReferenceFingerprint;
  readonly stills: readonly Still[];
  readonly report: DecodeReport;
}

/** Of key frames that lie closer together than is needed, about one every so many seconds is taken. */
export interface PicturePace {
  readonly every: Seconds;
  /** When the next one is wanted, as the segment before left it; null = at once. */
  readonly due: Seconds | null;
}

/** Analyse a stretch of a suspect stream. */
export interface SegmentTask {
  readonly kind: 'segment';
  readonly path: string;
  readonly limits: DecodeLimits;
  /**
   * `sparse`: key frames, and more where they lie further apart than 3 s.
   * `dense`: a picture every 0.2 s, from every frame.
   */
  readonly pictures: 'sparse' | 'dense' | 'none';
  /** Which key frames are taken of `sparse`; absent = all. */
  readonly pace?: PicturePace;
  /** What the segment before left; null = the first one, or after a gap. */
  readonly audioState: AudioState | null;
  /** Nothing follows: what waits for more sound is worked out now. */
  readonly last: boolean;
}

export interface SegmentResult {
  /** First and last moment, in seconds of the media's own time stamps (unwrapped within the segment). */
  readonly start: Seconds;
  readonly end: Seconds;
  /** Words and peaks that are final: they trail the end by up to AUDIO_LOOKAHEAD until the last segment. */
  readonly audio: AudioFeatures | null;
  readonly pictures: PictureFeatures | null;
  /** Of the task's pace, for the segment that follows: in the media's own time. */
  readonly pictureDue: Seconds | null;
  readonly audioState: AudioState | null;
  readonly report: DecodeReport;
}

/** The pictures shown at some moments of a file (times as in SegmentResult, or from 0 for a reference). */
export interface StillTask {
  readonly kind: 'still';
  readonly path: string;
  readonly limits: DecodeLimits;
  readonly times: readonly Seconds[];
  /** `media` (if absent): times as in SegmentResult. `start`: from the start, as in a reference. */
  readonly timesFrom?: 'media' | 'start';
}

export interface StillResult {
  /** In the order of the times asked for; null where there is no picture within 5 s. */
  readonly stills: readonly (Still | null)[];
}

/** The sound of a stretch of a file, to be listened to. */
export interface SoundTask {
  readonly kind: 'sound';
  readonly path: string;
  readonly limits: DecodeLimits;
  /** Times as in SegmentResult. */
  readonly from: Seconds;
  readonly to: Seconds;
}

export interface SoundResult {
  /** Mono, at SAMPLE_RATE; silence where there is none. */
  readonly samples: Int16Array;
  /** How much of it was decoded. */
  readonly heard: Seconds;
}

export interface DecodeLimits {
  /** Media longer than this is cut there, with a warning. */
  readonly maxDuration: Seconds;
  /** Pictures with more pixels than this are refused. */
  readonly maxPixels: number;
}

export type Task = ReferenceTask | SegmentTask | StillTask | SoundTask;
export type ResultOf<T extends Task> = T extends ReferenceTask
  ? ReferenceResult
  : T extends SegmentTask
    ? SegmentResult
    : T extends StillTask
      ? StillResult
      : SoundResult;

export type TaskResult = ReferenceResult | SegmentResult | StillResult | SoundResult;

/** An expected failure, as it crosses threads and processes. */
export interface TaskError {
  readonly code: string;
  readonly message: string;
}
