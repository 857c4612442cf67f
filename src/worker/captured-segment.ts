import { utcMillis } from '../domain/ids.js';
import type { Segment } from '../domain/segment.js';
import type { Content } from '../transport/index.js';

type Captured = Content<'segment/1'> | Content<'fingerprint/1'>;

/** A segment as the message tells of it, its media in a file. Times are by the service's clock, as far as known. */
export function segmentOf(content: Captured, path: string): Segment {
  const { sequence, bytes, sha256: digest, source, capture, media, carries } = content;
  return {
    sequence,
    path,
    bytes,
    digest,
    uri: source.url,
    firstByteAt: utcMillis(Date.parse(capture.start) - (source.clockOffset ?? 0)),
    duration: media.duration,
    carries,
    discontinuity: media.discontinuity,
    programDateTime: media.programDateTime,
    last: media.last,
  };
}

/** When the last byte of a segment had come, by the service's clock; ms since 1970. */
export function capturedAt({ capture, source }: Captured): number {
  return Date.parse(capture.end) - (source.clockOffset ?? 0);
}
