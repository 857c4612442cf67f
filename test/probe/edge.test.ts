import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFeatures } from '../../fingerprints/features-encoding.js';
import { MediaPool } from '../../src/media/media-pool.js';
import { fetchEvidence } from '../../src/probe/evidence/fetch-evidence.js';
import { startProbe } from '../../src/probe/probe.js';
import type { Content, Delivery } from '../../src/transport/index.js';
import { sha256 } from '../capture/support.js';
import { ffmpeg, makeProgramme } from '../support/programme.js';
import { until } from '../transport/support.js';
import { withScene } from './support.js';

const SECONDS = 36;
const ofType = <T extends Delivery['type']>(received: readonly Delivery[], type: T) =>
  received.filter((one): one is Extract<Delivery, { type: T }> => one.type === type);
const iso = (ms: number) => new Date(ms).toISOString();

describe('a probe at the edge', () => {
  let folder: string;
  let pool: MediaPool;
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-edge-'));
    await makeProgramme(path.join(folder, 'programme.mp4'), 51, SECONDS);
    await fs.mkdir(path.join(folder, 'channel'));
    const cut = ['-c', 'copy', '-f', 'segment', '-segment_time', '4'];
    await ffmpeg('-i', path.join(folder, 'programme.mp4'), ...cut, path.join(folder, 'channel/%03d.ts'));
    pool = await MediaPool.start({ threads: 1 });
  });
  afterAll(async () => {
    await pool.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const detectionOf = (
    { content }: Extract<Delivery, { type: 'fingerprint/1' }>,
    from: number,
    to: number,
  ): Content<'detection/1'> => {
    // Stream time 0 is when the first segment was had, less its duration.
    const origin = Date.parse(content.capture.start) - 4000;
    return {
      change: 'opened',
      number: 1,
      at: iso(Date.now()),
      id: '3f2b8a64-6f0e-4c55-9b54-0e8c7f4f1a11',
      stream: content.stream,
      catalogue: 'default',
      assetId: '51',
      title: 'Programme',
      referenceId: '3f2b8a64-6f0e-5c55-9b54-0e8c7f4f1a12',
      modality: 'both',
      reference: { start: from, end: to },
      speed: 1,
      mirrored: false,
      box: null,
      score: 1,
      delay: null,
      sender: null,
      expectedFalsePerDay: 0,
      time: { start: iso(origin + 1000 * from), end: iso(origin + 1000 * to) },
    };
  };

  it('sends what segments say, a hundredth of the media, and gives the media back when a detection asks', async () => {
    await withScene(
      async ({ bus, received, bodies, start, folder: place }) => {
        const options = { mode: 'edge', pool, ring: { maxAge: 3 } } as const;
        const probe = await start([path.join(folder, 'channel')], options);
        const said = await until(
          () => ofType(received, 'fingerprint/1'),
          (all) => all.length === SECONDS / 4,
          60_000,
        );
        for (const one of said) {
          const { content } = one;
          const features = decodeFeatures(bodies.get(one)!);
          expect(features.audio?.pitched.length).toBe(2);
          expect(features.pictures!.times.length).toBeGreaterThan(0);
          expect(content.features.encoding).toBe('features/1');
          expect(content.codecs).toEqual({ video: 'h264', audio: 'aac' });
          expect(content.media.start).toBeCloseTo(features.start, 5);
        }
        expect(ofType(received, 'segment/1')).toEqual([]);
        const [stats] = probe.stats.streams;
        const rate = stats!.featureBytes / stats!.featureSeconds;
        expect(stats!.featureSeconds).toBeGreaterThan(SECONDS - 1);
        expect(rate).toBeGreaterThan(1000);
        expect(rate).toBeLessThan(8000);

        // What a detection covers stays, everything else goes.
        const detection = detectionOf(said[0]!, 14, 22);
        await bus.publish('streamprint.detections', { type: 'detection/1', content: detection });
        await until(
          () => probe.stats.evidence.pinned,
          (count) => count === 1,
        );
        await new Promise((resolve) => setTimeout(resolve, 3500));
        const pinned = probe.stats.ring.pinnedSegments;
        expect(pinned).toBeGreaterThanOrEqual(2);
        expect(pinned).toBeLessThan(SECONDS / 4);

        const evidence: { sequence: number; digest: string }[] = [];
        const end = await fetchEvidence(
          bus,
          { stream: detection.stream, detection: detection.id, time: detection.time },
          {
            patience: 20_000,
            take: async ({ sequence }, body) => {
              evidence.push({ sequence, digest: sha256(await body.read()) });
            },
          },
        );
        expect(end).toMatchObject({ probe: 'probe-1', segments: pinned, reason: '' });
        const names = (await fs.readdir(path.join(folder, 'channel'))).sort();
        const digests = await Promise.all(
          names.map(async (name) => sha256(await fs.readFile(path.join(folder, 'channel', name)))),
        );
        // Those that show seconds 14 to 22, with the margin that is stated, and in order.
        expect(evidence.map(({ sequence }) => sequence)).toEqual(
          [1, 2, 3, 4, 5, 6, 7].slice(0, evidence.length),
        );
        expect(evidence.map(({ sequence }) => sequence)).toEqual(expect.arrayContaining([3, 4, 5]));
        for (const { sequence, digest } of evidence) expect(digest).toBe(digests[sequence]);

        // The next process of the same directory has it still, and does not answer again what was answered.
        await probe.stop();
        const delivered = probe.stats.evidence.delivered;
        expect(delivered).toBe(evidence.length);
        const again = await startProbe([path.join(folder, 'channel')], {
          bus,
          name: 'probe-1',
          directory: path.join(place, 'probe'),
          ...options,
        });
        const second = await fetchEvidence(
          bus,
          { stream: detection.stream, detection: null, time: detection.time },
          {
            patience: 20_000,
            take: async () => undefined,
          },
        );
        expect(second?.segments).toBeGreaterThanOrEqual(evidence.length);
        expect(again.stats.evidence.delivered).toBe(second?.segments);
        await again.stop();
      },
      ['streamprint.fingerprints', 'streamprint.segments'],
    );
  });

  it('takes fewer pictures while others wait to be decoded, and counts the segments', async () => {
    const seen = (channels: number) =>
      withScene(
        async ({ start, received, bodies, folder: place }) => {
          const targets = Array.from({ length: channels }, (_, i) => path.join(place, `channel-${i}`));
          for (const target of targets)
            await fs.cp(path.join(folder, 'channel'), target, { recursive: true });
          const probe = await start(targets, { mode: 'edge', pool });
          const said = await until(
            () => ofType(received, 'fingerprint/1'),
            (all) => all.length === channels * (SECONDS / 4),
            60_000,
          );
          const pictures = said.map((one) => decodeFeatures(bodies.get(one)!).pictures!.times.length);
          return { hastened: probe.stats.totals.hastened, pictures: pictures.reduce((a, b) => a + b) };
        },
        ['streamprint.fingerprints'],
      );
    const alone = await seen(1);
    const together = await seen(6);
    expect(alone.hastened).toBe(0);
    expect(together.hastened).toBeGreaterThan(0);
    expect(together.pictures).toBeLessThan(6 * alone.pictures);
    expect(together.pictures).toBeGreaterThanOrEqual((6 * alone.pictures) / 2);
  });

  it('says so when nothing is kept of a time, and nothing of streams that are not its own', async () => {
    await withScene(async ({ bus, start, received }) => {
      const probe = await start([path.join(folder, 'channel')]);
      await until(
        () => ofType(received, 'segment/1').length,
        (count) => count === SECONDS / 4,
        30_000,
      );
      const { stream } = ofType(received, 'segment/1')[0]!.content;
      const time = { start: iso(Date.now() - 3_600_000), end: iso(Date.now() - 3_000_000) };
      const take = async () => undefined;
      const end = await fetchEvidence(bus, { stream, detection: null, time }, { patience: 20_000, take });
      expect(end).toMatchObject({ segments: 0, time: null, reason: 'nothing is kept of that time' });
      const stranger = { ...stream, id: 'stranger' };
      expect(
        await fetchEvidence(bus, { stream: stranger, detection: null, time }, { patience: 1_000, take }),
      ).toBeNull();
      expect(probe.stats.evidence.delivered).toBe(0);
    });
  });

  it('reports a segment that cannot be decoded as lost, and goes on', async () => {
    await withScene(
      async ({ start, received, folder: place }) => {
        const channel = path.join(place, 'damaged');
        await fs.cp(path.join(folder, 'channel'), channel, { recursive: true });
        await fs.writeFile(path.join(channel, '003.ts'), 'no media');
        await start([channel], { mode: 'edge', pool });
        await until(
          () => ofType(received, 'fingerprint/1').length,
          (count) => count === SECONDS / 4 - 1,
          60_000,
        );
        const losses = ofType(received, 'lost/1').map(({ content }) => [content.sequence, content.by]);
        expect(losses).toEqual([[3, 'probe']]);
      },
      ['streamprint.fingerprints'],
    );
  });
});
