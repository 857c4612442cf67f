import type { UtcMillis } from '../domain/ids.js';
import type { Coverage } from '../domain/ledger.js';
import type { Detection, Interval, StreamInfo } from '../domain/match.js';

/** All that a report shows. */
export interface ReportData {
  readonly title: string;
  readonly createdAt: UtcMillis;
  /** What the time lines span. */
  readonly period: Interval<UtcMillis>;
  /** Name of the catalogue and number of its titles that streams were compared with. */
  readonly catalogue: { readonly name: string; readonly titles: number };
  /** In the order in which they are shown. */
  readonly channels: readonly ReportChannel[];
  /** Sentences to be put on top, as plain text. */
  readonly remarks: readonly string[];
}

export interface ReportChannel {
  readonly stream: StreamInfo;
  /** The ledger: what is in no line of it was never looked at. */
  readonly coverage: readonly Coverage[];
  /** Of this stream, by time. */
  readonly detections: readonly ReportDetection[];
}

export interface ReportDetection {
  readonly detection: Detection;
  readonly rightsHolder: string | null;
  readonly streamPicture: ReportPicture;
  readonly referencePicture: ReportPicture;
}

/** A picture with words on it (may be empty), or the reason why there is none; plain text. */
export type ReportPicture =
  | { readonly jpeg: Uint8Array; readonly caption: string }
  | { readonly jpeg: null; readonly reason: string };
