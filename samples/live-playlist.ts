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

/** Number of segments that are complete when the channel begins again whenever it is over. */
export function publishedInRounds(segments: readonly SegmentFile[], elapsed: number): number {
  const round = segments.reduce((sum, { seconds }) => sum + seconds, 0);
  const rounds = Math.max(0, Math.floor(elapsed / round));
  return rounds * segments.length + publishedAt(segments, elapsed - rounds * round);
}

/** The live media playlist of a channel that begins again whenever it is over; it never ends. */
export function endlessPlaylist(segments: readonly SegmentFile[], published: number): string {
  const first = Math.max(0, published - WINDOW_SEGMENTS);
  const longest = Math.max(1, ...segments.map(({ seconds }) => Math.ceil(seconds)));
  const lines = Array.from({ length: published - first }, (_, at) => {
    const round = Math.floor((first + at) / segments.length);
    const place = (first + at) % segments.length;
    const { file, seconds } = segments[place]!;
    const again = place === 0 && round > 0 ? ['#EXT-X-DISCONTINUITY'] : [];
    return [...again, `#EXTINF:${seconds.toFixed(3)},`, `${file}?round=${round}`];
  });
  return `${[
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${longest}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${Math.floor(Math.max(0, first - 1) / segments.length)}`,
    ...lines.flat(),
  ].join('\n')}\n`;
}

/** Whether a live server has that that segment: broadcast already, and not thrown away yet. */
export function isServed(index: number, published: number): boolean {
  return index >= 0 && index < published && index >= published - WINDOW_SEGMENTS - KEPT_SEGMENTS;
}

/** Index, over all rounds, of the last time that a segment was broadcast; -1 where it never was. */
export function latestOf(place: number, count: number, published: number): number {
  if (place < 0 || place >= published) return -1;
  return published - 1 - ((published - 1 - place) % count);
}
