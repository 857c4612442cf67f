import { isIP } from 'node:net';
import { HttpClient, type InternalCheck, publicAddress } from '../capture/index.js';
import { StreamprintError } from '../domain/errors.js';
import { signedHeaders } from './signature.js';

const TIMEOUT_MS = 15_000;

export interface WebhookOptions {
  /** What lies inside this network, where alerts must not go. */
  readonly isInternal: InternalCheck;
  readonly now: () => number;
}

/** What became of one try. */
export interface Posted {
  /** Null = there was no answer. */
  readonly status: number | null;
  /** Why it failed; empty = it did not. */
  readonly error: string;
  /** ms that the receiver asks to be left alone; 0 = it does not. */
  readonly retryAfter: number;
}

/** Posts signed alerts; where to is checked as what streams lead to is. */
export class WebhookSender {
  readonly #http: HttpClient;

  constructor(private readonly options: WebhookOptions) {
    this.#http = new HttpClient({ isInternal: options.isInternal });
  }

  /** Refuses what is an address inside this network, as far as it shows. @throws SP_FETCH_REFUSED, SP_USAGE */
  check(url: string): void {
    const host = publicAddress(url).url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && this.options.isInternal(host))
      throw new StreamprintError('SP_FETCH_REFUSED', `${host} lies inside this network: no alerts go there`);
  }

  /** Throws SP_FETCH_REFUSED and the like, what the connection throws, and the signal's reason. */
  async post(
    url: string,
    secret: string,
    { id, body }: { readonly id: string; readonly body: string },
    signal: AbortSignal,
  ): Promise<Posted> {
    const { status, headers } = await this.#http.post(publicAddress(url), {
      signal,
      timeout: TIMEOUT_MS,
      body: Buffer.from(body),
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        ...signedHeaders(secret, id, Math.floor(this.options.now() / 1000), body),
      },
    });
    if (status >= 200 && status < 300) return { status, error: '', retryAfter: 0 };
    const seconds = Number(headers['retry-after'] ?? 0);
    const retryAfter = Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
    return { status, error: `the receiver answered with status ${status}`, retryAfter };
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}
