import type { Reel } from '../reel.js';

/** Encoded pictures are this large. */
export const ENCODED_WIDTH = 640;
export const ENCODED_HEIGHT = 360;
/** A key frame every 2 s, a segment every 4 s. */
export const KEY_FRAME_SECONDS = 2;
export const SEGMENT_SECONDS = 4;

export interface BitRates {
  /** Bits a second. */
  readonly video: number;
  readonly audio: number;
}

/** A media segment: file name within its folder, and length in seconds. */
export interface SegmentFile {
  readonly file: string;
  readonly seconds: number;
}

/** Makes H.264 and AAC. */
export interface Encoder {
  readonly name: 'libav' | 'ffmpeg';
  /** Writes one MP4 file. */
  encodeFile(reel: Reel, path: string, rates: BitRates): Promise<void>;
  /** Writes MPEG-TS segments of SEGMENT_SECONDS with time stamps that go on from one to the next. */
  encodeSegments(reel: Reel, folder: string, rates: BitRates): Promise<SegmentFile[]>;
}

export const segmentName = (index: number) => `segment-${String(index).padStart(3, '0')}.ts`;
