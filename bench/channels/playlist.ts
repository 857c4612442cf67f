import { type Emission, SEGMENT_SECONDS } from './types.js';

/** Segments that a live playlist names at a time. */
export const WINDOW = 5;
/** Segments that left the playlist and can still be fetched. */
const KEPT = 3;

/** Number of segments that are complete at a moment of the broadcast, ms. @param hint of a moment not later */
export function publishedAt(emissions: readonly Emission[], now: number, hint = 0): number {
  let count = hint;
  while (count < emissions.length && emissions[count]!.at <= now) count++;
  return count;
}

/** The live media playlist (RFC 8216) after `published` segments. */
export function livePlaylist(emissions: readonly Emission[], published: number): string {
  const first = Math.max(0, published - WINDOW);
  const before = emissions.slice(0, first).filter(({ discontinuity }) => discontinuity).length;
  return `${[
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${SEGMENT_SECONDS}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    ...(before > 0 ? [`#EXT-X-DISCONTINUITY-SEQUENCE:${before}`] : []),
    ...emissions
      .slice(first, published)
      .flatMap(({ sequence, discontinuity }) => [
        ...(discontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
        `#EXTINF:${SEGMENT_SECONDS.toFixed(3)},`,
        `${sequence}.ts`,
      ]),
  ].join('\n')}\n`;
}

/** Whether the server has that segment: broadcast already, and not thrown away yet. */
export function isServed(emissions: readonly Emission[], sequence: number, published: number): boolean {
  const isKept = sequence < published && sequence >= published - WINDOW - KEPT;
  return isKept && emissions[sequence]?.damage !== 'missing';
}
