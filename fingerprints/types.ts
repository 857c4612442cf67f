import type { Seconds } from './units.js';

/**
 * Landmarks of sound: pairs of spectral peaks, hashed, each with the time of its first peak.
 * Both arrays have one entry a landmark, sorted by time.
 */
export interface Landmarks {
  /** Hash of a pair, below 2^LANDMARK_BITS. */
  readonly hashes: Uint32Array;
  /** Time of the first peak in whole ticks from the start. */
  readonly ticks: Uint32Array;
}

/** What a reference keeps of one sound track. Time 0 is the start of the reference. */
export interface AudioTrackFingerprint {
  /**
   * One band word every 80 ms; word n looks at the sound centred on n × WORD_STEP.
   * 0 = silence, or no sound there: it says nothing and is never compared.
   */
  readonly words: Uint32Array;
  readonly landmarks: Landmarks;
}

/** What a reference keeps of its pictures. */
export interface VideoFingerprint {
  /**
   * ROW_BYTES bytes a row, one row every 0.2 s from time 0: the frame shown at that moment, as one hash of
   * HASH_BYTES bytes for each of its regions, the whole picture first (REGION_BOXES).
   * A hash whose bytes are all 0 = a region that says nothing (flat, black), or no picture: it is never compared.
   */
  readonly rows: Uint8Array;
}

/** All that is kept of one rendition: either part may be missing, not both. */
export interface ReferenceFingerprint {
  readonly duration: Seconds;
  readonly video: VideoFingerprint | null;
  readonly audio: readonly AudioTrackFingerprint[];
}

/** Spectral peaks of a stretch of sound, sorted by time; all arrays have one entry a peak. */
export interface Peaks {
  /** Seconds on the time line of the media that was analysed. */
  readonly times: Float64Array;
  /** Octaves above PEAK_MIN_HZ. */
  readonly octaves: Float32Array;
  /** 1 = also of the lean set; 0 = of the rich set only. */
  readonly lean: Uint8Array;
}

/** What one stretch of a suspect stream's sound says. */
export interface AudioFeatures {
  /** Media time of words[0], in seconds; the following ones are a tick apart. */
  readonly start: Seconds;
  /** One word a tick; 0 = silence or nothing known. */
  readonly words: Uint32Array;
  /**
   * As many words for each of WORD_PITCHES: those of a stream that sounds so much higher than the reference are
   * the reference's (docs/algorithm.md). `words` are for pitch 1.
   */
  readonly pitched: readonly Uint32Array[];
  /** The rich set: some 40 peaks a second, of which some 20 are lean. */
  readonly peaks: Peaks;
}

/** What some pictures of a suspect stream say. */
export interface PictureFeatures {
  /** Media time of each picture, in seconds, ascending. */
  readonly times: Float64Array;
  /**
   * HASH_BITS DCT coefficients a picture, in the order of the hash's bits.
   * All of them 0 = a picture that says nothing.
   */
  readonly coefficients: Float32Array;
  /**
   * Small copies of some of the pictures, flat borders cut: THUMB_HEIGHT rows of THUMB_WIDTH luma, 0..255, each,
   * one after the other. Any part of a picture is measured in them later (`measureBox`).
   */
  readonly thumbs: Uint8Array;
  /** For each picture the number of its thumb, ascending; −1 = none: it says nothing, or one less than a second away has. */
  readonly thumbOf: Int32Array;
}

/** All that one segment of a suspect stream says: what is needed to match it without its media. */
export interface SegmentFeatures {
  /** First and last moment, in seconds of the media's own time stamps (unwrapped within the segment). */
  readonly start: Seconds;
  readonly end: Seconds;
  /** Seconds between the two that could not be decoded. */
  readonly missing: { readonly video: Seconds; readonly audio: Seconds };
  /** Words and peaks that are final; null = there is no sound. */
  readonly audio: AudioFeatures | null;
  /** null = there are no pictures. */
  readonly pictures: PictureFeatures | null;
}
