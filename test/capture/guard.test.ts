import { describe, expect, test } from 'vitest';
import { isInternalAddress } from '../../src/capture/guard.js';
import type { HttpOptions } from '../../src/capture/http.js';
import { fetchMedia, openSources } from '../../src/capture/index.js';
import { captureAll, fakeMedia, fileHandler, QUICK, serve, withFolder } from './support.js';

const PLAYLIST = (...segments: string[]) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${segments.map((s) => `#EXTINF:1,\n${s}\n`).join('')}#EXT-X-ENDLIST\n`;

/** On this machine everything is internal: 127.0.0.2 plays the public network. */
const PUBLIC = '127.0.0.2';
const pretend: HttpOptions = {
  isInternal: (ip) => ip !== PUBLIC && isInternalAddress(ip),
};

describe('an address counts as internal', () => {
  test.each([
    ...['127.0.0.1', '127.255.0.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['169.254.169.254', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.0.8'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'fec0::1', 'ff02::1', '2001::1'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '::ffff:0:10.0.0.1', '[::1]', '64:ff9b:1::5'],
    ...['64:ff9b::10.0.0.1', '2002:7f00:1::', '2002:c0a8:0101::1', 'localhost', '', '300.1.1.1'],
  ])('%j', (ip) => expect(isInternalAddress(ip)).toBe(true));

  test.each([
    ...['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '192.169.0.1', '100.128.0.1', '223.255.255.255'],
    ...['2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1', '[2a00:1450::5]'],
  ])('but not %j', (ip) => expect(isInternalAddress(ip)).toBe(false));
});

describe('the public network', () => {
  test('leads nowhere inside: not by a segment, not by a redirect, not by a key', async () => {
    const inside = await serve((_, response) => void response.end(fakeMedia('secret')));
    const outside = await serve((_, response, path) => {
      if (path === '/jump.ts') response.writeHead(302, { location: `${inside.url}/jumped.ts` }).end();
      else if (path === '/good.ts') response.end(fakeMedia(path));
      else
        response.end(
          PLAYLIST(
            'good.ts',
            `${inside.url}/named.ts`,
            'jump.ts',
            `http://[::ffff:127.0.0.1]:${inside.port}/mapped.ts`,
            'http://2130706433/number.ts',
            `#EXT-X-KEY:METHOD=AES-128,URI="${inside.url}/key"\ngood.ts`,
          ),
        );
    }, PUBLIC);
    try {
      const { segments, lost } = await captureAll(`${outside.url}/live.m3u8`, { options: { http: pretend } });
      expect(segments).toHaveLength(1);
      expect(lost).toHaveLength(5);
      for (const { reason } of lost) expect(reason).toContain('inside this network');
      expect(inside.requests).toEqual([]);
    } finally {
      await inside.close();
      await outside.close();
    }
  });

  test('leads nowhere inside by a name that resolves to an internal address', async () => {
    const inside = await serve((_, response) => void response.end(fakeMedia('secret')));
    const outside = await serve(
      (_, response) => void response.end(PLAYLIST(`http://innocent.example:${inside.port}/1.ts`)),
      PUBLIC,
    );
    const asked: string[] = [];
    const resolve = async (hostname: string) => {
      asked.push(hostname);
      return [{ address: '127.0.0.1', family: 4 }];
    };
    try {
      const { lost } = await captureAll(`${outside.url}/live.m3u8`, {
        options: { http: { ...pretend, resolve } },
      });
      expect(lost[0]?.reason).toContain('innocent.example lies inside this network');
      expect(asked).toContain('innocent.example');
      expect(inside.requests).toEqual([]);
    } finally {
      await inside.close();
      await outside.close();
    }
  });

  test('leads nowhere inside by a channel list, whose other channels stay', async () => {
    const inside = await serve((_, response) => void response.end(fakeMedia('secret')));
    const list = `#EXTM3U\n#EXTINF:-1,Evil\n${inside.url}/1.ts\n#EXTINF:-1,File\nfile:///etc/passwd\n#EXTINF:-1,Udp\nudp://@1.2.3.4:5\n`;
    const outside = await serve((_, response) => void response.end(list), PUBLIC);
    try {
      await withFolder(async (spool) => {
        const signal = new AbortController().signal;
        const opened = await openSources([`${outside.url}/list.m3u`], {
          spool,
          signal,
          timing: QUICK,
          http: pretend,
        });
        expect(opened.notes.join('\n')).toContain('names a file of this machine');
        expect(opened.notes.join('\n')).toContain(
          'line 7: udp://1.2.3.4:5 would be received from this network',
        );
        const [evil] = opened.captures;
        const events = [];
        for await (const event of evil?.events ?? []) events.push(event);
        expect(events).toEqual([expect.objectContaining({ type: 'state', state: 'gone' })]);
        expect(JSON.stringify(events)).toContain('inside this network');
        expect(inside.requests).toEqual([]);
      });
    } finally {
      await inside.close();
      await outside.close();
    }
  });

  test('is not left by a name of the operator that moves inside later', async () => {
    const inside = await serve((_, response) => void response.end(fakeMedia('secret')));
    const outside = await serve((_, response) => {
      // Without keep-alive each request looks the name up again.
      response.writeHead(200, { connection: 'close' });
      response.end('#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.2:1/none.ts\n');
    }, PUBLIC);
    let lookups = 0;
    const resolve = async () => [{ address: lookups++ < 2 ? PUBLIC : '127.0.0.1', family: 4 }];
    try {
      const { gone } = await captureAll(`http://rebinding.example:${outside.port}/live.m3u8`, {
        options: { http: { ...pretend, resolve } },
      });
      expect(gone).toContain('rebinding.example lies inside this network');
    } finally {
      await inside.close();
      await outside.close();
    }
  });
});

describe('what the operator names', () => {
  test('may lie inside, with its segments and redirects', async () => {
    const files = new Map<string, string | Buffer>([
      ['/real/live.m3u8', PLAYLIST('1.ts')],
      ['/real/1.ts', fakeMedia('1')],
    ]);
    const server = await serve((request, response, path) => {
      if (path === '/start') response.writeHead(307, { location: '/real/live.m3u8' }).end();
      else fileHandler(files)(request, response, path);
    });
    try {
      const { segments, gone } = await captureAll(`${server.url}/start`);
      expect(segments.map(({ uri }) => uri)).toEqual([`${server.url}/real/1.ts`]);
      expect(gone).toBe('ended');
    } finally {
      await server.close();
    }
  });

  test('gets his credentials, and nobody else does', async () => {
    const seen: string[] = [];
    const note = (where: string, authorization: string | undefined, cookie: string | undefined) =>
      seen.push(`${where} ${authorization ?? '-'} ${cookie ?? '-'}`);
    const other = await serve((request, response) => {
      note('other', request.headers.authorization, request.headers.cookie);
      response.end(fakeMedia('1'));
    });
    const home = await serve((request, response) => {
      note('home', request.headers.authorization, request.headers.cookie);
      response.end(PLAYLIST(`${other.url}/1.ts?token=topsecret`));
    });
    try {
      const target = `${home.url.replace('//', '//user:pa%20ss@')}/live.m3u8?key=topsecret`;
      const { segments, events } = await captureAll(target, { options: { headers: { Cookie: 'a=b' } } });
      expect(segments).toHaveLength(1);
      const basic = `Basic ${Buffer.from('user:pa ss').toString('base64')}`;
      expect(new Set(seen)).toEqual(new Set([`home ${basic} a=b`, 'other - -']));
      const messages = events.filter(({ type }) => type !== 'segment');
      expect(JSON.stringify(messages)).not.toMatch(/topsecret|pa%20ss|pa ss/);
    } finally {
      await home.close();
      await other.close();
    }
  });

  test('shows no secret in its errors', async () => {
    const server = await serve((_, response) => void response.writeHead(403).end());
    try {
      await withFolder(async (spool) => {
        const url = `${server.url.replace('//', '//user:secret1@')}/a.mp4?token=secret2`;
        const failed = fetchMedia(url, spool, { signal: new AbortController().signal });
        const error = await failed.catch((thrown: Error) => thrown);
        expect(String(error)).toContain(`${server.url}/a.mp4: the server answered with status 403`);
        expect(String(error)).not.toMatch(/secret/);
      });
    } finally {
      await server.close();
    }
  });
});
