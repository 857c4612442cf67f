import { StreamprintError } from '../domain/errors.js';
import type { HttpProxy } from './http-proxy.js';

export type Headers = Readonly<Record<string, string>>;

/** Something to fetch, and what is known about who named it. */
export interface Address {
  /** `http:`, `https:`, `file:`, or one of LIVE_PROTOCOLS. */
  readonly url: URL;
  /**
   * Whether it may lie inside the operator's own network: true for what the operator named, and for what a
   * document from inside names; false for what a document from the public network names.
   */
  readonly mayBeInternal: boolean;
  /** Headers that the operator or the channel list asks for. */
  readonly headers: Headers;
  /** Where the operator pointed: only there go his credentials. */
  readonly home: string;
  /** That it is to be fetched through; absent = the one that holds for all. */
  readonly proxy?: HttpProxy;
}

/** What broadcasts come by that are sent on and on, and that the ffmpeg program speaks for us. */
export const LIVE_PROTOCOLS: ReadonlySet<string> = new Set([
  'udp:',
  'rtp:',
  'rtmp:',
  'rtmps:',
  'rtsp:',
  'rtsps:',
  'srt:',
]);

/** Those for which a port is opened here. */
const LISTENING = new Set(['udp:', 'rtp:']);

export const isHttp = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:';

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** An address that the operator named himself, on the command line or in a channel list of his own. */
export function operatorAddress(url: string | URL, headers: Headers = {}): Address {
  const parsed = parseUrl(url);
  return { url: parsed, mayBeInternal: true, headers, home: parsed.origin };
}

/** An address of media that somebody else names, by the API: it never leads into this network. */
export function publicAddress(url: string): Address {
  const address = { ...operatorAddress(url), mayBeInternal: false };
  if (!isHttp(address.url))
    throw new StreamprintError(
      'SP_FETCH_REFUSED',
      `${describeUrl(address.url)} is no http: or https: address`,
    );
  return address;
}

/**
 * What a document names, relative to where the document was found.
 * Throws SP_FETCH_REFUSED for anything but http and https (and files, if the document is one).
 */
export function resolveAddress(base: Address, reference: string): Address {
  const url = parseUrl(reference, base.url);
  if (url.protocol === 'file:' && base.url.protocol !== 'file:')
    throw new StreamprintError(
      'SP_FETCH_REFUSED',
      `${describeUrl(base.url)} names a file of this machine: not opened`,
    );
  if (LISTENING.has(url.protocol) && !base.mayBeInternal)
    throw new StreamprintError(
      'SP_FETCH_REFUSED',
      `${describeUrl(url)} would be received from this network: only the operator can name it`,
    );
  return { ...base, url };
}

/** What a channel list names is an origin of its own: its credentials go there. */
export function newHome(address: Address, headers: Headers): Address {
  return { ...address, headers: { ...address.headers, ...headers }, home: address.url.origin };
}

/** The headers to send: credentials only to the origin that they were meant for. */
export function headersFor(address: Address): Record<string, string> {
  const headers: Record<string, string> = {};
  const atHome = address.url.origin === address.home;
  for (const [name, value] of Object.entries(address.headers)) {
    if (atHome || !SECRET_HEADERS.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  const { username, password } = address.url;
  if (username !== '' || password !== '') {
    const credentials = `${decode(username)}:${decode(password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  return headers;
}

/**
 * An address as messages show it: no user, no password, no query, for those carry secrets, and neither do the paths
 * of Xtream servers show theirs: `/live/USER/PASSWORD/7.ts`, `/USER/PASSWORD/7`.
 */
export function describeUrl(url: URL): string {
  if (url.protocol === 'file:') return decode(url.pathname);
  const shown = `${url.protocol}//${url.host}${shownPath(url)}`;
  return shown.length > 200 ? `${shown.slice(0, 199)}…` : shown;
}

const XTREAM_PATHS = [
  /^(\/(?:live|movie|series|timeshift|streaming)\/)[^/]+\/[^/]+(\/.+)$/i,
  /^(\/)[^/]+\/[^/]+(\/\d+(?:\.[a-z0-9]{1,5})?)$/i,
];

/** The path of an address without what is secret in it. */
export function shownPath({ pathname }: URL): string {
  return XTREAM_PATHS.reduce((path, xtream) => path.replace(xtream, '$1…/…$2'), pathname);
}

/** A text without the secrets of the addresses in it. */
export function withoutSecrets(text: string): string {
  return text.replace(/[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*[^\s"'<>.,:;!?)]/gi, (address) => {
    try {
      return describeUrl(new URL(address));
    } catch {
      return address.replace(/\?.*$/s, '').replace(/\/\/[^/@]*@/, '//');
    }
  });
}

/** The address without user and password, for records. */
export function withoutCredentials(url: URL): string {
  if (url.username === '' && url.password === '') return url.href;
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy.href;
}

/** Whether a text looks like an address rather than a path. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

function parseUrl(reference: string | URL, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(reference, base);
  } catch (cause) {
    throw new StreamprintError('SP_FETCH_REFUSED', `"${shorten(String(reference))}" is not an address`, {
      cause,
    });
  }
  if (!isHttp(url) && url.protocol !== 'file:' && !LIVE_PROTOCOLS.has(url.protocol))
    throw new StreamprintError(
      'SP_FETCH_REFUSED',
      `${url.protocol} addresses are not fetched, only http:, https: and ${[...LIVE_PROTOCOLS].join(', ')}`,
    );
  return url;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function shorten(text: string): string {
  const plain = text.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//');
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}
