import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../samples/random.js';
import { type Json, streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel } from '../support/programme.js';
import { DetectionLog } from './detection-log.js';
import { type Doom, runDoomed } from './doomed-run.js';
import { makeProgrammes } from './programmes.js';

const KILLS = 8;
/** Kills in one data directory before a run is let through. */
const KILLS_A_LIFE = 3;
const SEED = 'killed while watching a folder';

/** The real command, killed while it works through a folder of segments, run again on the same folder. */
describe('watching a folder, killed at any moment', () => {
  let folder: string;
  let usual: number;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-survival-folder-'));
    await fs.mkdir(file('temporary'));
    await makeProgrammes(file('programmes'), ['alpha', 'beta', 'other'], 30);
    const stretch = (name: string, from: number, seconds: number) => ({
      file: file(`programmes/${name}.mp4`),
      from,
      seconds,
    });
    await makeChannel(file('channel.ts'), [
      stretch('other', 0, 4),
      stretch('alpha', 2, 22),
      stretch('beta', 0, 20),
      stretch('other', 4, 12),
      stretch('alpha', 5, 20),
    ]);
    await cutIntoSegments(file('channel.ts'), file('stream'));
    await fs.rm(file('programmes/other.mp4'));
    await streamprint(['register', file('programmes'), '--data', file('catalogue'), '--json']);
    await fs.cp(file('catalogue'), file('unharmed'), { recursive: true });
    const began = performance.now();
    await streamprint(['monitor', file('stream'), '--data', file('unharmed'), '--json']);
    usual = performance.now() - began;
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it(`has what it printed, and in the end each programme once, through ${KILLS} kills`, async () => {
    const random = new Random(SEED);
    for (let kills = 0, life = 0; kills < KILLS; life++) {
      const data = file(`data-${life}`);
      await fs.cp(file('catalogue'), data, { recursive: true });
      const log = new DetectionLog();
      let isOver = false;
      for (let kill = 0; kill < KILLS_A_LIFE && kills < KILLS && !isOver; kill++) {
        const args = ['monitor', file('stream'), '--data', data, '--json'];
        const run = await runDoomed(args, doomOf(random, usual), random, file('temporary'));
        expect(run).toMatchObject({ survivors: [], stderr: '' });
        isOver = !run.killed;
        kills += Number(run.killed);
        log.take(run.lines);
        log.expectIn(await detections(data));
      }
      if (!isOver) await watchToTheEnd(data, log);
      await expectAsUnharmed(data);
    }
  }, 300_000);

  it('gives the same detections when the folder is watched again after it was watched to its end', async () => {
    const before = await detections(file('unharmed'));
    const again = await streamprint(['monitor', file('stream'), '--json', '--data', file('unharmed')]);
    const opened = again.json.filter(({ type }) => type === 'detection.opened');
    expect(opened.map(({ detection }) => detection.id)).toEqual(before.map(({ id }) => id));
    expect(await detections(file('unharmed'))).toEqual(before);
  });

  async function watchToTheEnd(data: string, log: DetectionLog): Promise<void> {
    const last = await streamprint(['monitor', file('stream'), '--json', '--data', data]);
    expect(last).toMatchObject({ code: 0, stderr: '' });
    log.take(last.json);
    log.expectIn(await detections(data));
  }

  async function expectAsUnharmed(data: string): Promise<void> {
    const facts = ({ assetId, reference, state }: Json) => ({ assetId, reference, state });
    const unharmed = (await detections(file('unharmed'))).map(facts);
    expect(unharmed.map(({ assetId }) => assetId)).toEqual(['alpha', 'beta', 'alpha']);
    expect((await detections(data)).map(facts)).toEqual(unharmed);
    expect(await fs.readdir(data)).not.toContain('spool');
    expect(await fs.readdir(file('temporary'))).toEqual([]);
  }

  async function detections(data: string) {
    const { code, json, stderr } = await streamprint(['detections', '--json', '--data', data]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return json;
  }
});

/** A third of the moments by the clock, the others soon after something was said of a detection. */
function doomOf(random: Random, usual: number): Doom {
  return random.chance(1 / 3)
    ? { after: random.range(0, 0.8 * usual) }
    : { lines: random.int(1, 8), event: /^detection/, after: random.range(0, 30) };
}
