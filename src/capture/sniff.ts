/** What the first bytes of an answer or a file are. */
export type Kind =
  | 'empty'
  /** A playlist or a channel list. */
  | 'playlist'
  | 'page'
  /** Some other text. */
  | 'text'
  | 'binary';

/** Enough to tell a kind. */
export const SNIFF_BYTES = 4096;

/** Tells media from text, and playlists from web pages; the server's own word counts for little. */
export function sniff(head: Uint8Array, contentType = ''): Kind {
  if (head.byteLength === 0) return 'empty';
  const start = head.subarray(0, SNIFF_BYTES);
  if (start.includes(0)) return 'binary';
  const text = Buffer.from(start)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^#EXT(M3U|INF|-X-)/.test(text)) return 'playlist';
  if (/^<(!doctype|html|head|body|!--)/i.test(text)) return 'page';
  const odd =
    text.replace(/[\p{L}\p{N}\p{P}\p{S}\p{Z}\s]/gu, '').length + (text.match(/\uFFFD/g)?.length ?? 0);
  if (odd > text.length / 20) return 'binary';
  return contentType.startsWith('text/html') ? 'page' : 'text';
}
