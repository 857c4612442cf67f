/** The simulator: a process of its own that broadcasts channels as live HLS on 127.0.0.1. Told what over its IPC channel. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { damage } from './damage.js';
import { isServed, livePlaylist, publishedAt } from './playlist.js';
import type { Request, SimulatorOrder, SimulatorReady } from './simulator-messages.js';
import { findStamps, HERTZ, moved, type Stamps } from './stamps.js';
import type { ChannelPlan, Emission } from './types.js';

interface Loaded {
  readonly ts: Buffer;
  readonly stamps: Stamps;
}

interface OnAir {
  readonly plan: ChannelPlan;
  published: number;
}

const NAME = /^\/live\/([^/]+)\/(index\.m3u8|(\d+)\.ts)$/;

process.once('message', (order: SimulatorOrder) => {
  const files = new Map<string, Loaded>();
  for (const reel of order.reels) for (const file of Object.values(reel).flat()) files.set(file, load(file));
  const channels = new Map(order.channels.map((plan) => [plan.id, { plan, published: 0 }]));
  const requests: Request[] = [];
  let from = Number.POSITIVE_INFINITY;
  const fileOf = ({ reel, variant, segment }: Emission) => files.get(order.reels[reel]![variant]![segment]!)!;
  const server = http.createServer((request, response) => {
    const url = request.url ?? '';
    if (url === '/channels.m3u')
      return send(response, 'audio/x-mpegurl', listOf(order.channels, request.headers.host ?? ''));
    const [, id = '', file = '', number = ''] = NAME.exec(url) ?? [];
    const channel = channels.get(id);
    if (!channel) return send(response, 'text/plain', 'no such channel\n', 404);
    const { emissions } = channel.plan;
    channel.published = publishedAt(emissions, Date.now() - from, channel.published);
    if (file === 'index.m3u8')
      return send(response, 'application/vnd.apple.mpegurl', livePlaylist(emissions, channel.published));
    const sequence = Number(number);
    if (!isServed(emissions, sequence, channel.published)) {
      requests.push({ channel: id, sequence, at: null });
      return send(response, 'text/plain', 'no such segment\n', 404);
    }
    response.once('finish', () => requests.push({ channel: id, sequence, at: Date.now() }));
    send(response, 'video/mp2t', segmentOf(channel, emissions[sequence]!, fileOf(emissions[sequence]!)));
  });
  server.keepAliveTimeout = 30_000;
  server.listen(0, '127.0.0.1', () => {
    from = Date.now();
    const { port } = server.address() as AddressInfo;
    process.send!({ port, from } satisfies SimulatorReady);
  });
  process.on('message', () => process.send!(requests));
});
process.once('disconnect', () => process.exit());

function load(file: string): Loaded {
  const ts = fs.readFileSync(file);
  return { ts, stamps: findStamps(ts) };
}

function segmentOf({ plan }: OnAir, emission: Emission, { ts, stamps }: Loaded): Buffer {
  const media = moved(ts, stamps, Math.round(emission.mediaStart * HERTZ));
  return emission.damage === 'corrupt' ? damage(media, `${plan.id} ${emission.sequence}`) : media;
}

function send(response: http.ServerResponse, type: string, body: string | Buffer, status = 200): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function listOf(channels: readonly ChannelPlan[], host: string): string {
  const entries = channels.map(
    ({ id, name }) =>
      `#EXTINF:-1 tvg-id="${id}" tvg-name="${name}",${name}\nhttp://${host}/live/${id}/index.m3u8\n`,
  );
  return `#EXTM3U\n${entries.join('')}`;
}
