import { StreamprintError } from '../domain/errors.js';
import { type Address, describeUrl, operatorAddress, publicAddress } from './address.js';
import { MAX_MEDIA_BYTES } from './document.js';
import type { Fetcher } from './fetcher.js';
import { type InternalCheck, isInternalAddress, literalAddress } from './guard.js';
import { HttpClient, type HttpOptions } from './http.js';
import { refused } from './resolver.js';
import { DEFAULT_RETRY, type RetryPolicy, retrying } from './retry.js';
import { sniff } from './sniff.js';
import { Spool, type SpooledFile } from './spool.js';

export const MEDIA_TIMEOUT = 60 * 60_000;

export interface FetchMediaOptions {
  readonly signal: AbortSignal;
  /** The most bytes; 8 GiB by default. */
  readonly maxBytes?: number;
  /** For each try, ms; an hour by default. */
  readonly timeout?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly retry?: RetryPolicy;
  readonly random?: () => number;
  readonly http?: HttpOptions;
}

/** A file that belongs to the caller; `name` is what the address calls it. */
export type FetchedMedia = SpooledFile & { readonly name: string };

/**
 * Downloads a media file that the operator names by its address, for `register` and `match`.
 * The file belongs to the caller; `name` is what the address calls it.
 * Throws SP_PLAYLIST when a playlist or a web page lies there (openSources takes playlists), SP_INPUT_EMPTY,
 * SP_INPUT_NOT_MEDIA for other text, SP_INPUT_TOO_LARGE, SP_INPUT_TIMEOUT, SP_HTTP, SP_FETCH_REFUSED, SP_DISK_FULL.
 */
export async function fetchMedia(
  url: string,
  spool: string,
  options: FetchMediaOptions,
): Promise<FetchedMedia> {
  return fetchFrom(operatorAddress(url, options.headers), spool, options);
}

/**
 * The same of an address that somebody else names, by the API: nothing inside this network is fetched, neither by its
 * address nor by a name nor through a redirect; `http.isInternal` says what counts as inside. Throws as fetchMedia does.
 */
export async function fetchPublicMedia(
  url: string,
  spool: string,
  options: Omit<FetchMediaOptions, 'headers'>,
): Promise<FetchedMedia> {
  return fetchFrom(publicAddress(url), spool, options);
}

/**
 * Refuses at once what `fetchPublicMedia` would refuse without asking anybody: other protocols, and addresses inside
 * that are written as such. @throws SP_FETCH_REFUSED
 */
export function checkPublicUrl(url: string, isInternal: InternalCheck = isInternalAddress): void {
  const address = publicAddress(url);
  const literal = literalAddress(address.url);
  if (literal !== null && isInternal(literal)) throw refused(address.url.hostname);
}

async function fetchFrom(address: Address, spool: string, options: FetchMediaOptions): Promise<FetchedMedia> {
  const http = new HttpClient(options.http);
  try {
    const file = await downloadMedia(http, address, new Spool(spool, address.url.href), options);
    return { ...file, name: mediaName(address.url) };
  } finally {
    await http.close();
  }
}

/** Downloads one media file into the spool, with retries. Throws as fetchMedia does. */
export function downloadMedia(
  fetcher: Fetcher,
  address: Address,
  spool: Spool,
  options: Omit<FetchMediaOptions, 'headers' | 'http'>,
): Promise<SpooledFile> {
  const { signal, maxBytes = MAX_MEDIA_BYTES, timeout = MEDIA_TIMEOUT } = options;
  const extension = /\.([a-z0-9]{1,5})$/i.exec(address.url.pathname)?.[1]?.toLowerCase() ?? 'media';
  const random = options.random ?? Math.random;
  return retrying(options.retry ?? DEFAULT_RETRY, { signal, random }, () =>
    fetcher.fetch(address, { signal, maxBytes, timeout }, ({ body, contentType }) =>
      spool.write(extension, mediaOnly(body, contentType, describeUrl(address.url))),
    ),
  );
}

/** What an address calls its file, without the extension. */
export function mediaName(url: URL): string {
  const last = url.pathname.split('/').findLast((part) => part !== '') ?? url.hostname;
  let name = last;
  try {
    name = decodeURIComponent(last);
  } catch {
    // Not percent-encoded after all.
  }
  return name.replace(/\.[a-z0-9]{1,5}$/i, '') || url.hostname;
}

async function* mediaOnly(
  body: AsyncIterable<Uint8Array>,
  contentType: string,
  shown: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    if (bytes === 0) refuseText(chunk, contentType, shown);
    bytes += chunk.byteLength;
    yield chunk;
  }
  if (bytes === 0) throw new StreamprintError('SP_INPUT_EMPTY', `${shown}: no bytes`);
}

function refuseText(head: Uint8Array, contentType: string, shown: string): void {
  const kind = sniff(head, contentType);
  if (kind === 'page') throw new StreamprintError('SP_PLAYLIST', `${shown} is a web page, not media`);
  if (kind === 'playlist')
    throw new StreamprintError('SP_PLAYLIST', `${shown} is a playlist, not a media file`);
  if (kind === 'text') throw new StreamprintError('SP_INPUT_NOT_MEDIA', `${shown} is text, not media`);
}
