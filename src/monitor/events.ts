import type { DetectionChange } from '../detections/tracker.js';
import { delayOf } from '../domain/live-reference.js';
import type { Detection, PicturePart, StreamInfo, StreamState } from '../domain/match.js';

/** A detection as the command line prints it: times of the stream are UTC (ISO 8601), of the reference seconds. */
export interface DetectionJson {
  readonly id: string;
  readonly stream: StreamInfo;
  readonly assetId: string;
  readonly title: string;
  readonly catalogue: string;
  readonly referenceId: string;
  readonly modality: string;
  readonly start: string;
  readonly end: string;
  readonly reference: { readonly start: number; readonly end: number };
  readonly speed: number;
  readonly mirrored: boolean;
  /** Part of the stream's picture that shows it, in fractions; null = its pictures do not speak for it. */
  readonly box: PicturePart | null;
  readonly score: number;
  readonly expectedFalsePerDay: number;
  /** Seconds by which the stream is behind a live reference; null for other references. */
  readonly delay: number | null;
}

export type MonitorEvent =
  | {
      readonly type: `detection.${DetectionChange['type']}`;
      readonly time: string;
      readonly detection: DetectionJson;
    }
  | {
      readonly type: `stream.${StreamState}`;
      readonly time: string;
      readonly stream: StreamInfo;
      readonly reason: string;
    }
  | {
      /** A segment was dealt with: matched, or set aside for what it is. `captured` = when its first byte came. */
      readonly type: 'stream.segment';
      readonly time: string;
      readonly stream: StreamInfo;
      readonly url: string;
      readonly captured: string;
      readonly matched: boolean;
    }
  | {
      /** Something about a stream that a person should know: the variant taken, a segment lost or undecodable. */
      readonly type: 'stream.note';
      readonly time: string;
      readonly stream: StreamInfo;
      readonly message: string;
    };

export function detectionJson(detection: Detection): DetectionJson {
  return {
    id: detection.id,
    stream: detection.stream,
    assetId: detection.assetId,
    title: detection.title,
    catalogue: detection.catalogue,
    referenceId: detection.referenceId,
    modality: detection.modality,
    start: new Date(detection.time.start).toISOString(),
    end: new Date(detection.time.end).toISOString(),
    reference: detection.reference,
    speed: detection.speed,
    mirrored: detection.mirrored,
    box: detection.box,
    score: detection.score,
    expectedFalsePerDay: detection.expectedFalsePerDay,
    delay: delayOf(detection),
  };
}

export function detectionEvent(
  { type, detection }: DetectionChange,
  time: number,
): Extract<MonitorEvent, { detection: DetectionJson }> {
  return {
    type: `detection.${type}`,
    time: new Date(time).toISOString(),
    detection: detectionJson(detection),
  };
}
