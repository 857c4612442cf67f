import { v5 } from 'uuid';

/** Of this project's segments; never to be changed: ids are derived from it. */
export const SEGMENT_NAMESPACE = '2f8f3f0e-0c55-4b0e-8d0b-7a3f5c1d9e64';

/**
 * UUIDv5 (RFC 9562) of stream, start of the capture and digest of the media, as a JSON array of strings: sending
 * a segment again gives the same id.
 * @param start as in the message: `2026-01-31T12:00:00.000Z`
 * @param sha256 in hex
 */
export function segmentIdOf(stream: string, start: string, sha256: string): string {
  return v5(JSON.stringify([stream, start, sha256]), SEGMENT_NAMESPACE);
}
