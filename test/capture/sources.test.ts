import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fetchMedia, openSources } from '../../src/capture/index.js';
import {
  captureAll,
  countPictures,
  fakeMedia,
  ffmpeg,
  QUICK,
  serve,
  sha256,
  TEST_MEDIA,
  withFolder,
} from './support.js';

async function opened(targets: string[], spool: string) {
  return openSources(targets, { spool, signal: new AbortController().signal, timing: QUICK });
}

describe('a file', () => {
  test('is one segment and stays where it is', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'Some Film.mkv');
      await writeFile(path, fakeMedia('film'));
      const { segments, states, events } = await captureAll(path);
      expect(segments).toEqual([
        expect.objectContaining({
          path,
          owned: false,
          last: true,
          sequence: 0,
          digest: sha256(fakeMedia('film')),
        }),
      ]);
      expect(events.at(-1)).toMatchObject({ type: 'state', state: 'gone', reason: 'ended' });
      expect(states).toEqual(['live', 'gone']);
      expect(await readFile(path)).toEqual(fakeMedia('film'));
    });
  });
});

describe('a folder', () => {
  test('of segments is one stream, in the order in which people count', async () => {
    await withFolder(async (folder) => {
      for (const name of ['s10.ts', 's2.ts', 's1.ts']) await writeFile(join(folder, name), fakeMedia(name));
      await writeFile(join(folder, 'notes.txt'), 'x');
      await mkdir(join(folder, 'more.ts'));
      const { segments, media, notes, gone } = await captureAll(folder);
      expect(media).toEqual(['s1.ts', 's2.ts', 's10.ts'].map((name) => fakeMedia(name)));
      expect(segments.map(({ last, owned }) => [last, owned])).toEqual([
        [false, false],
        [false, false],
        [true, false],
      ]);
      expect(notes.join()).toMatch(/skipped in .*: (notes.txt, more.ts|more.ts, notes.txt)/);
      expect(gone).toBe('ended');
    });
  });

  test('of fragments gets their init section in front of each', async () => {
    await withFolder(async (folder) => {
      const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0', '-hls_segment_type', 'fmp4'];
      await ffmpeg(folder, ...TEST_MEDIA, '-t', '3', ...hls, 'index.m3u8');
      const { media, segments } = await captureAll(folder);
      expect(segments.map(({ owned }) => owned)).toEqual([true, true, true]);
      await withFolder(async (other) => {
        for (const [index, bytes] of media.entries()) {
          const path = join(other, `${index}.mp4`);
          await writeFile(path, bytes);
          expect(await countPictures(path)).toBe(10);
        }
      });
    });
  });

  test('whose file vanishes loses that one and goes on', async () => {
    await withFolder(async (folder) => {
      for (const name of ['a.ts', 'b.ts', 'c.ts']) await writeFile(join(folder, name), fakeMedia(name));
      const { captures } = await opened([folder], join(folder, 'spool'));
      await rm(join(folder, 'b.ts'));
      const types: string[] = [];
      for await (const event of captures[0]?.events ?? []) types.push(event.type);
      expect(types).toEqual(['state', 'segment', 'lost', 'segment', 'state']);
    });
  });
});

describe('targets that do not work are errors of their own', () => {
  test('and leave the others unharmed', async () => {
    await withFolder(async (folder) => {
      const at = (name: string) => join(folder, name);
      await writeFile(at('good.ts'), fakeMedia('good'));
      await writeFile(at('empty.ts'), '');
      await writeFile(at('page.m3u8'), '<html></html>');
      await writeFile(at('binary.m3u8'), fakeMedia('binary'));
      await mkdir(at('nothing'));
      await symlink('/dev/zero', at('device.ts'));
      await symlink('nowhere', at('nothing/broken.ts'));
      const bad = ['missing.ts', 'empty.ts', 'page.m3u8', 'binary.m3u8', 'nothing', 'device.ts'].map(at);
      const { captures, errors } = await opened([...bad, at('good.ts'), 'ftp://x/y'], at('spool'));
      expect(captures.map(({ stream }) => stream.id)).toEqual(['good']);
      expect(errors.map(({ error }) => error.code)).toEqual([
        'SP_INPUT_MISSING',
        'SP_INPUT_EMPTY',
        'SP_PLAYLIST',
        'SP_PLAYLIST',
        'SP_INPUT_MISSING',
        'SP_INPUT_MISSING',
        'SP_FETCH_REFUSED',
      ]);
      expect(errors[4]?.error.message).toBe(`${at('nothing')} holds no media`);
      for (const [index, target] of bad.entries()) expect(errors[index]?.error.message).toContain(target);
    });
  });
});

describe('a channel list', () => {
  test('starts one stream an entry, with ids as settled, and notes what it cannot use', async () => {
    const server = await serve((request, response, path) => {
      if (path === '/gone.m3u8') response.writeHead(404).end();
      else if (path === '/film.mp4') response.end(fakeMedia(String(request.headers['user-agent'])));
      else response.end('#EXTM3U\n#EXTINF:-1,Inner\nhttp://127.0.0.1:1/\n');
    });
    try {
      await withFolder(async (folder) => {
        await writeFile(join(folder, 'local.ts'), fakeMedia('local'));
        const list = join(folder, 'channels.m3u');
        await writeFile(
          list,
          `#EXTM3U
#EXTINF:-1 tvg-id="film" group-title="G",Film One
#EXTVLCOPT:http-user-agent=Box/7
${server.url}/film.mp4
#EXTINF:-1 tvg-id="film",Film Two
${server.url}/gone.m3u8
#EXTINF:-1 tvg-id="",Ein Käse
local.ts
#EXTINF:-1,List in List
${server.url}/list.m3u
#EXTINF:-1,Elsewhere
ftp://one.example/1
`,
        );
        const { captures, errors, notes } = await opened([list], join(folder, 'spool'));
        expect(errors).toEqual([]);
        expect(notes).toEqual([expect.stringContaining('line 12: ftp: addresses are not fetched')]);
        expect(captures.map(({ stream }) => stream.id)).toEqual([
          'film',
          expect.stringMatching(/^film-[0-9a-f]{8}$/),
          'ein-kase',
          'list-in-list',
        ]);
        expect(server.requests).toEqual([]);
        const ends: string[] = [];
        const media: Buffer[] = [];
        for (const { events } of captures)
          for await (const event of events) {
            if (event.type === 'segment') media.push(await readFile(event.segment.path));
            if (event.type === 'state' && event.state === 'gone') ends.push(event.reason);
          }
        expect(ends).toEqual([
          'ended',
          expect.stringContaining('status 404'),
          'ended',
          expect.stringContaining('is a list of channels, not a stream'),
        ]);
        expect(media).toEqual([fakeMedia('Box/7'), fakeMedia('local')]);
      });
    } finally {
      await server.close();
    }
  });
});

describe('a capture', () => {
  const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${Array.from({ length: 30 }, (_, n) => `#EXTINF:1,\n${n}.ts\n`).join('')}#EXT-X-ENDLIST\n`;

  test('whose reader stops early ends and leaves no files that nobody has received', async () => {
    const server = await serve((_, response, path) => {
      response.end(path.endsWith('.m3u8') ? playlist : fakeMedia(path));
    });
    try {
      await withFolder(async (spool) => {
        const { captures } = await opened([`${server.url}/a.m3u8`], spool);
        for await (const event of captures[0]?.events ?? [])
          if (event.type === 'segment') {
            // The queue fills up meanwhile.
            await new Promise((resolve) => setTimeout(resolve, 300));
            await rm(event.segment.path);
            break;
          }
        await expect.poll(() => readdir(spool)).toEqual([]);
        expect(server.requests.length).toBeLessThan(16);
      });
    } finally {
      await server.close();
    }
  });

  test('of MPEG-TS that is sent without an end and holds no media is stalled, and then gone', async () => {
    const server = await serve((_, response) => {
      const packets = Buffer.alloc(188 * 100);
      for (let at = 0; at < packets.length; at += 188) packets[at] = 0x47;
      const timer = setInterval(() => response.write(packets), 20);
      response.on('close', () => clearInterval(timer));
    });
    try {
      const timing = { ...QUICK, giveUpAfter: 2_000, stallAfter: 1_000 };
      const { gone, states, segments } = await captureAll(`${server.url}/live/1`, { options: { timing } });
      expect(segments).toEqual([]);
      expect(states).toEqual(['stalled', 'gone']);
      expect(gone).toContain('in which nothing begins');
    } finally {
      await server.close();
    }
  });

  test('of a large media file at an address gives it whole', async () => {
    const file = fakeMedia('large', 20 * 2 ** 20);
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': file.length }).end(file);
    });
    try {
      const { segments, media } = await captureAll(`${server.url}/film.mp4`);
      expect(segments.map(({ bytes }) => bytes)).toEqual([file.length]);
      expect(media[0]?.equals(file)).toBe(true);
    } finally {
      await server.close();
    }
  });

  test('that is aborted ends without calling the stream gone', async () => {
    const server = await serve((_, response) => void response.end(playlist.replace('#EXT-X-ENDLIST', '')));
    try {
      await withFolder(async (spool) => {
        const stop = new AbortController();
        const { captures } = await openSources([`${server.url}/a.m3u8`], {
          spool,
          signal: stop.signal,
          timing: QUICK,
        });
        setTimeout(() => stop.abort(), 300);
        const states: string[] = [];
        for await (const event of captures[0]?.events ?? [])
          if (event.type === 'state') states.push(event.state);
        expect(states).not.toContain('gone');
      });
    } finally {
      await server.close();
    }
  });
});

describe('a media file on a server', () => {
  test('is downloaded whole, in a second try if need be', async () => {
    let tries = 0;
    const server = await serve((_, response) => {
      if (tries++ > 0) response.end(fakeMedia('film', 320_000));
      else response.writeHead(503).end();
    });
    try {
      await withFolder(async (spool) => {
        const signal = new AbortController().signal;
        const retry = QUICK.retry;
        const { path, name, bytes, digest } = await fetchMedia(`${server.url}/My%20Film.mp4?t=1`, spool, {
          signal,
          ...(retry && { retry }),
        });
        expect(name).toBe('My Film');
        expect(await readFile(path)).toEqual(fakeMedia('film', 320_000));
        expect([bytes, digest]).toEqual([320_004, sha256(fakeMedia('film', 320_000))]);
      });
    } finally {
      await server.close();
    }
  });

  test.each([
    ['<html>', 'SP_PLAYLIST'],
    ['#EXTM3U\n#EXT-X-VERSION:3', 'SP_PLAYLIST'],
    ['only words', 'SP_INPUT_NOT_MEDIA'],
    ['', 'SP_INPUT_EMPTY'],
    [fakeMedia('large', 64_000), 'SP_INPUT_TOO_LARGE'],
  ])('is refused when it is none, or too large', async (content, code) => {
    const server = await serve((_, response) => void response.end(content));
    try {
      await withFolder(async (spool) => {
        const options = { signal: new AbortController().signal, maxBytes: 10_000 };
        await expect(fetchMedia(`${server.url}/a.mp4`, spool, options)).rejects.toMatchObject({ code });
        expect(await readdir(spool)).toEqual([]);
      });
    } finally {
      await server.close();
    }
  });
});
