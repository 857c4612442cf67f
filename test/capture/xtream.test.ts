import { describe, expect, it } from 'vitest';
import { openSources } from '../../src/capture/index.js';
import { freeUdpPort, Sender } from './sender.js';
import { captureAll, fakeMedia, QUICK, segmentCount, serve, withFolder } from './support.js';

describe('a server of the Xtream kind', () => {
  it('gives its list to whoever has an account, and channels as MPEG-TS and as HLS', async () => {
    const senders: Sender[] = [];
    const server = await serve((request, response, path) => {
      const { searchParams, pathname } = new URL(path, 'http://h');
      const host = `http://${request.headers.host}`;
      if (
        pathname === '/get.php' &&
        searchParams.get('username') === 'ann' &&
        searchParams.get('password') === 's3cret'
      )
        response.end(
          `#EXTM3U\n#EXTINF:-1 tvg-id="one.tv" group-title="News",One\n${host}/live/ann/s3cret/1.ts\n#EXTINF:-1 tvg-id="two.tv",Two\n${host}/live/ann/s3cret/2.m3u8\n#EXTINF:-1 tvg-id="gone.tv",Gone\n${host}/ann/s3cret/3\n`,
        );
      else if (pathname.endsWith('/1.ts')) {
        const sender = new Sender(['-f', 'mpegts', 'pipe:1']);
        senders.push(sender);
        sender.stdout.pipe(response.writeHead(200, { 'content-type': 'video/mp2t' }));
      } else if (pathname.endsWith('/2.m3u8'))
        response.end('#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhls/a.ts?token=s3cret\n#EXT-X-ENDLIST\n');
      else if (pathname.endsWith('a.ts')) response.end(fakeMedia('a'));
      else response.writeHead(403).end();
    });
    try {
      await withFolder(async (spool) => {
        const stop = new AbortController();
        const address = `${server.url}/get.php?username=ann&password=s3cret&type=m3u_plus&output=ts`;
        const timing = { ...QUICK, giveUpAfter: 1_000, stallAfter: 30_000 };
        const opened = await openSources([address], {
          spool,
          signal: stop.signal,
          timing: { ...timing, giveUpAfter: 3_000 },
        });
        expect(opened.errors).toEqual([]);
        expect(opened.captures.map(({ stream }) => stream.id)).toEqual(['one.tv', 'two.tv', 'gone.tv']);
        const told: string[] = [];
        const had = await Promise.all(
          opened.captures.map(async ({ events }) => {
            let segments = 0;
            for await (const event of events) {
              if (event.type === 'segment') segments++;
              if (event.type === 'note') told.push(event.message);
              if (event.type === 'lost' || event.type === 'state') told.push(event.reason);
              if (segments === 1 && event.type === 'segment' && !event.segment.last) break;
            }
            return segments;
          }),
        );
        stop.abort();
        expect(had).toEqual([1, 1, 0]);
        expect(told.join('\n')).toContain('/…/…/3: the server answered with status 403');
        expect(told.join('\n')).not.toContain('s3cret');
      });
    } finally {
      await Promise.all(senders.map((sender) => sender.stop()));
      await server.close();
    }
  });
});

describe('a multicast', () => {
  it('is joined', async () => {
    const port = await freeUdpPort();
    const group = `239.255.${port % 250}.7`;
    const sender = new Sender([
      '-f',
      'mpegts',
      `udp://${group}:${port}?pkt_size=1316&ttl=0&localaddr=127.0.0.1`,
    ]);
    const { segments } = await captureAll(`udp://@${group}:${port}?localaddr=127.0.0.1`, {
      options: { timing: { ...QUICK, giveUpAfter: 20_000, stallAfter: 20_000 } },
      until: (events) => segmentCount(events) >= 1,
    });
    await sender.stop();
    expect(segments[0]?.duration).toBeGreaterThan(5);
    expect(segments[0]?.source?.ip).toBe(group);
  });
});
