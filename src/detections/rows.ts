import { assetId, detectionId, referenceId, streamId, utcMillis } from '../domain/ids.js';
import type { Detection, DetectionState, Modality, PicturePart } from '../domain/match.js';
import type { StreamPosition } from '../domain/stream-position.js';
import type { SqlValue } from '../storage/database.js';

export type PositionRow = {
  readonly [column: string]: SqlValue;
  readonly first_uri: string;
  readonly first_digest: string;
  readonly first_start: number;
  readonly last_media_end: number;
  readonly last_end: number;
  readonly last_captured_at: number;
};

export type DetectionRow = {
  readonly [column: string]: SqlValue;
  readonly id: string;
  readonly state: string;
  readonly stream_id: string;
  readonly stream_name: string;
  readonly stream_url: string;
  readonly catalogue: string;
  readonly asset_id: string;
  readonly title: string;
  readonly reference_id: string;
  readonly modality: string;
  readonly start: number;
  readonly end: number;
  readonly reference_start: number;
  readonly reference_end: number;
  readonly speed: number;
  readonly mirrored: number;
  readonly score: number;
  readonly expected_false_per_day: number;
  /** A PicturePart as JSON. */
  readonly box: string | null;
};

export function detectionOf(row: DetectionRow): Detection {
  return {
    id: detectionId(row.id),
    state: row.state as DetectionState,
    stream: { id: streamId(row.stream_id), name: row.stream_name, url: row.stream_url },
    catalogue: row.catalogue,
    assetId: assetId(row.asset_id),
    title: row.title,
    referenceId: referenceId(row.reference_id),
    modality: row.modality as Modality,
    time: { start: utcMillis(row.start), end: utcMillis(row.end) },
    reference: { start: row.reference_start, end: row.reference_end },
    speed: row.speed,
    mirrored: row.mirrored !== 0,
    box: row.box === null ? null : (JSON.parse(row.box) as PicturePart),
    score: row.score,
    expectedFalsePerDay: row.expected_false_per_day,
  };
}

export function positionOf(row: PositionRow): StreamPosition {
  return {
    first: { uri: row.first_uri, digest: row.first_digest, start: utcMillis(row.first_start) },
    last: {
      mediaEnd: row.last_media_end,
      end: utcMillis(row.last_end),
      capturedAt: utcMillis(row.last_captured_at),
    },
  };
}
