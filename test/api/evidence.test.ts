import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, streamprint } from '../support/cli.js';
import { broadcast, cutIntoSegments, type LiveChannels } from '../support/live-channels.js';
import { makeChannel, makeProgramme } from '../support/programme.js';
import { startService, type TestService } from '../support/service.js';
import { until } from '../transport/support.js';

/** Seconds of the channel a second of the clock. */
const PACE = 2;

/** A real service watches a real channel; what convinces an analyst is asked for over HTTP. */
describe('evidence over HTTP', () => {
  let folder: string;
  let channels: LiveChannels;
  let service: TestService;
  let found: Json;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-evidence-'));
    for (const [i, name] of ['alpha', 'other', 'more'].entries())
      await makeProgramme(file(`${name}.mp4`), 941 + i, 40);
    await makeChannel(file('channel.ts'), [
      { file: file('other.mp4'), from: 0, seconds: 10 },
      { file: file('alpha.mp4'), from: 5, seconds: 24 },
      { file: file('more.mp4'), from: 0, seconds: 14 },
    ]);
    await cutIntoSegments(file('channel.ts'), file('channels/one'));
    await streamprint(['register', file('alpha.mp4'), '--data', file('data'), '--json']);
    channels = await broadcast(file('channels'), PACE);
    channels.end();
    service = await startService({ data: file('data'), targets: [channels.url] });
    await until(
      async () => {
        const { json } = await service.request('GET', '/v1/detections?state=closed', { as: 'analyst' });
        found = json.items[0];
        return json.items.length;
      },
      (count) => count > 0,
      240_000,
    );
  }, 360_000);
  afterAll(async () => {
    await service?.close();
    await channels?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const get = (route: string, as = 'analyst') =>
    service.request('GET', `/v1/detections/${found.id}/${route}`, { as });

  /** Brightness of a few points of a picture. */
  const picture = async (n: number, side: string) => {
    const frame = await fetch(`${service.url}/v1/detections/${found.id}/frames/${n}/${side}`, {
      headers: { authorization: `Bearer ${service.key('analyst')}` },
    });
    expect(frame.headers.get('content-type')).toBe('image/jpeg');
    const jpeg = Buffer.from(await frame.arrayBuffer());
    return sharp(jpeg).resize(32, 18, { fit: 'fill' }).greyscale().raw().toBuffer();
  };

  it('compares both sides second by second', async () => {
    const { status, json } = await get('alignment');
    expect(status).toBe(200);
    expect(json).toMatchObject({ available: true, reason: null });
    const length = (Date.parse(found.end) - Date.parse(found.start)) / 1000;
    expect(json.perSecond).toHaveLength(Math.ceil(length));
    const values = (kind: string) => json.perSecond.flatMap((one: Json) => one[kind] ?? []) as number[];
    const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
    expect(values('sound').length).toBeGreaterThan(length / 2);
    // Words are kept on a grid of 80 ms of UTC, which falls otherwise in each run: 0.43 to 0.64 was measured, the least
    // on a busy machine.
    expect(mean(values('sound'))).toBeGreaterThan(0.3);
    expect(values('picture').length).toBeGreaterThan(0);
    expect(mean(values('picture'))).toBeGreaterThan(0.5);
    for (const { streamTime, referenceTime } of json.points)
      expect(Math.abs(json.line.offset + json.line.speed * streamTime - referenceTime)).toBeLessThan(1);
    const near = (json.hits as [number, number][]).filter(
      ([time, at]) => Math.abs(json.line.offset + time - at) < 0.15,
    );
    expect(near.length).toBeGreaterThan(50);
    const part = await get('alignment?from=5&to=8');
    expect(part.json.perSecond.map(({ t }: Json) => t)).toEqual([5, 6, 7]);
    expect((await get('alignment?from=5&to=2')).json).toMatchObject({ status: 422, pointer: '/to' });
  });

  it('shows the peaks of both sides, and the landmarks that agree', async () => {
    const { json } = await get('spectrogram/stream?from=2&length=10');
    expect(json).toMatchObject({ available: true, from: 2, to: 12 });
    expect(json.peaks.length).toBeGreaterThan(50);
    expect(json.agreeing.length).toBeGreaterThan(20);
    const reference = (await get('spectrogram/reference?from=2&length=10')).json;
    expect(reference).toMatchObject({ available: true, image: null });
    expect(reference.imageReason).toMatch(/only its fingerprint/);
    expect(reference.agreeing.length).toBe(json.agreeing.length);
    for (const { own, other } of json.agreeing) {
      const [[time, hz], [referenceTime, referenceHz]] = [own[0], other[0]];
      expect(Math.abs(found.reference.start + time - referenceTime)).toBeLessThan(0.25);
      expect(Math.abs(Math.log2(hz / referenceHz))).toBeLessThan(0.05);
    }
    expect(json.words.words.length).toBeGreaterThan(100);
    expect((await get('spectrogram/stream?from=1e22')).json).toMatchObject({ status: 400, pointer: '/from' });
    expect((await get('spectrogram/stream?from=86400')).json).toMatchObject({ available: false });
  });

  it('fetches the media from the probe, and shows both sides in step', { timeout: 120_000 }, async () => {
    await until(
      async () => (await get('frames')).json,
      (json) => json.media.state !== 'fetching',
      60_000,
    );
    const { json } = await get('frames');
    expect(json.media).toMatchObject({ state: 'ready', placed: 'exactly' });
    // The first pair was taken when the detection was found, from what there was.
    const shown = json.items.slice(1).filter((one: Json) => one.stream.available && one.reference.available);
    expect(shown.length).toBeGreaterThan(2);
    const pictures = await Promise.all(
      shown.map(async ({ n }: Json) => [await picture(n, 'stream'), await picture(n, 'reference')] as const),
    );
    const alike = pictures.map(([stream, reference]) => correlation(stream, reference));
    const unlike = pictures.map(([stream], i) => correlation(stream, pictures.at(i - 1)![1]));
    expect(Math.min(...alike)).toBeGreaterThan(Math.max(0.8, ...unlike));
    expect((await get('frames/999/stream')).json).toMatchObject({ status: 404, code: 'not-found' });
    expect((await get('frames/0/left')).json).toMatchObject({ status: 400 });
  });

  it('plays the sound of the stream, and says why there is none of the reference', async () => {
    const audio = await fetch(`${service.url}/v1/detections/${found.id}/audio/stream?from=1&length=5`, {
      headers: { authorization: `Bearer ${service.key('analyst')}` },
    });
    expect(audio.headers.get('content-type')).toBe('audio/wav');
    const bytes = Buffer.from(await audio.arrayBuffer());
    expect(bytes.length).toBe(44 + 2 * 8000 * 5);
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset + 44, 8000 * 5);
    expect(samples.filter((sample) => Math.abs(sample) > 100).length).toBeGreaterThan(8000);
    expect((await get('audio/reference')).json).toMatchObject({ status: 404, code: 'not-found' });
    const { json } = await get('spectrogram/stream?from=1&length=5');
    const { columns, rows, pixels } = json.image;
    expect(Buffer.from(pixels, 'base64')).toHaveLength(columns * rows);
  });

  it('tells where the bytes came from', async () => {
    const { json } = await get('facts');
    expect(json.coverage.length).toBeGreaterThan(0);
    expect(json.capture).toMatchObject({ available: true, probe: 'test' });
    expect(json.capture.segments[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(json.capture.segments[0]).toMatchObject({ ip: '127.0.0.1', status: 200 });
    const by = async (query: string) =>
      (await service.request('GET', `/v1/detections?${query}`, { as: 'analyst' })).json;
    expect((await by('ip=127.0.0.1')).items[0].id).toBe(found.id);
    expect((await by('ip=%5B::ffff:127.0.0.1%5D')).status).toBe(422);
    expect((await by('ip=::ffff:127.0.0.1&ip=192.0.2.1')).items).toHaveLength(1);
    expect((await by('ip=192.0.2.1')).items).toEqual([]);
    expect((await by('asn=64500&asn=64501')).items).toEqual([]);
    expect(await by('ip=localhost')).toMatchObject({ status: 422, pointer: '/ip' });
  });

  it("shows nothing of another tenant's", async () => {
    for (const route of [
      'alignment',
      'frames',
      'frames/0/stream',
      'audio/stream',
      'spectrogram/stream',
      'facts',
    ])
      expect((await get(route, 'studio:rights-holder')).status, route).toBe(404);
    expect(service.troubles).toEqual([]);
  });
});

/** 1 = the same, 0 = unlike. */
function correlation(a: Uint8Array, b: Uint8Array): number {
  const mean = (all: Uint8Array) => all.reduce((sum, value) => sum + value, 0) / all.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const [da, db] = [value - ma, b[i]! - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  });
  return ab / Math.sqrt(aa * bb);
}
