import { createHash } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { HttpError } from './http-error.js';
import type { HttpProxy } from './http-proxy.js';

const MOST_CERTIFICATES = 10_000;

/** Bounds on waiting, ms. */
export interface HttpTimeouts {
  readonly connect: number;
  /** From request to the headers of the answer. */
  readonly headers: number;
  /** Between two pieces of the body. */
  readonly idle: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Of the server; null = not known, behind a proxy. */
  readonly ip: string | null;
  /** SHA-256 of the server's certificate (DER), in hex; null = none. */
  readonly tls: string | null;
  /** Throws when the next piece does not come in time. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection when the body is not read to its end. */
  discard(): void;
}

/** Connections to servers, reached through one way of looking names up. */
export class Connections {
  private readonly agents;

  /** As last seen, by host. */
  private readonly certificates = new Map<string, string>();

  constructor(
    private readonly lookup: LookupFunction,
    private readonly timeouts: HttpTimeouts,
    /** Whether somebody must vouch for a server's certificate. */
    private readonly verify: boolean,
  ) {
    this.agents = {
      'http:': new http.Agent({ keepAlive: true }),
      'https:': new https.Agent({ keepAlive: true, rejectUnauthorized: verify }),
    };
  }

  /**
   * Sends a request, a GET where no other is asked for, and waits for the headers of the answer.
   * @param shown names the address in messages
   * @param proxy to go through; null = directly
   */
  async send(
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal,
    shown: string,
    proxy: HttpProxy | null,
    posted: { readonly body: Uint8Array } | null = null,
  ): Promise<Answer> {
    const way = proxy && (await proxy.wayTo(url, this.timeouts.connect, this.verify, signal));
    const secure = url.protocol === 'https:';
    const agent = secure ? this.agents['https:'] : this.agents['http:'];
    const { connect, headers: patience, idle } = this.timeouts;
    return new Promise((resolve, reject) => {
      const method = posted ? 'POST' : 'GET';
      const direct = { method, agent, headers, signal, lookup: this.lookup };
      const request = (secure ? https : http).request(
        url,
        way ? { method, signal, ...way, headers: { ...headers, ...way.headers } } : direct,
      );
      request.end(posted?.body);
      let timer = setTimeout(() => request.destroy(late(shown, 'no connection in time')), connect);
      const connected = () => {
        clearTimeout(timer);
        timer = setTimeout(() => request.destroy(late(shown, 'no answer in time')), patience);
      };
      request.on('socket', (socket) => {
        if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', connected);
        else connected();
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.on('response', (response) => {
        clearTimeout(timer);
        // Whoever reads the body is told; a body that nobody reads must not throw.
        response.on('error', () => undefined);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          ip: proxy === null ? (response.socket.remoteAddress ?? null) : null,
          tls: this.certificateOf(url.host, response.socket),
          body: withinIdle(response, idle, shown),
          discard: () => response.destroy(),
        });
      });
    });
  }

  /** A connection that goes on with an earlier session is not shown the certificate again. */
  private certificateOf(host: string, socket: Socket): string | null {
    if (!(socket instanceof TLSSocket)) return null;
    const { raw } = socket.getPeerCertificate();
    if (raw) {
      if (this.certificates.size >= MOST_CERTIFICATES) this.certificates.clear();
      this.certificates.set(host, createHash('sha256').update(raw).digest('hex'));
    }
    return this.certificates.get(host) ?? null;
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }
}

/** The pieces of a body; only the time in which somebody waits for the next one counts. */
async function* withinIdle(body: IncomingMessage, idle: number, shown: string): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const timer = setTimeout(() => body.destroy(late(shown, 'the answer stopped coming')), idle);
      const next = await pieces.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    body.destroy();
  }
}

function late(shown: string, what: string): HttpError {
  return new HttpError('SP_INPUT_TIMEOUT', `${shown}: ${what}`, { transient: true });
}
