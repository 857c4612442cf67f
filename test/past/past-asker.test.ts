import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../../src/matching/score.js';
import { PastAsker } from '../../src/past/past-asker.js';
import { PastReader } from '../../src/past/past-reader.js';
import type { Rematched } from '../../src/past/rematch.js';
import { RematchRecords } from '../../src/past/rematch-records.js';
import { openEmbeddedIndex } from '../../src/reference-index/embedded/index.js';
import { streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel, makeProgramme } from '../support/programme.js';

const HOUR = 3_600_000;

/** What a process that watches streams does by itself. */
describe('asking the past by itself', () => {
  let folder: string;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-asker-'));
    await Promise.all([makeProgramme(file('alpha.mp4'), 931, 30), makeProgramme(file('other.mp4'), 932, 30)]);
    const other = { file: file('other.mp4'), from: 0, seconds: 8 };
    await makeChannel(file('one.ts'), [other, { file: file('alpha.mp4'), from: 4, seconds: 22 }, other]);
    await cutIntoSegments(file('one.ts'), file('one'));
    await streamprint(['monitor', file('one'), '--data', file('data')]);
    await streamprint(['register', file('alpha.mp4'), '--data', file('data')]);
  }, 300_000);
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  /** Runs until it has found something, or has asked for everything. @param later ms that have passed since */
  async function ask(later: number): Promise<{ found: Rematched[]; detections: number; asked: number }> {
    const index = await openEmbeddedIndex(file('data'));
    const store = DetectionStore.openWriter(file('data'));
    const records = RematchRecords.open(file('data'));
    const found: Rematched[] = [];
    const troubles: string[] = [];
    const asker = new PastAsker({
      past: new PastReader(file('data')),
      index,
      detections: store,
      records,
      maxFalsePerDay: DEFAULT_MAX_FALSE_PER_DAY,
      now: () => Date.now() + later,
      onFound: (rematched) => found.push(rematched),
      onTrouble: (message) => troubles.push(message),
    });
    asker.start();
    for (let i = 0; i < 200 && (records.asked().size === 0 || records.waiting().length > 0); i++) {
      if (later === 0 && records.asked().size > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await asker.close();
    expect(troubles).toEqual([]);
    const result = { found, detections: store.find({}).length, asked: records.asked().size };
    records.close();
    store.close();
    await index.close();
    return result;
  }

  it('leaves to the live watch what may still go on, and enters it when that is over', async () => {
    const now = await ask(0);
    expect(now.found.map(({ outcome }) => outcome)).toEqual(['waiting']);
    expect(now).toMatchObject({ detections: 0, asked: 1 });
    const later = await ask(HOUR);
    expect(later.found.map(({ outcome }) => outcome)).toEqual(['new']);
    expect(later.detections).toBe(1);
    expect(later.found[0]!.detections).toMatchObject([{ assetId: 'alpha', state: 'closed' }]);
  }, 120_000);

  it('asks once', async () => {
    const again = await ask(HOUR);
    expect(again).toEqual({ found: [], detections: 1, asked: 1 });
  });
});
