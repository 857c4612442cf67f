import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../workers/decode/index.js';
import { collect, MEDIA_SECONDS, MediaFolder, X264 } from './media.js';

const media = new MediaFolder();
const TS = () => media.make('whole.ts', `${X264} -c:a aac`);
const MP4 = () => media.make('whole.mp4', `${X264} -c:a aac -movflags +faststart`);
const MKV = () => media.make('whole.mkv', `${X264} -c:a aac`);

/** A copy of a file, changed. */
function changed(name: string, from: string, change: (bytes: Buffer) => Buffer): string {
  writeFileSync(media.file(name), change(readFileSync(from)));
  return media.file(name);
}

/** Noise that is the same every time. */
function noise(bytes: Buffer, from = 0, to = bytes.length): Buffer {
  let state = 12345;
  for (let i = Math.floor(from); i < to; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

const firstHalf = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);
const noiseInTheMiddle = (bytes: Buffer) => noise(bytes, bytes.length * 0.4, bytes.length * 0.6);
const withoutTheMiddle = (bytes: Buffer) => {
  const packets = Math.floor(bytes.length / 188);
  const at = (part: number) => 188 * Math.floor(packets * part);
  return Buffer.concat([bytes.subarray(0, at(0.3)), bytes.subarray(at(0.6))]);
};

/** Its tables, and what comes last. */
const lastPackets = (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 3 * 188), bytes.subarray(-5 * 188)]);

describe.each(['libav', 'ffmpeg'] as const)('the %s decoder', (name) => {
  it.each([
    ['half an MP4', () => changed('half.mp4', MP4(), firstHalf)],
    ['half a Matroska file', () => changed('half.mkv', MKV(), firstHalf)],
    ['a transport stream without its middle', () => changed('holed.ts', TS(), withoutTheMiddle)],
    ['a transport stream with noise in it', () => changed('noise.ts', TS(), noiseInTheMiddle)],
    ['an MP4 with noise in it', () => changed('noise.mp4', MP4(), noiseInTheMiddle)],
    ['a Matroska file with noise in it', () => changed('noise.mkv', MKV(), noiseInTheMiddle)],
  ])('decodes what is left of %s, and says how much is missing', async (_, make) => {
    const file = make();
    const decoder = await loadDecoder(name);
    const { outcome, pictures, sound } = await collect(decoder, file, { pictures: 'dense' });
    const { missing, warnings, duration } = outcome.report;
    expect(Math.abs(duration - MEDIA_SECONDS)).toBeLessThan(0.5);
    const samples = sound[0]?.reduce((n, piece) => n + piece.samples, 0) ?? 0;
    expect(Math.abs(duration - samples / 8000 - missing.audio)).toBeLessThan(0.1);
    expect(missing.audio).toBeGreaterThan(1);
    expect(missing.video).toBeGreaterThan(1);
    expect(pictures.length).toBeGreaterThan(12);
    // One picture each 0.2 s, where there are any.
    expect(Math.abs(duration - missing.video - pictures.length / 5)).toBeLessThan(1);
    expect(warnings.join(' ')).toContain('s of picture could not be decoded');
    expect(warnings.join(' ')).toContain('s of sound could not be decoded');
  });

  it('decodes a transport stream of a few packets, with frames that look like another container', async () => {
    const silence = '-f lavfi -i anullsrc=r=48000 -t 3 -c:a aac';
    const whole = media.ffmpeg('silence.ts', silence.split(' '));
    const file = changed('few.ts', whole, lastPackets);
    const { outcome, sound } = await collect(await loadDecoder(name), file);
    expect(outcome.report.container).toBe('mpegts');
    expect(sound[0]?.length).toBeGreaterThan(0);
  });

  it.each([
    ['no file', 'nothing.mp4', null, 'SP_INPUT_MISSING'],
    ['an empty file', 'empty.mp4', Buffer.alloc(0), 'SP_INPUT_EMPTY'],
    ['zeros', 'zeros.mp4', Buffer.alloc(100_000), 'SP_INPUT_NOT_MEDIA'],
    ['text', 'text.mp4', Buffer.from('words, nothing but words\n'.repeat(100)), 'SP_INPUT_NOT_MEDIA'],
    [
      'a web page',
      'page.mp4',
      Buffer.from('<!DOCTYPE html><html><body>No</body></html>'),
      'SP_INPUT_NOT_MEDIA',
    ],
    ...['mp4', 'ts', 'mp3', 'aac', 'mkv'].map(
      (ext) => [`noise`, `noise-only.${ext}`, noise(Buffer.alloc(300_000)), 'SP_INPUT_NOT_MEDIA'] as const,
    ),
  ] as const)('refuses %s (%s) in a sentence that names it', async (_, file, bytes, code) => {
    const path = media.file(file);
    if (bytes) writeFileSync(path, bytes);
    const refused = collect(await loadDecoder(name), path);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(path) });
  });

  it('refuses an MP4 that ends before its index', async () => {
    const file = changed('no-index.mp4', media.make('behind.mp4', `${X264} -c:a aac`), firstHalf);
    await expect(collect(await loadDecoder(name), file)).rejects.toMatchObject({
      code: 'SP_INPUT_NOT_MEDIA',
    });
  });

  it.each([
    [
      'an HLS playlist',
      'list.ts',
      (target: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n${target}\n#EXT-X-ENDLIST\n`,
    ],
    ['a list of files', 'list.mp4', (target: string) => `ffconcat version 1.0\nfile '${target}'\n`],
    [
      'a session description',
      'list.mkv',
      () => 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n',
    ],
  ])('opens nothing that %s given as media points to', async (_, file, text) => {
    let fetched = 0;
    const server = createServer((_request, response) => {
      fetched++;
      response.end();
    }).listen(0);
    const { port } = server.address() as AddressInfo;
    try {
      for (const target of [TS(), `http://127.0.0.1:${port}/segment.ts`]) {
        writeFileSync(media.file(file), text(target));
        const refused = collect(await loadDecoder(name), media.file(file));
        await expect(refused).rejects.toMatchObject({ code: 'SP_INPUT_NOT_MEDIA' });
      }
      expect(fetched).toBe(0);
    } finally {
      server.close();
    }
  });

  it('gives the same every time', async () => {
    const decoder = await loadDecoder(name);
    const once = await collect(decoder, changed('noise.ts', TS(), noiseInTheMiddle));
    const again = await collect(decoder, media.file('noise.ts'));
    expect(again).toEqual(once);
  });
});
