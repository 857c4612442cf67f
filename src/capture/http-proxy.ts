import http, { type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { StreamprintError } from '../domain/errors.js';
import { HttpError } from './http-error.js';

/** A proxy that speaks HTTP: addresses of http: are asked of it, those of https: reached through a tunnel. */
export class HttpProxy {
  private readonly url: URL;

  /** @param address `http://[user:password@]host:port`, or `https:` @throws SP_USAGE */
  constructor(address: string) {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
      throw new StreamprintError('SP_USAGE', 'A proxy is named as http://host:port or https://host:port.');
    this.url = url;
  }

  /** What makes a request to an address go through it. @param timeout for the tunnel, ms @param verify the server's certificate @throws HttpError */
  async wayTo(target: URL, timeout: number, verify: boolean, signal: AbortSignal): Promise<RequestOptions> {
    if (target.protocol === 'http:')
      return {
        ...this.place(),
        path: target.href,
        headers: { host: target.host, ...this.credentials() },
        agent: this.url.protocol === 'https:' ? https.globalAgent : http.globalAgent,
      };
    const socket = await this.tunnel(target, timeout, signal);
    const options = { socket, servername: target.hostname, rejectUnauthorized: verify };
    return { agent: false, createConnection: () => tls.connect(options) };
  }

  private tunnel(target: URL, timeout: number, signal: AbortSignal): Promise<Socket> {
    const to = `${target.hostname}:${target.port || 443}`;
    return new Promise((resolve, reject) => {
      const headers = { host: to, ...this.credentials() };
      const client = this.url.protocol === 'https:' ? https : http;
      const request = client.request({
        ...this.place(),
        method: 'CONNECT',
        path: to,
        headers,
        signal,
        timeout,
      });
      request.on('timeout', () => request.destroy(failure(`no tunnel to ${to} in time`)));
      request.on('error', reject);
      request.on('connect', ({ statusCode }, socket) => {
        if (statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(failure(`status ${statusCode} for a tunnel to ${to}`));
      });
      request.end();
    });
  }

  private place(): RequestOptions {
    const { protocol, hostname, port } = this.url;
    return { protocol, hostname, port: port || (protocol === 'https:' ? 443 : 80) };
  }

  private credentials(): Record<string, string> {
    const { username, password } = this.url;
    if (username === '') return {};
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
  }
}

function failure(what: string): HttpError {
  return new HttpError('SP_HTTP', `the proxy: ${what}`, { transient: true });
}
