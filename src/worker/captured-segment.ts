import { utcMillis } from '../domain/ids.js';
import type { Segment } from '../domain/segment.js';
import type { Content } from '../transport/index.js';

type Captured = Content<'segment/1'> | Content<'fingerprint/1'>;

/** A message that came in. */
export interface Delivered {
  readonly content: Captured;
  /** When the bus took it, ms since 1970. */
  readonly at: number;
}

/** A segment as its message tells of it. Times are by the service's clock, as far as that is known. */
export function segmentOf({ content, at }: Delivered, path: string): Segment {
  const { sequence, bytes, sha256: digest, source, media, carries } = content;
  return {
    sequence,
    path,
    bytes,
    digest,
    uri: source.url,
    firstByteAt: utcMillis(capturedFrom({ content, at })),
    duration: media.duration,
    carries,
    discontinuity: media.discontinuity,
    programDateTime: media.programDateTime,
    last: media.last,
  };
}

/** When the first byte of a segment came, by the service's clock; ms since 1970. */
export function capturedFrom({ content, at }: Delivered): number {
  return byService(content.capture.start, content, at);
}

/** When the last byte of a segment had come, by the service's clock; ms since 1970. */
export function capturedAt({ content, at }: Delivered): number {
  return byService(content.capture.end, content, at);
}

/**
 * A time of a probe by the service's clock. Nothing was captured after the bus had it: a probe whose clock is ahead,
 * or was set ahead and does not know it yet, moves nothing into the future.
 */
function byService(time: string, { source }: Captured, at: number): number {
  return Math.min(Date.parse(time) - (source.clockOffset ?? 0), at);
}
