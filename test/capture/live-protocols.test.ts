import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { operatorAddress, resolveAddress } from '../../src/capture/address.js';
import { ffmpegInput } from '../../src/capture/ffmpeg/arguments.js';
import { ffmpegInputOf } from '../../src/capture/ffmpeg/ffmpeg-input.js';
import { DEFAULT_TIMING } from '../../src/capture/settings.js';
import { RtspServer } from './rtsp-server.js';
import { freeTcpPort, freeUdpPort, Sender } from './sender.js';
import { type Captured, captureAll, segmentCount, serve, withFolder } from './support.js';

const run = promisify(execFile);
const TIMING = {
  ...DEFAULT_TIMING,
  giveUpAfter: 20_000,
  retry: { ...DEFAULT_TIMING.retry, firstDelay: 200, maxDelay: 500 },
};

/** Captures until so many segments have come. */
const capture = (target: string, count: number): Promise<Captured> =>
  captureAll(target, { options: { timing: TIMING }, until: (events) => segmentCount(events) >= count });

interface Frames {
  readonly firstIsKey: boolean;
  readonly times: readonly number[];
  readonly codecs: readonly string[];
}

/** The pictures of a segment, as ffprobe tells them from the segment alone. */
async function framesOf(media: Buffer): Promise<Frames> {
  return withFolder(async (folder) => {
    const file = path.join(folder, 'segment.ts');
    await writeFile(file, media);
    const entries = ['-show_entries', 'packet=pts_time,flags:stream=codec_name,codec_type'];
    const { stdout } = await run('ffprobe', ['-v', 'error', ...entries, '-of', 'json', file]);
    const { packets, streams } = JSON.parse(stdout);
    const codecs = streams.map((stream: { codec_name: string }) => stream.codec_name);
    const { stdout: pictures } = await run('ffprobe', [
      '-v',
      'error',
      '-select_streams',
      'v:0',
      ...entries,
      '-of',
      'json',
      file,
    ]);
    const list = JSON.parse(pictures).packets as { pts_time: string; flags: string }[];
    expect(packets.length).toBeGreaterThan(list.length);
    return {
      codecs,
      firstIsKey: list[0]!.flags.startsWith('K'),
      times: list.map((p) => Number(p.pts_time)).sort((a, b) => a - b),
    };
  });
}

/** Every segment begins with a key frame, and no picture is missing between two. */
async function expectWhole({ segments, media, states }: Captured): Promise<void> {
  const frames = await Promise.all(media.map(framesOf));
  for (const { firstIsKey, codecs } of frames) {
    expect(firstIsKey).toBe(true);
    expect([...codecs].sort()).toEqual(['aac', 'h264']);
  }
  const times = frames.flatMap((one) => one.times);
  for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeCloseTo(0.04, 2);
  segments.slice(0, -1).forEach((segment, i) => {
    expect(segment.duration).toBeGreaterThanOrEqual(5.5);
    expect(segment.duration).toBeLessThan(8);
    expect(segment.duration).toBeCloseTo(frames[i]!.times.length * 0.04, 1);
    expect(segment.sequence).toBe(i);
  });
  expect(states[0]).toBe('live');
}

describe.concurrent('a broadcast by', () => {
  it('UDP is captured without transcoding, cut at key frames', async () => {
    const port = await freeUdpPort();
    const sender = new Sender(['-f', 'mpegts', `udp://127.0.0.1:${port}?pkt_size=1316`]);
    await expectWhole(await capture(`udp://127.0.0.1:${port}`, 2));
    await sender.stop();
  });

  it('RTP is', async () => {
    const port = await freeUdpPort();
    const sender = new Sender(['-f', 'rtp_mpegts', `rtp://127.0.0.1:${port}`]);
    await expectWhole(await capture(`rtp://127.0.0.1:${port}`, 2));
    await sender.stop();
  });

  it('RTMP is', async () => {
    const port = await freeTcpPort();
    const address = `rtmp://127.0.0.1:${port}/live/one`;
    const sender = new Sender(['-f', 'flv', '-listen', '1', address]);
    const captured = await capture(address, 2);
    await expectWhole(captured);
    expect(captured.segments[0]?.source).toMatchObject({ url: address, ip: '127.0.0.1', status: null });
    await sender.stop();
  });

  it('SRT is', async () => {
    const port = await freeUdpPort();
    const sender = new Sender(['-f', 'mpegts', `srt://127.0.0.1:${port}?mode=listener`]);
    await expectWhole(await capture(`srt://127.0.0.1:${port}`, 2));
    await sender.stop();
  });

  it('RTSP is', async () => {
    const server = await RtspServer.start();
    await expectWhole(await capture(server.url, 2));
    await server.close();
  });
});

describe.concurrent('MPEG-TS over HTTP without an end', () => {
  /** Sends to each who asks, from a key frame on, and closes the first connections after some ms. */
  const serveLive = async (closeAfter: readonly number[]) => {
    const senders: Sender[] = [];
    const server = await serve((_, response) => {
      const sender = new Sender(['-f', 'mpegts', 'pipe:1']);
      senders.push(sender);
      sender.stdout.pipe(response.writeHead(200, { 'content-type': 'video/mp2t' }));
      const patience = closeAfter[senders.length - 1];
      if (patience !== undefined) setTimeout(() => response.destroy(), patience);
    });
    const close = async () => {
      await Promise.all(senders.map((sender) => sender.stop()));
      await server.close();
    };
    return { url: `${server.url}/live/ann/secret/7.ts`, close };
  };

  it('is captured, cut at key frames', async () => {
    const server = await serveLive([]);
    const captured = await capture(server.url, 2);
    await server.close();
    await expectWhole(captured);
    expect(captured.segments[0]?.source).toMatchObject({ status: 200, ip: '127.0.0.1' });
  });

  it('is connected to again when it breaks: what follows is a discontinuity', async () => {
    // The first one looks what it is.
    const server = await serveLive([60_000, 9_000]);
    const captured = await capture(server.url, 3);
    await server.close();
    const { segments, notes, lost } = captured;
    expect(segments.map(({ discontinuity }) => discontinuity)).toEqual([false, false, true]);
    expect(segments.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    expect(lost).toEqual([]);
    expect(notes.join()).toContain('connecting again');
    expect(notes.join()).not.toContain('secret');
  });

  it('is gone when nothing comes for long', async () => {
    const server = await serveLive([
      60_000, 8_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
    const timing = { ...TIMING, giveUpAfter: 3_000, stallAfter: 1_000 };
    const { states, segments, gone } = await captureAll(server.url, { options: { timing } });
    await server.close();
    expect(segments.length).toBeGreaterThan(0);
    expect(states.at(-1)).toBe('gone');
    expect(gone).not.toContain('secret');
  });
});

describe('a capture process', () => {
  it('that gives nothing is ended, and begun anew', async () => {
    const port = await freeUdpPort();
    const context = {
      fetcher: { fetch: () => Promise.reject(new Error('nothing is fetched')) },
      locate: async () => '127.0.0.1',
      spool: '',
      timing: DEFAULT_TIMING,
      now: Date.now,
      random: Math.random,
    };
    const rules = { silence: 1_000, memory: 2 ** 30 };
    const connect = ffmpegInputOf(operatorAddress(`udp://127.0.0.1:${port}`), context, rules);
    const seen: string[] = [];
    const attempt = connect(new AbortController().signal, async ({ bytes }) => {
      for await (const chunk of bytes) seen.push(String(chunk.length));
    });
    await expect(attempt).rejects.toThrow('gave nothing for 1 s');
    expect(seen).toEqual([]);
  });

  it('that grows is ended', async () => {
    const port = await freeUdpPort();
    const sender = new Sender(['-f', 'mpegts', `udp://127.0.0.1:${port}?pkt_size=1316`]);
    const context = {
      fetcher: { fetch: () => Promise.reject(new Error()) },
      locate: async () => '127.0.0.1',
      spool: '',
      timing: DEFAULT_TIMING,
      now: Date.now,
      random: Math.random,
    };
    const connect = ffmpegInputOf(operatorAddress(`udp://127.0.0.1:${port}`), context, {
      silence: 10_000,
      memory: 2 ** 20,
    });
    const attempt = connect(new AbortController().signal, async ({ bytes }) => {
      for await (const _ of bytes);
    });
    await expect(attempt).rejects.toThrow(/grew to \d+ MiB/);
    await sender.stop();
  });
});

describe('an address of a broadcast', () => {
  const opened = (url: string, mayBeInternal: boolean) =>
    ffmpegInput({ ...operatorAddress(url), mayBeInternal }, '192.0.2.1');

  it('is opened by the number that was checked, and may open nothing else', () => {
    expect(opened('srt://h.example:9?passphrase=x', false)).toMatchObject({
      url: expect.stringMatching(/^srt:\/\/192\.0\.2\.1:9\?passphrase=x&mode=caller/),
      options: ['-protocol_whitelist', 'srt', '-f', 'mpegts'],
    });
    expect(opened('rtmp://h.example/app/key', false).options).toContain('rtmp://h.example/app');
    for (const url of ['rtmp://h.example/a', 'rtsp://h.example/a', 'srt://h.example:9', 'udp://h.example:9'])
      expect(opened(url, true).options.join()).not.toMatch(/file|http|pipe/);
  });

  it("that would be received from this network is only the operator's to name", () => {
    const inside = operatorAddress('http://one.example/list.m3u');
    const outside = { ...inside, mayBeInternal: false };
    expect(() => resolveAddress(outside, 'udp://239.0.0.1:1234')).toThrow('only the operator');
    expect(resolveAddress(inside, 'udp://239.0.0.1:1234').url.href).toBe('udp://239.0.0.1:1234');
  });
});
