import { StreamprintError } from '../domain/errors.js';
import { type Address, describeUrl } from './address.js';
import type { Fetcher, FetchResponse } from './fetcher.js';
import { HttpError } from './http-error.js';
import { type Kind, SNIFF_BYTES, sniff } from './sniff.js';
import { isTransportStream } from './ts/packets.js';

/** Of a media file, whole. */
export const MAX_MEDIA_BYTES = 8 * 2 ** 30;
export const MAX_DOCUMENT_BYTES = 16 * 2 ** 20;
const DOCUMENT_TIMEOUT = 30_000;

/** What lies behind an address. */
export type Opened =
  /** `hls`: a media or master playlist; `dash`: a manifest; `list`: a list of channels; `text`: perhaps a bare list of addresses. */
  | { readonly kind: 'hls' | 'dash' | 'list' | 'text'; readonly text: string; readonly address: Address }
  /** Anything that is not text; only its first bytes were read. `endless`: a broadcast that is sent on and on. */
  | { readonly kind: 'media'; readonly address: Address; readonly endless: boolean };

/**
 * Fetches an address far enough to say what it is; texts whole, up to 16 MiB.
 * Throws SP_PLAYLIST for web pages and redirects in a circle, SP_INPUT_EMPTY for no bytes at all.
 */
export async function openDocument(
  fetcher: Fetcher,
  address: Address,
  signal: AbortSignal,
  timeout = DOCUMENT_TIMEOUT,
): Promise<Opened> {
  const request = { signal, maxBytes: MAX_DOCUMENT_BYTES, timeout, looksOnly: true };
  try {
    return await fetcher.fetch(address, request, readDocument);
  } catch (error) {
    if (error instanceof HttpError && error.redirectLoop)
      throw new StreamprintError('SP_PLAYLIST', `${error.message}: it leads nowhere`, { cause: error });
    throw error;
  }
}

async function readDocument({ address, body, contentType, contentLength }: FetchResponse): Promise<Opened> {
  const shown = describeUrl(address.url);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let kind: Kind | null = null;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (kind !== null || bytes < SNIFF_BYTES) continue;
    kind = sniff(Buffer.concat(chunks), contentType);
    if (kind === 'binary' || kind === 'page') break;
  }
  const whole = Buffer.concat(chunks);
  kind ??= sniff(whole, contentType);
  if (kind === 'empty') throw new StreamprintError('SP_INPUT_EMPTY', `${shown}: no bytes`);
  if (kind === 'page') throw new StreamprintError('SP_PLAYLIST', `${shown} is a web page, not a playlist`);
  if (kind === 'binary') {
    // Some servers announce a length that no file has, for what never ends.
    const announced = contentLength !== null && contentLength <= MAX_MEDIA_BYTES;
    return { kind: 'media', address, endless: !announced && isTransportStream(whole) };
  }
  const text = whole.toString('utf8');
  if (kind === 'text') return { kind: isDash(text) ? 'dash' : 'text', text, address };
  return { kind: isHls(text) ? 'hls' : 'list', text, address };
}

/** The root of a manifest stands near its beginning. */
export function isDash(text: string): boolean {
  return (
    /^\s*(<\?xml|<MPD|<!--)/.test(text.replace(/^\uFEFF/, '')) && /<(\w+:)?MPD[\s>]/.test(text.slice(0, 8192))
  );
}

/** Media and master playlists have tags that lists of channels don't. */
export function isHls(text: string): boolean {
  return /^\s*#EXT-X-/m.test(text);
}
