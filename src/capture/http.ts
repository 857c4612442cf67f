import type { IncomingHttpHeaders } from 'node:http';
import { StreamprintError } from '../domain/errors.js';
import type { SourceFacts } from '../domain/source-facts.js';
import {
  type Address,
  describeUrl,
  headersFor,
  isHttp,
  resolveAddress,
  withoutCredentials,
} from './address.js';
import type { Fetcher, FetchRequest, FetchResponse } from './fetcher.js';
import { type InternalCheck, isInternalAddress, literalAddress } from './guard.js';
import { ACCEPTED_CODINGS, boundedBody, tooLarge } from './http-body.js';
import { HttpError, httpErrorOf } from './http-error.js';
import { type Answer, Connections, type HttpTimeouts } from './http-exchange.js';
import { HttpProxy } from './http-proxy.js';
import { RateLimit } from './rate-limit.js';
import { GuardedResolver, type Resolve, refused, systemResolve } from './resolver.js';
import { tellingHeaders } from './telling-headers.js';
import { linkSignal } from './wait.js';

export interface HttpOptions {
  readonly timeouts?: Partial<HttpTimeouts>;
  readonly userAgent?: string;
  /** How host names become addresses; the system's resolver by default. */
  readonly resolve?: Resolve;
  /** `http://[user:password@]host:port` that everything is fetched through; null = directly. It looks names up itself. */
  readonly proxy?: string | null;
  /** Certificates are taken whoever vouches for them, as suspect servers have them; which one it was is told. */
  readonly anyCertificate?: boolean;
  /** The most requests to one host within any second; 0 = as many as there are. */
  readonly requestsPerSecond?: number;
  /** What counts as inside; see guard.ts. */
  readonly isInternal?: InternalCheck;
}

/** Something to be sent to an address. */
export interface PostRequest {
  readonly signal: AbortSignal;
  /** From the connection to the end of the answer, ms. */
  readonly timeout: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Up to 64 KiB of the body. */
  readonly text: string;
}

const MAX_POST_ANSWER = 64 * 1024;
const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const DEFAULT_TIMEOUTS: HttpTimeouts = { connect: 10_000, headers: 15_000, idle: 10_000 };

/** The one place that fetches over the network: every request has bounds, every hop is checked. */
export class HttpClient implements Fetcher {
  private readonly resolver: GuardedResolver;
  private readonly publicConnections: Connections;
  private readonly operatorConnections: Connections;
  private readonly isInternal: InternalCheck;
  private readonly userAgent: string;
  private readonly rate: RateLimit;
  private readonly proxy: HttpProxy | null;

  constructor(options: HttpOptions = {}) {
    this.isInternal = options.isInternal ?? isInternalAddress;
    this.userAgent = options.userAgent ?? 'streamprint/0.1';
    this.rate = new RateLimit(options.requestsPerSecond ?? 0);
    this.proxy = options.proxy ? new HttpProxy(options.proxy) : null;
    this.resolver = new GuardedResolver(options.resolve ?? systemResolve, this.isInternal);
    const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    const verify = options.anyCertificate !== true;
    this.publicConnections = new Connections(this.resolver.publicOnly, timeouts, verify);
    this.operatorConnections = new Connections(this.resolver.operators, timeouts, verify);
  }

  /**
   * Fetches an address once and hands the answer to `use`; what `use` throws passes through.
   * Throws HttpError for answers other than 2xx, broken connections, time and size bounds;
   * SP_FETCH_REFUSED for addresses that must not be fetched; the signal's reason when it is aborted.
   */
  async fetch<T>(
    address: Address,
    options: FetchRequest,
    use: (response: FetchResponse) => Promise<T>,
  ): Promise<T> {
    const shown = describeUrl(address.url);
    const deadline = linkSignal(options.signal);
    const seconds = Math.round(options.timeout / 1000);
    const late = new HttpError('SP_INPUT_TIMEOUT', `${shown}: not finished within ${seconds} s`, {
      transient: true,
    });
    const timer = setTimeout(() => deadline.abort(late), options.timeout);
    try {
      return await this.follow(address, { ...options, signal: deadline.signal }, use);
    } catch (error) {
      if (deadline.signal.aborted) throw deadline.signal.reason;
      throw error;
    } finally {
      clearTimeout(timer);
      deadline.release();
    }
  }

  /**
   * Posts a body once and waits for the status of the answer, whatever it is; redirects are not followed.
   * Throws HttpError for broken connections and for what takes too long; SP_FETCH_REFUSED for addresses that must not
   * be spoken to; the signal's reason when it is aborted.
   */
  async post(address: Address, { signal, timeout, headers, body }: PostRequest): Promise<PostAnswer> {
    const { url } = address;
    const shown = describeUrl(url);
    if (!isHttp(url)) throw new StreamprintError('SP_FETCH_REFUSED', `${shown} is not spoken to over HTTP`);
    const literal = literalAddress(url);
    if (literal !== null && !address.mayBeInternal && this.isInternal(literal)) throw refused(url.hostname);
    const deadline = linkSignal(signal);
    const late = new HttpError('SP_INPUT_TIMEOUT', `${shown}: no answer in time`, { transient: true });
    const timer = setTimeout(() => deadline.abort(late), timeout);
    const connections = address.mayBeInternal ? this.operatorConnections : this.publicConnections;
    const sent = {
      'user-agent': this.userAgent,
      'content-length': String(body.length),
      ...headersFor(address),
      ...headers,
    };
    const bare = new URL(url.pathname + url.search, url.origin);
    try {
      const proxy = address.proxy ?? this.proxy;
      const answer = await connections.send(bare, sent, deadline.signal, shown, proxy, { body });
      const text = await startOf(answer.body).finally(() => answer.discard());
      return { status: answer.status, headers: answer.headers, text };
    } catch (error) {
      if (deadline.signal.aborted) throw deadline.signal.reason;
      throw httpErrorOf(error, shown);
    } finally {
      clearTimeout(timer);
      deadline.release();
    }
  }

  /** The IP address that a host is reached by, checked as if it were fetched from. @throws SP_FETCH_REFUSED, HttpError */
  async locate({ url, mayBeInternal }: Address): Promise<string> {
    const literal = literalAddress(url);
    if (literal !== null) {
      if (!mayBeInternal && this.isInternal(literal)) throw refused(url.hostname);
      return literal;
    }
    const lookup = mayBeInternal ? this.resolver.operators : this.resolver.publicOnly;
    return new Promise((resolve, reject) => {
      lookup(url.hostname, {}, (error, found) => {
        if (error) reject(httpErrorOf(error, describeUrl(url)));
        else resolve(found as string);
      });
    });
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    this.publicConnections.close();
    this.operatorConnections.close();
  }

  private async follow<T>(
    start: Address,
    options: FetchRequest,
    use: (response: FetchResponse) => Promise<T>,
  ): Promise<T> {
    let address = start;
    const redirects: string[] = [];
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const shown = describeUrl(address.url);
      const answer = await this.request(address, options, shown);
      try {
        const from: Address = { ...address, mayBeInternal: this.cameFromInside(address) };
        const location = answer.headers.location;
        if (REDIRECTS.has(answer.status) && typeof location === 'string') {
          redirects.push(withoutCredentials(address.url));
          address = resolveAddress(from, location);
          continue;
        }
        checkStatus(answer.status, answer.headers, shown);
        return await use({
          ...responseOf(from, answer, options, shown),
          source: sourceOf(from, answer, redirects),
        });
      } finally {
        // Left half read, a body would hold its connection.
        answer.discard();
      }
    }
    throw new HttpError('SP_HTTP', `${describeUrl(start.url)}: more than ${MAX_REDIRECTS} redirects`, {
      transient: false,
      redirectLoop: true,
    });
  }

  private async request(address: Address, options: FetchRequest, shown: string): Promise<Answer> {
    const { url } = address;
    if (url.protocol === 'file:') throw new StreamprintError('SP_FETCH_REFUSED', `${shown} is a local file`);
    if (!isHttp(url)) throw new StreamprintError('SP_FETCH_REFUSED', `${shown} is not fetched over HTTP`);
    const literal = literalAddress(url);
    if (literal !== null && !address.mayBeInternal && this.isInternal(literal)) throw refused(url.hostname);
    const range = options.range;
    const headers = {
      'user-agent': this.userAgent,
      accept: '*/*',
      'accept-encoding': range === undefined ? ACCEPTED_CODINGS : 'identity',
      ...headersFor(address),
      ...(range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
    };
    const bare = new URL(url.pathname + url.search, url.origin);
    await this.rate.turn(url.host, options.signal);
    const connections = address.mayBeInternal ? this.operatorConnections : this.publicConnections;
    try {
      return await connections.send(bare, headers, options.signal, shown, address.proxy ?? this.proxy);
    } catch (error) {
      throw httpErrorOf(error, shown);
    }
  }

  private cameFromInside(address: Address): boolean {
    if (!address.mayBeInternal) return false;
    const literal = literalAddress(address.url);
    return literal === null ? this.resolver.isInternalName(address.url.hostname) : this.isInternal(literal);
  }
}

/** The beginning of a body: no more is wanted of it. */
async function startOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= MAX_POST_ANSWER) break;
  }
  return Buffer.concat(pieces).subarray(0, MAX_POST_ANSWER).toString('utf8');
}

function checkStatus(status: number, headers: IncomingHttpHeaders, shown: string): void {
  if (status >= 200 && status < 300) return;
  throw new HttpError('SP_HTTP', `${shown}: the server answered with status ${status}`, {
    status,
    transient: status >= 500 || status === 429 || status === 408 || status === 425,
    retryAfter: retryAfterOf(headers['retry-after']),
  });
}

/** Retry-After in ms; dates count from the answer's own clock only as far as ours agrees with it. */
function retryAfterOf(value: string | undefined): number {
  if (value === undefined) return 0;
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
}

function sourceOf(
  { url }: Address,
  { ip, tls, status, headers }: Answer,
  redirects: readonly string[],
): SourceFacts {
  return { url: withoutCredentials(url), ip, status, headers: tellingHeaders(headers), redirects, tls };
}

function responseOf(
  address: Address,
  answer: Answer,
  options: FetchRequest,
  shown: string,
): Omit<FetchResponse, 'source'> {
  const { headers } = answer;
  const announced = Number(headers['content-length'] ?? Number.NaN);
  const contentLength = Number.isFinite(announced) ? announced : null;
  const mayBeLarger = options.range !== undefined || options.looksOnly === true;
  if (!mayBeLarger && contentLength !== null && contentLength > options.maxBytes)
    throw tooLarge(shown, options.maxBytes);
  const bounds = {
    maxBytes: options.maxBytes,
    coding: String(headers['content-encoding'] ?? ''),
    range: options.range ?? null,
    partial: answer.status === 206,
  };
  return {
    address,
    contentType: String(headers['content-type'] ?? '').toLowerCase(),
    contentLength,
    body: boundedBody(answer.body, bounds, shown),
  };
}
