import type { SegmentFile } from './encode/index.js';

/** Segments that a live playlist shows at a time. */
export const WINDOW_SEGMENTS = 5;
/** Segments that left the playlist and can still be fetched. */
const KEPT_SEGMENTS = 3;

/** Number of segments that are complete when `elapsed` seconds of the channel have been broadcast. */
export function publishedAt(segments: readonly SegmentFile[], elapsed: number): number {
  let end = 0;
  let count = 0;
  for (const { seconds } of segments) {
    end += seconds;
    if (end > elapsed + 1e-6) break;
    count++;
  }
  return count;
}

/** The live media playlist (RFC 8216) after `published` segments; it ends with the last one of them all. */
export function livePlaylist(segments: readonly SegmentFile[], published: number): string {
  const first = Math.max(0, published - WINDOW_SEGMENTS);
  const longest = Math.max(1, ...segments.map(({ seconds }) => Math.ceil(seconds)));
  return `${[
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${longest}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    ...segments
      .slice(first, published)
      .flatMap(({ file, seconds }) => [`#EXTINF:${seconds.toFixed(3)},`, file]),
    ...(published >= segments.length ? ['#EXT-X-ENDLIST'] : []),
  ].join('\n')}\n`;
}

/** Whether a live server has that segment: broadcast already, and not thrown away yet. */
export function isServed(index: number, published: number): boolean {
  return index >= 0 && index < published && index >= published - WINDOW_SEGMENTS - KEPT_SEGMENTS;
}
