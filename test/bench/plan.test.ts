import { describe, expect, it } from 'vitest';
import type { IndexFigures } from '../../bench/index-scale/run.js';
import { planOf, type Wanted } from '../../bench/plan/plan.js';

const WANTED: Wanted = {
  streams: 6000,
  hours: 20_000,
  segmentSeconds: 6,
  mbit: 8,
  edgeKB: null,
  asking: 1,
  shardHours: 10_000,
  coresPerNode: 10,
  diskPerNodeTB: 1,
  replicas: 1,
  load: 0.5,
};

function row(hours: number, segmentP50Ms: number): IndexFigures {
  return {
    engine: 'elasticsearch',
    hours,
    method: 'loaded',
    registerRealtime: 5000,
    mergeRealtime: 5000,
    mibPerHour: 2,
    lookupP50Ms: 0,
    lookupP95Ms: 0,
    lookupP99Ms: 0,
    hitP95Ms: 0,
    missP95Ms: 0,
    segmentP50Ms,
    segmentP95Ms: 0,
    queries: 1,
    recall: 1,
    clips: 1,
    rssMiB: 0,
  };
}

/** From 100 h to 1,000 h look-ups take twice as long, and from there to 10,000 h again. */
const MEASURED = { wholeWay: 100, index: [row(100, 10), row(1000, 20)] };

describe('the plan', () => {
  it('has every look-up ask every shard, each as dear as its hours make it', () => {
    const { index } = planOf(WANTED, MEASURED);
    expect(index.shards).toBe(2);
    expect(index.lookUpsASecond).toBe(1000);
    expect(index.coreMsALookUp).toBeCloseTo(2 * 40);
    expect(index.cores).toBeCloseTo((1000 * 0.08) / 0.5);
    expect(index.nodes).toBe(16);
    expect(index.terabytes).toBeCloseTo((2 * 20_000 * 2 * 2 ** 20) / 1e12);
  });

  it('has as many workers as decode in real time', () => {
    const { workers, ingest } = planOf(WANTED, MEASURED);
    expect(workers.cores).toBeCloseTo(120);
    expect(workers.nodes).toBe(12);
    expect(ingest.megabytesASecond).toBe(6000);
    expect(ingest.partitions).toBe(600);
  });

  it('sends less from probes that send fingerprints', () => {
    const { ingest } = planOf({ ...WANTED, edgeKB: 4 }, MEASURED);
    expect(ingest.megabytesASecond).toBeCloseTo(24);
    expect(ingest.brokers).toBe(1);
  });

  it('says what takes most first, and refuses to plan on nothing', () => {
    expect(planOf({ ...WANTED, edgeKB: 4 }, MEASURED).breaksFirst[0]).toMatch(/^look-ups/);
    expect(planOf(WANTED, MEASURED).breaksFirst[0]).toMatch(/^brokers/);
    expect(() => planOf(WANTED, { wholeWay: 100, index: [] })).toThrow(RangeError);
  });
});
