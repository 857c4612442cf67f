import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NONE_KNOWN } from '../../src/detections/tracker.js';
import { newRun } from '../../src/monitor/new-run.js';
import { type Bus, openEmbeddedBus } from '../../src/transport/index.js';
import { toldDetections } from '../../src/worker/known-detections.js';
import { NO_NEWS } from '../../src/worker/news.js';
import { toldRun } from '../../src/worker/run-state.js';
import { type Said, StreamStates } from '../../src/worker/stream-states.js';
import { RUN } from '../transport/support.js';

const stream = { id: 'one', name: 'One', url: 'http://pirate.example/one.m3u8' };
const AT = '2026-01-31T12:00:00.000Z';

/** What a worker would say that has told so much. */
function said(told: number): Said {
  return {
    stream,
    at: AT,
    capture: { state: 'live', since: AT, reason: '', probe: 'probe-1' },
    progress: { segments: { partition: 0, offset: told, run: RUN, next: told + 1 }, fingerprints: null },
    told,
    run: toldRun(RUN, newRun(null, NONE_KNOWN)),
    detections: toldDetections(NONE_KNOWN),
    news: NO_NEWS,
  };
}

describe('where streams stand', () => {
  let directory: string;
  let bus: Bus;
  let workers: [StreamStates, StreamStates];
  const troubles: string[] = [];
  const open = () => StreamStates.open(bus, Date.now, (message) => troubles.push(message), 500);

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-states-'));
    bus = openEmbeddedBus({ directory }, { blobs: null });
    workers = [await open(), await open()];
  });
  afterEach(async () => {
    await Promise.all(workers.map((states) => states.close()));
    await bus.close();
    fs.rmSync(directory, { recursive: true, force: true });
    expect(troubles).toEqual([]);
  });

  it('is what the last worker said that had claimed a stream, and not what one says that has lost it', async () => {
    const [one, two] = workers;
    const first = await one.claim(stream);
    expect(first.state).toBeNull();
    expect(await one.save(first, said(1))).toBe(true);
    const second = await two.claim(stream);
    expect(second.state).toMatchObject({ told: 1 });
    expect(await one.save(first, said(2))).toBe(false);
    expect(await two.save(second, said(3))).toBe(true);
    expect(one.isOurs('one', first)).toBe(false);
    const third = await open();
    expect(third.all).toMatchObject([{ told: 3, claim: second.claim }]);
    await third.close();
  });

  it('is one thing to all, however two workers race for a stream', async () => {
    const [one, two] = workers;
    const counted: number[] = [];
    const race = async (states: StreamStates) => {
      for (let n = 0; n < 10; n++)
        try {
          const hold = await states.claim(stream);
          const before = hold.state?.told ?? 0;
          if (await states.save(hold, said(before + 1))) counted.push(before);
        } catch (error) {
          // The other one has followed at once, and it is gone.
          expect(error).toMatchObject({ code: 'SP_BUS_UNAVAILABLE' });
        }
    };
    await Promise.all([race(one), race(two)]);
    expect(counted.length).toBeGreaterThan(0);
    // No two states that counted go on from the same one.
    expect(new Set(counted).size).toBe(counted.length);
    expect(one.all).toEqual(two.all);
  });

  it('is not said where it is more than anybody would read', async () => {
    const [one] = workers;
    const hold = await one.claim(stream);
    const detection = {
      ...{
        id: RUN,
        catalogue: 'c',
        assetId: 'a',
        title: 'T'.repeat(4000),
        referenceId: RUN,
        modality: 'both' as const,
      },
      ...{
        reference: { start: 0, end: 1 },
        speed: 1,
        mirrored: false,
        box: null,
        score: 1,
        expectedFalsePerDay: 0,
      },
      ...{ time: { start: AT, end: AT }, delay: null },
    };
    const closed = Array.from({ length: 300 }, () => detection);
    const large = { ...said(1), detections: { open: closed, closed: [], past: [] } };
    await expect(one.save(hold, large)).rejects.toMatchObject({ code: 'SP_MESSAGE_INVALID', field: 'value' });
    expect(await one.save(hold, said(1))).toBe(true);
  });

  it('is forgotten when it is asked to', async () => {
    const [one, two] = workers;
    await one.save(await one.claim(stream), said(1));
    await one.forget('one');
    expect((await two.claim(stream)).state).toBeNull();
  });
});
