import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEncoder } from '../../samples/encode/index.js';
import { titleReel } from '../../samples/reel.js';

const reel = () => titleReel({ id: 'short', genre: 'music', duration: 9 });
const RATES = { video: 500_000, audio: 64_000 };

interface Packet {
  readonly codec_type: string;
  readonly pts_time: string;
  readonly flags: string;
}

function probe(file: string) {
  const text = execFileSync('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-show_packets', '-show_streams'],
    ...['-show_entries', 'packet=codec_type,pts_time,flags:stream=codec_name,width,height,codec_type'],
    file,
  ]);
  return JSON.parse(String(text)) as {
    packets: Packet[];
    streams: { codec_name: string; width?: number; height?: number }[];
  };
}

describe.each(['libav', 'ffmpeg'] as const)('encoding with %s', (name) => {
  let folder = '';
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-encode-'));
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it('makes an MP4 file of H.264 and AAC with every picture', async () => {
    const file = path.join(folder, 'title.mp4');
    const encoder = await openEncoder(name);
    expect(encoder.name).toBe(name);
    await encoder.encodeFile(reel(), file, RATES);
    const { packets, streams } = probe(file);
    expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac']);
    expect(streams[0]).toMatchObject({ width: 640, height: 360 });
    expect(packets.filter(({ codec_type }) => codec_type === 'video')).toHaveLength(225);
  });

  it('makes segments of 4 s that start with a key frame, have one every 2 s, and whose times go on', async () => {
    const segments = await (await openEncoder(name)).encodeSegments(reel(), folder, RATES);
    expect(segments.map(({ seconds }) => seconds)).toEqual([4, 4, 1]);
    const parts = segments.map(({ file }) => probe(path.join(folder, file)).packets);
    const video = parts.map((packets) => packets.filter(({ codec_type }) => codec_type === 'video'));
    expect(video.map((packets) => packets.length)).toEqual([100, 100, 25]);
    const keys = video.flat().filter(({ flags }) => flags.startsWith('K'));
    const first = Number(keys[0]!.pts_time);
    expect(keys.map(({ pts_time }) => Number(pts_time) - first)).toEqual([0, 2, 4, 6, 8]);
    for (const type of ['video', 'audio']) {
      const times = parts
        .flat()
        .filter(({ codec_type }) => codec_type === type)
        .map(({ pts_time }) => Number(pts_time));
      const steps = times.slice(1).map((time, n) => time - times[n]!);
      expect(Math.min(...steps)).toBeGreaterThan(0.03);
      expect(Math.max(...steps)).toBeLessThan(0.041);
    }
  });
});
