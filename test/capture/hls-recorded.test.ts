import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Captured,
  captureAll,
  countPictures,
  fakeMedia,
  ffmpeg,
  fileHandler,
  serve,
  TEST_MEDIA,
  type TestServer,
  withFolder,
} from './support.js';

const SECONDS = 6;

/** A recording as HLS, made by the ffmpeg program with these options of its hls muxer. */
async function recording(folder: string, ...options: string[]): Promise<Map<string, Buffer>> {
  await ffmpeg(
    folder,
    ...TEST_MEDIA,
    ...[
      '-t',
      String(SECONDS),
      '-f',
      'hls',
      '-hls_time',
      '2',
      '-hls_list_size',
      '0',
      '-hls_playlist_type',
      'vod',
    ],
    ...options,
    'index.m3u8',
  );
  const files = new Map<string, Buffer>();
  for (const name of await readdir(folder)) files.set(`/${name}`, await readFile(join(folder, name)));
  return files;
}

/** Captures `index.m3u8` of some files and counts the pictures that a decoder finds in each segment. */
async function captureFiles(files: ReadonlyMap<string, string | Buffer>, path = '/index.m3u8') {
  const server = await serve(fileHandler(files));
  try {
    const captured = await captureAll(server.url + path);
    return { ...captured, pictures: await picturesOf(captured), requests: server.requests };
  } finally {
    await server.close();
  }
}

async function picturesOf({ segments, media }: Captured): Promise<number[]> {
  return withFolder(async (folder) => {
    const counts: number[] = [];
    for (const [index, { carries }] of segments.entries()) {
      const path = join(folder, `${index}`);
      await writeFile(path, media[index] ?? '');
      if (carries === 'both') counts.push(await countPictures(path));
    }
    return counts;
  });
}

const all = [20, 20, 20];

describe.concurrent('a recording', () => {
  test('in MPEG-TS is captured from its start to its end', async () => {
    await withFolder(async (folder) => {
      const { segments, pictures, gone, lost } = await captureFiles(await recording(folder));
      expect(pictures).toEqual(all);
      expect(segments.map(({ last }) => last)).toEqual([false, false, true]);
      expect(segments.reduce((sum, { duration }) => sum + duration, 0)).toBeCloseTo(SECONDS, 1);
      expect(lost).toEqual([]);
      expect(gone).toBe('ended');
    });
  });

  test('in fragments of MP4 gets its init section in front of each segment', async () => {
    await withFolder(async (folder) => {
      const files = await recording(folder, '-hls_segment_type', 'fmp4');
      const { pictures, requests } = await captureFiles(files);
      expect(pictures).toEqual(all);
      expect(requests.filter((path) => path === '/init.mp4')).toHaveLength(1);
    });
  });

  test.each([['mpegts'], ['fmp4']])('in parts of one file of type %s is taken apart', async (type) => {
    await withFolder(async (folder) => {
      const files = await recording(folder, '-hls_flags', 'single_file', '-hls_segment_type', type);
      expect(String(files.get('/index.m3u8'))).toContain('#EXT-X-BYTERANGE');
      expect((await captureFiles(files)).pictures).toEqual(all);
    });
  });

  test('with parts that follow each other without saying where is taken apart too', async () => {
    await withFolder(async (folder) => {
      const files = await recording(folder, '-hls_flags', 'single_file');
      const explicit = String(files.get('/index.m3u8'));
      const implicit = explicit.replace(/(#EXT-X-BYTERANGE:\d+)@[1-9]\d*/g, '$1');
      expect(implicit).not.toBe(explicit);
      const { pictures } = await captureFiles(
        new Map<string, string | Buffer>([...files, ['/index.m3u8', implicit]]),
      );
      expect(pictures).toEqual(all);
    });
  });

  test('that is encrypted is decrypted to the very bytes of the plain one', async () => {
    await withFolder(async (folder) => {
      const key = Buffer.from('0123456789abcdef');
      await writeFile(join(folder, 'stream.key'), key);
      await writeFile(join(folder, 'info'), `stream.key\n${join(folder, 'stream.key')}\n`);
      const encrypted = await recording(folder, '-hls_key_info_file', 'info');
      const plain = await withFolder((other) => recording(other));
      const { media, requests } = await captureFiles(encrypted);
      expect(encrypted.get('/index0.ts')).not.toEqual(plain.get('/index0.ts'));
      expect(media).toEqual([0, 1, 2].map((n) => plain.get(`/index${n}.ts`)));
      expect(requests.filter((path) => path === '/stream.key')).toHaveLength(1);
    });
  });

  test('whose key does not fit is lost', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'stream.key'), Buffer.from('0123456789abcdef'));
      await writeFile(join(folder, 'info'), `stream.key\n${join(folder, 'stream.key')}\n`);
      const files = new Map<string, string | Buffer>(await recording(folder, '-hls_key_info_file', 'info'));
      const wrong = await captureFiles(files.set('/stream.key', 'fedcba9876543210'));
      expect(wrong.segments).toEqual([]);
      expect(wrong.lost[0]?.reason).toContain('cannot be decrypted with the key');
      const short = await captureFiles(files.set('/stream.key', 'short'));
      expect(short.lost[0]?.reason).toContain('a key of 5 bytes instead of 16');
    });
  });

  test('in a folder of this machine is captured, and nothing outside its folder', async () => {
    await withFolder(async (folder) => {
      await recording(folder);
      const list = await readFile(join(folder, 'index.m3u8'), 'utf8');
      const evil = ['../outside.ts', 'file:///etc/passwd', '%2e%2e/outside.ts', 'missing.ts'];
      const more = evil.map((uri) => `#EXTINF:1,\n${uri}\n`).join('');
      await writeFile(join(folder, 'index.m3u8'), list.replace('#EXT-X-ENDLIST', `${more}#EXT-X-ENDLIST`));
      const captured = await captureAll(join(folder, 'index.m3u8'));
      expect(await picturesOf(captured)).toEqual(all);
      expect(captured.lost.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/outside the playlist's folder|no such file/),
        expect.stringContaining("outside the playlist's folder"),
        expect.stringMatching(/outside the playlist's folder|no such file/),
        expect.stringContaining('no such file'),
      ]);
    });
  });
});

describe('a master playlist', () => {
  const media = (name: string, count = 3) =>
    `#EXTM3U\n#EXT-X-TARGETDURATION:8\n${Array.from({ length: count }, (_, n) => `#EXTINF:8,\n${name}${n}.ts\n`).join('')}#EXT-X-ENDLIST\n`;
  const master = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Sound",DEFAULT=YES,URI="sound/list.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=1920x1080,AUDIO="a"
high/list.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720,AUDIO="a"
mid/list.m3u8
`;
  const files = new Map<string, string | Buffer>([['/index.m3u8', master]]);
  beforeAll(() => {
    for (const name of ['high', 'mid', 'sound']) {
      files.set(`/${name}/list.m3u8`, media('s', 4));
      for (let n = 0; n < 4; n++) files.set(`/${name}/s${n}.ts`, fakeMedia(name + n));
    }
  });

  test('gives the variant nearest 720 lines and its sound side by side', async () => {
    const { segments, notes, lost } = await captureFilesOnly(files);
    const paths = (carries: string) =>
      segments.filter((s) => s.carries === carries).map(({ uri }) => new URL(uri).pathname);
    expect(paths('both')).toEqual([0, 1, 2, 3].map((n) => `/mid/s${n}.ts`));
    expect(paths('audio')).toEqual([0, 1, 2, 3].map((n) => `/sound/s${n}.ts`));
    expect(notes).toEqual([
      expect.stringContaining('variant 1280×720, 3000 kbit/s of 2 taken, sound "Sound"'),
    ]);
    expect(lost).toEqual([]);
    // Neither runs ahead of the other by more than two segments of 8 s.
    let ahead = 0;
    for (const { carries } of segments) {
      ahead += carries === 'both' ? 1 : -1;
      expect(Math.abs(ahead)).toBeLessThanOrEqual(2);
    }
  });

  test('takes the next variant when the best one is not there', async () => {
    const broken = new Map(files);
    broken.delete('/mid/list.m3u8');
    const { segments, notes } = await captureFilesOnly(broken);
    expect(new URL(segments.find((s) => s.carries === 'both')?.uri ?? '').pathname).toBe('/high/s0.ts');
    expect(notes.join()).toContain('a variant does not work');
  });

  test('goes on without its sound when that is not there', async () => {
    const broken = new Map(files);
    broken.delete('/sound/list.m3u8');
    const { segments, notes, gone } = await captureFilesOnly(broken);
    expect(segments.map(({ carries }) => carries)).toEqual(['both', 'both', 'both', 'both']);
    expect(notes.join()).toContain('the sound is lost');
    expect(gone).toBe('ended');
  });
});

async function captureFilesOnly(files: ReadonlyMap<string, string | Buffer>): Promise<Captured> {
  const server = await serve(fileHandler(files));
  try {
    return await captureAll(`${server.url}/index.m3u8`);
  } finally {
    await server.close();
  }
}

describe('an address that leads to no stream is refused at once', () => {
  let server: TestServer;
  const stream = (uri: string) => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${uri}\n`;
  beforeAll(async () => {
    const pages = new Map<string, string>([
      ['/page.m3u8', '<!doctype html><title>x</title>'],
      ['/self.m3u8', stream('self.m3u8')],
      ['/nested.m3u8', stream('self.m3u8')],
      ['/nothing.m3u8', ''],
      ['/bare.m3u8', '#EXTM3U\n'],
      ['/text.txt', 'just some words'],
      ['/dead.m3u8', stream('none.m3u8')],
    ]);
    server = await serve((request, response, path) => {
      if (path.startsWith('/circle')) response.writeHead(302, { location: '/circle.m3u8' }).end();
      else if (path === '/500.m3u8') response.writeHead(500).end();
      else fileHandler(pages)(request, response, path);
    });
  });
  afterAll(() => server.close());

  test.each([
    ['/page.m3u8', 'SP_PLAYLIST', 'is a web page, not a playlist'],
    ['/self.m3u8', 'SP_PLAYLIST', 'a master playlist inside a master playlist'],
    ['/nested.m3u8', 'SP_PLAYLIST', 'a master playlist inside a master playlist'],
    ['/circle.m3u8', 'SP_PLAYLIST', 'more than 10 redirects'],
    ['/bare.m3u8', 'SP_PLAYLIST', 'names no channels'],
    ['/nothing.m3u8', 'SP_INPUT_EMPTY', 'no bytes'],
    ['/text.txt', 'SP_INPUT_NOT_MEDIA', 'neither playlist nor media'],
    ['/dead.m3u8', 'SP_HTTP', 'none.m3u8: the server answered with status 404'],
    ['/404.m3u8', 'SP_HTTP', 'status 404'],
    ['/500.m3u8', 'SP_HTTP', 'status 500'],
  ])('%s with %s', async (path, code, message) => {
    const failed = captureAll(server.url + path);
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
