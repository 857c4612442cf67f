import type { Seconds } from '../../fingerprints/units.js';
import type { AssetId, DetectionId, ReferenceId, StreamId, UtcMillis } from './ids.js';

export type Modality = 'video' | 'audio' | 'both';

export interface Interval<T extends number = Seconds> {
  readonly start: T;
  readonly end: T;
}

/** A part of a picture, in fractions of its sides from the top left. */
export interface PicturePart {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** An alignment that passed: `reference time = speed × stream time + offset` holds over the interval. */
export interface Match {
  readonly catalogue: string;
  readonly assetId: AssetId;
  readonly title: string;
  readonly referenceId: ReferenceId;
  readonly modality: Modality;
  /** Seconds from the start of the stream (or input). */
  readonly stream: Interval;
  readonly reference: Interval;
  readonly speed: number;
  readonly mirrored: boolean;
  /** The part of the stream's picture, without flat borders, that shows it; null = its pictures do not speak for it. */
  readonly box: PicturePart | null;
  /** 0..1, see docs/algorithm.md. */
  readonly score: number;
  /** False matches a day and stream to expect at this score. */
  readonly expectedFalsePerDay: number;
}

export type DetectionState = 'open' | 'closed';

/** The matches of one asset on one stream, merged over time. */
export interface Detection {
  readonly id: DetectionId;
  readonly state: DetectionState;
  readonly stream: StreamInfo;
  readonly catalogue: string;
  readonly assetId: AssetId;
  readonly title: string;
  readonly referenceId: ReferenceId;
  readonly modality: Modality;
  readonly time: Interval<UtcMillis>;
  readonly reference: Interval;
  readonly speed: number;
  readonly mirrored: boolean;
  /** As of the match with the least doubt that has one. */
  readonly box: PicturePart | null;
  readonly score: number;
  readonly expectedFalsePerDay: number;
}

export interface StreamInfo {
  readonly id: StreamId;
  readonly name: string;
  readonly url: string;
}

export type StreamState = 'live' | 'stalled' | 'gone';
