import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ffmpeg } from './programme.js';

/** Length of a segment, s: the programmes have a key frame every so often. */
const SEGMENT = 2;
/** Segments that a playlist shows. */
const WINDOW = 5;

/** Cuts media into the segments of a stream; the folder is made. */
export async function cutIntoSegments(file: string, folder: string): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  const cut = ['-f', 'segment', '-segment_time', String(SEGMENT), path.join(folder, '%03d.ts')];
  await ffmpeg('-i', file, '-c', 'copy', '-copyts', ...cut);
}

export interface LiveChannels {
  /** Address of the list of channels. */
  readonly url: string;
  /** From now on a channel that has sent everything is over; before, it stands still. */
  end(): void;
  close(): Promise<void>;
}

/**
 * Broadcasts folders of segments as live HLS: a window that moves with the clock.
 * @param root holds a folder a channel @param pace seconds of the channels a second of the clock
 */
export async function broadcast(root: string, pace: number): Promise<LiveChannels> {
  const channels = new Map<string, string[]>();
  for (const name of await fs.readdir(root))
    channels.set(name, (await fs.readdir(path.join(root, name))).sort());
  const began = Date.now();
  let isEnding = false;
  const server = http.createServer((request, response) => {
    const [channel = '', file = ''] = (request.url ?? '').split('/').slice(1);
    const segments = channels.get(channel);
    if (channel === 'list.m3u') response.end(listOf([...channels.keys()], request.headers.host ?? ''));
    else if (segments === undefined) response.writeHead(404).end();
    else if (file === 'index.m3u8') {
      const sent = 1 + Math.floor((pace * (Date.now() - began)) / 1000 / SEGMENT);
      response.end(playlistOf(segments, Math.min(sent, segments.length), isEnding));
    } else
      createReadStream(path.join(root, channel, path.basename(file)))
        .on('error', () => response.writeHead(404).end())
        .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/list.m3u`,
    end: () => {
      isEnding = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listOf(channels: readonly string[], host: string): string {
  const entries = channels.map(
    (name) => `#EXTINF:-1 tvg-id="${name}",Channel ${name}\nhttp://${host}/${name}/index.m3u8\n`,
  );
  return `#EXTM3U\n${entries.join('')}`;
}

function playlistOf(segments: readonly string[], sent: number, isEnding: boolean): string {
  const first = Math.max(0, sent - WINDOW);
  const lines = segments.slice(first, sent).flatMap((name) => [`#EXTINF:${SEGMENT}.0,`, name]);
  const end = isEnding && sent === segments.length ? '#EXT-X-ENDLIST\n' : '';
  return `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:${SEGMENT}\n#EXT-X-MEDIA-SEQUENCE:${first}\n${lines.join('\n')}\n${end}`;
}
