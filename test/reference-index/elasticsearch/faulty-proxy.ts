import { execFile } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** PEM of the authority that signed it. */
  readonly ca: string;
}

/** A certificate for 127.0.0.1, signed by an authority of its own. */
export async function certificateIn(folder: string): Promise<Certificate> {
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args);
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout'];
  await openssl(
    'req',
    '-x509',
    ...key,
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-days',
    '2',
    '-subj',
    '/CN=own',
  );
  await openssl('req', ...key, file('node.key'), '-out', file('node.csr'), '-subj', '/CN=node');
  fs.writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1\n');
  const signing = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2'];
  const names = ['-extfile', file('names')];
  await openssl('x509', '-req', '-in', file('node.csr'), '-out', file('node.pem'), ...signing, ...names);
  const read = (name: string) => fs.readFileSync(file(name), 'utf8');
  return { key: read('node.key'), cert: read('node.pem'), ca: read('ca.pem') };
}

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => boolean;

/** Stands before a real node, passes on what is asked, and fails as it is told to. */
export class FaultyProxy {
  /** Asked first; true = it has answered. */
  answer: Answer = () => false;
  /** ms before each request is passed on. */
  delay = 0;
  /** Requests that it was sent, as `POST /_bulk`. */
  readonly seen: string[] = [];

  private constructor(
    private readonly server: http.Server,
    readonly url: string,
    private readonly sockets: Set<net.Socket>,
  ) {}

  /** @param to `host:port` of the node */
  static async start(to: string, tls: Certificate | null = null): Promise<FaultyProxy> {
    let proxy: FaultyProxy;
    const handle = (request: http.IncomingMessage, response: http.ServerResponse) => {
      proxy.seen.push(`${request.method} ${request.url!.split('?')[0]}`);
      if (proxy.answer(request, response)) return void request.resume();
      setTimeout(() => passOn(to, request, response), proxy.delay);
    };
    const server = tls
      ? https.createServer({ key: tls.key, cert: tls.cert }, handle)
      : http.createServer(handle);
    const sockets = new Set<net.Socket>();
    server.on(tls ? 'secureConnection' : 'connection', (socket: net.Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    proxy = new FaultyProxy(server, `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, sockets);
    return proxy;
  }

  /** Cuts every connection that there is. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Answers as Elasticsearch does. */
export function refuse(response: http.ServerResponse, status: number, type: string, reason: string): true {
  const headers = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
  response.writeHead(status, headers).end(JSON.stringify({ error: { type, reason }, status }));
  return true;
}

function passOn(to: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const [hostname, port] = to.split(':');
  const { method, url, headers } = request;
  const onward = http.request({ hostname, port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
