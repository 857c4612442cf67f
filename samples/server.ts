import { createReadStream } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { type ChannelFiles, readSamples } from './generate.js';
import {
  endlessPlaylist,
  isServed,
  latestOf,
  livePlaylist,
  publishedAt,
  publishedInRounds,
} from './live-playlist.js';

export interface ChannelServerOptions {
  /** Where the samples are. */
  readonly directory: string;
  /** Seconds of the channels a second of the clock; 1 = real time. */
  readonly speed?: number;
  /** 0 = any free port. */
  readonly port?: number;
  /** Each channel begins again whenever it is over. */
  readonly isEndless?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface ChannelServer {
  /** Address of the channel list (M3U). */
  readonly url: string;
  readonly port: number;
  /** When the first second of all channels was broadcast, in ms since 1970: their first segment was on air at once. */
  readonly broadcastFrom: number;
  close(): Promise<void>;
}

/**
 * Broadcasts the pirate channels as live HLS on 127.0.0.1, all at once, until each is over: a window that moves
 * with the clock, and an end mark after the last segment, unless they begin again.
 * @throws Error when there are no samples in the directory
 */
export async function startChannelServer(options: ChannelServerOptions): Promise<ChannelServer> {
  const now = options.now ?? Date.now;
  const speed = options.speed ?? 1;
  const samples = await readSamples(options.directory);
  if (!samples) throw new Error(`there are no samples in ${options.directory}`);
  const lead = Math.max(...samples.channels.map(({ segments }) => segments[0]?.seconds ?? 0));
  let broadcastFrom = Number.POSITIVE_INFINITY;
  const server = fastify({ forceCloseConnections: true });
  const elapsed = () => ((now() - broadcastFrom) / 1000) * speed;
  addRoutes(server, options.directory, samples.channels, elapsed, options.isEndless ?? false);
  await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  broadcastFrom = now() - (1000 * lead) / speed;
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/channels.m3u`,
    port,
    broadcastFrom,
    close: () => server.close(),
  };
}

function addRoutes(
  server: FastifyInstance,
  directory: string,
  channels: readonly ChannelFiles[],
  elapsed: () => number,
  isEndless: boolean,
): void {
  server.get('/channels.m3u', (request, reply) => {
    reply.type('audio/x-mpegurl');
    return channelList(channels, `http://${request.host}`);
  });
  server.get<{ Params: { channel: string; file: string } }>('/live/:channel/:file', (request, reply) => {
    const channel = channels.find(({ id }) => id === request.params.channel);
    if (!channel) return reply.code(404).send('no such channel\n');
    const { segments } = channel;
    const published = (isEndless ? publishedInRounds : publishedAt)(segments, elapsed());
    if (request.params.file === 'index.m3u8') {
      reply.type('application/vnd.apple.mpegurl').header('cache-control', 'no-cache');
      return (isEndless ? endlessPlaylist : livePlaylist)(segments, published);
    }
    const place = segments.findIndex(({ file }) => file === request.params.file);
    const index = isEndless ? latestOf(place, segments.length, published) : place;
    if (!isServed(index, published)) return reply.code(404).send('no such segment\n');
    reply.type('video/mp2t');
    return reply.send(createReadStream(path.join(directory, 'channels', channel.id, request.params.file)));
  });
}

/** An M3U channel list, as IPTV players read it. */
export function channelList(channels: readonly ChannelFiles[], base: string): string {
  const entries = channels.map(
    ({ id, name, group }) =>
      `#EXTINF:-1 tvg-id="${id}" tvg-name="${name}" group-title="${group}",${name}\n${base}/live/${id}/index.m3u8\n`,
  );
  return `#EXTM3U\n${entries.join('')}`;
}
