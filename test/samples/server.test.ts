import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSamples } from '../../samples/generate.js';
import {
  endlessPlaylist,
  latestOf,
  livePlaylist,
  publishedAt,
  publishedInRounds,
} from '../../samples/live-playlist.js';
import { startChannelServer } from '../../samples/server.js';

const segments = Array.from({ length: 8 }, (_, n) => ({ file: `s${n}.ts`, seconds: n === 7 ? 2 : 4 }));
let directory = '';

beforeAll(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-server-'));
  const folder = path.join(directory, 'channels', 'one');
  await fs.mkdir(folder, { recursive: true });
  for (const { file } of segments) await fs.writeFile(path.join(folder, file), `media of ${file}`);
  const channels = [{ id: 'one', name: 'Channel One', group: 'Films', segments }];
  await fs.writeFile(path.join(directory, 'channels.json'), JSON.stringify(channels));
  await fs.writeFile(
    path.join(directory, 'truth.json'),
    JSON.stringify({ version: 1, catalogue: 'demo', channels: [] }),
  );
});
afterAll(() => fs.rm(directory, { recursive: true, force: true }));

async function get(url: string) {
  const answer = await fetch(url);
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

describe('the live playlist', () => {
  it('shows the last five complete segments and counts what left it', () => {
    expect(publishedAt(segments, 27.9)).toBe(6);
    const text = livePlaylist(segments, 6);
    expect(text).toContain('#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:1\n');
    expect(text.match(/s\d\.ts/g)).toEqual(['s1.ts', 's2.ts', 's3.ts', 's4.ts', 's5.ts']);
    expect(text).not.toContain('ENDLIST');
  });

  it('ends with the last segment of all', () => {
    expect(publishedAt(segments, 30)).toBe(8);
    expect(livePlaylist(segments, 8)).toMatch(/#EXTINF:2\.000,\ns7\.ts\n#EXT-X-ENDLIST\n$/);
  });
});

describe('the playlist of a channel that begins again', () => {
  it('goes on with the first segment, as a discontinuity, under an address of its own', () => {
    const published = publishedInRounds(segments, 30 + 8);
    expect(published).toBe(10);
    const text = endlessPlaylist(segments, published);
    expect(text.match(/s\d\.ts\?round=\d/g)).toEqual(
      [5, 6, 7, 8, 9].map((n) => `s${n % 8}.ts?round=${n < 8 ? 0 : 1}`),
    );
    expect(text).toContain('#EXT-X-MEDIA-SEQUENCE:5\n#EXT-X-DISCONTINUITY-SEQUENCE:0\n');
    expect(text).toContain('#EXT-X-DISCONTINUITY\n#EXTINF:4.000,\ns0.ts?round=1');
    expect(text).not.toContain('ENDLIST');
  });

  it('counts the discontinuities that left it', () => {
    expect(endlessPlaylist(segments, 14)).toContain('SEQUENCE:9\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n');
    expect(endlessPlaylist(segments, 13)).toContain('SEQUENCE:8\n#EXT-X-DISCONTINUITY-SEQUENCE:0\n');
  });

  it('knows when a segment was broadcast last', () => {
    expect([latestOf(1, 8, 10), latestOf(2, 8, 10), latestOf(2, 8, 2), latestOf(-1, 8, 10)]).toEqual([
      9, 2, -1, -1,
    ]);
  });
});

describe('the channel server', () => {
  it('broadcasts by the clock: segments appear, leave, and the last one ends the channel', async () => {
    let time = 1_000_000;
    const server = await startChannelServer({ directory, now: () => time });
    try {
      const list = await get(server.url);
      expect(list.text).toContain('tvg-id="one" tvg-name="Channel One" group-title="Films",Channel One\n');
      const playlist = list.text.trim().split('\n').at(-1)!;
      const segment = (n: number) => get(new URL(`s${n}.ts`, playlist).href);
      expect((await get(playlist)).text.match(/s\d\.ts/g)).toEqual(['s0.ts']);
      expect((await segment(1)).status).toBe(404);
      time += 4000;
      expect(await segment(1)).toMatchObject({ status: 200, type: 'video/mp2t', text: 'media of s1.ts' });
      time += 60_000;
      expect((await get(playlist)).text).toContain('#EXT-X-ENDLIST');
      expect((await segment(7)).status).toBe(200);
      expect(server.broadcastFrom).toBe(1_000_000 - 4000);
    } finally {
      await server.close();
    }
  });

  it('goes faster when asked to, and serves nothing but segments', async () => {
    let time = 0;
    const server = await startChannelServer({ directory, speed: 4, now: () => time });
    try {
      const base = `http://127.0.0.1:${server.port}/live/one/`;
      time += 2000;
      expect((await get(`${base}index.m3u8`)).text.match(/s\d\.ts/g)).toHaveLength(3);
      for (const wrong of ['s9.ts', '..%2f..%2ftruth.json', 's0.ts%00'])
        expect((await get(base + wrong)).status).toBe(404);
      expect((await get(`http://127.0.0.1:${server.port}/live/two/index.m3u8`)).status).toBe(404);
    } finally {
      await server.close();
    }
  });

  it('says when there are no samples', async () => {
    await expect(startChannelServer({ directory: path.join(directory, 'none') })).rejects.toThrow(
      /no samples in/,
    );
  });
});

describe('the generator', () => {
  it('takes what an earlier run of the same version made', async () => {
    const samples = await generateSamples({ directory });
    expect(samples.made).toBe(false);
    expect(samples.channels[0]!.segments).toHaveLength(8);
  });
});
