import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { assetId, streamId, utcMillis } from '../../src/domain/ids.js';
import { detection } from '../support/detection.js';
import { startService, type TestService } from '../support/service.js';

const STREAMS = 500;
const EACH = 20;

describe('the time line of many streams', () => {
  let service: TestService;
  const now = Date.now();
  beforeAll(async () => {
    service = await startService();
    const store = DetectionStore.openBeside(service.data);
    for (let i = 0; i < STREAMS; i++) {
      const stream = { id: streamId(`s${i}`), name: `Stream ${i}`, url: `http://s${i}.example/` };
      store.saveStream(stream);
      const detections = Array.from({ length: EACH }, (_, n) => {
        const start = now - 3_600_000 * (n + 1);
        const time = { start: utcMillis(start), end: utcMillis(start + 60_000) };
        return detection({ stream, state: 'closed', assetId: assetId(`a${n}`), title: `Title ${n}`, time });
      });
      store.save(stream.id, { detections });
    }
    store.close();
  }, 120_000);
  afterAll(() => service.close());

  it('is one answer, with each bar where it belongs', async () => {
    const answer = await service.request('GET', '/v1/timeline', { as: 'authority:analyst' });
    const { streams, assets, bars, more } = answer.json;
    expect([streams.length, assets.length, bars.length, more]).toEqual([
      STREAMS,
      EACH,
      STREAMS * EACH,
      false,
    ]);
    expect(answer.text.length).toBeLessThan(1_200_000);
    const counts = new Map<string, number>();
    for (const [stream, start, end, asset] of bars) {
      counts.set(streams[stream].id, (counts.get(streams[stream].id) ?? 0) + 1);
      expect(end - start).toBe(60_000);
      expect(assets[asset].title).toBe(`Title ${assets[asset].id.slice(1)}`);
    }
    expect(new Set(counts.values())).toEqual(new Set([EACH]));
    const names = streams.map(({ name }: { name: string }) => name);
    expect(names).toEqual([...names].sort());
  });

  it('gives no more than was asked for, and says so', async () => {
    const few = (
      await service.request('GET', '/v1/timeline?limit=100&streams=s1&streams=s2', {
        as: 'authority:analyst',
      })
    ).json;
    expect([few.streams.length, few.bars.length, few.more]).toEqual([2, 2 * EACH, false]);
    const cut = (await service.request('GET', '/v1/timeline?limit=100', { as: 'authority:analyst' })).json;
    expect([cut.bars.length, cut.more]).toEqual([100, true]);
  });
});
