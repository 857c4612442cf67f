import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../samples/random.js';
import { streamprint } from '../support/cli.js';
import { broadcast, cutIntoSegments, type LiveChannels } from '../support/live-channels.js';
import { makeChannel } from '../support/programme.js';
import { DetectionLog } from './detection-log.js';
import { type Doom, runDoomed } from './doomed-run.js';
import { makeProgrammes } from './programmes.js';

/** Several watch at the same time, each into a data directory of its own. */
const WATCHERS = 3;
/** Kills of each. */
const KILLS = 4;
/** Seconds of the channels a second of the clock. */
const PACE = 2;
const SEED = 'killed while watching live channels';

/** What runs on the channels: programme, where it starts, how long; in seconds. `other` is not registered. */
const CHANNELS: Record<string, readonly (readonly [string, number, number])[]> = {
  one: [
    ['other', 0, 4],
    ['alpha', 2, 24],
    ['beta', 0, 24],
    ['other', 4, 6],
    ['alpha', 5, 22],
  ],
  two: [
    ['beta', 4, 22],
    ['other', 10, 4],
    ['gamma', 0, 28],
    ['alpha', 0, 24],
  ],
};

/** The real command, killed while it watches live streams, started again at once. */
describe('watching live channels, killed at any moment', () => {
  let folder: string;
  let channels: LiveChannels;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-survival-live-'));
    await fs.mkdir(file('temporary'));
    await makeProgrammes(file('programmes'), ['alpha', 'beta', 'gamma', 'other'], 30);
    for (const [name, stretches] of Object.entries(CHANNELS)) {
      await makeChannel(
        file(`${name}.ts`),
        stretches.map(([title, from, seconds]) => ({ file: file(`programmes/${title}.mp4`), from, seconds })),
      );
      await cutIntoSegments(file(`${name}.ts`), file(`channels/${name}`));
    }
    await fs.rm(file('programmes/other.mp4'));
    await streamprint(['register', file('programmes'), '--data', file('catalogue'), '--json']);
    channels = await broadcast(file('channels'), PACE);
  });
  afterAll(async () => {
    await channels.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it(`has what it printed and goes on with what was open, through ${WATCHERS * KILLS} kills`, async () => {
    const watchers = Array.from({ length: WATCHERS }, (_, i) => new Watcher(i, folder, channels.url));
    await Promise.all(watchers.map((watcher) => watcher.surviveKills()));
    channels.end();
    await Promise.all(watchers.map((watcher) => watcher.watchToTheEnd()));
    expect(watchers.reduce((sum, { log }) => sum + log.resumed, 0)).toBeGreaterThan(WATCHERS);
    expect(await fs.readdir(file('temporary'))).toEqual([]);
  }, 300_000);
});

class Watcher {
  readonly log = new DetectionLog();
  readonly #data: string;
  readonly #random: Random;

  constructor(
    number: number,
    private readonly folder: string,
    private readonly url: string,
  ) {
    this.#data = path.join(folder, `data-${number}`);
    this.#random = new Random(`${SEED} ${number}`);
  }

  async surviveKills(): Promise<void> {
    await fs.cp(path.join(this.folder, 'catalogue'), this.#data, { recursive: true });
    let spooled: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const args = ['monitor', this.url, '--data', this.#data, '--json'];
      const doom = doomOf(this.#random);
      const run = await runDoomed(args, doom, this.#random, path.join(this.folder, 'temporary'));
      expect(run).toMatchObject({ killed: true, survivors: [] });
      this.log.take(run.lines);
      await this.#stored();
      // What the run before had captured went before this one captured anything.
      const left = await this.#spool();
      if (run.lines.length > 0) expect(left.filter((name) => spooled.includes(name))).toEqual([]);
      spooled = left;
    }
  }

  async watchToTheEnd(): Promise<void> {
    const run = await streamprint(['monitor', this.url, '--data', this.#data, '--json']);
    expect(run.code).toBe(0);
    this.log.take(run.json);
    const stored = await this.#stored();
    expect(stored.filter(({ state }) => state === 'open')).toEqual([]);
    for (const [channel, stretches] of Object.entries(CHANNELS)) {
      const aired = stretches.map(([title]) => title).filter((title) => title !== 'other');
      const found = stored.filter(({ stream }) => stream.id === channel).map(({ assetId }) => assetId);
      // A programme of which only seconds were seen between two kills may be missed; none is found twice.
      expect(aired.join()).toMatch(new RegExp(found.join('.*')));
      expect(found.length).toBeGreaterThan(0);
    }
    expect(await this.#spool()).toEqual([]);
  }

  async #stored() {
    const { code, json, stderr } = await streamprint(['detections', '--json', '--data', this.#data]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    this.log.expectIn(json);
    return json;
  }

  /** Captured segments on disk. */
  async #spool(): Promise<string[]> {
    const files = await fs.readdir(this.#data, { recursive: true });
    return files.filter((name) => name.startsWith('spool/'));
  }
}

/** Most moments by the clock, the others soon after something was said of a detection. */
function doomOf(random: Random): Doom {
  return random.chance(2 / 3)
    ? { after: random.range(500, 8000) }
    : { lines: random.int(1, 3), event: /^detection/, after: random.range(0, 1000) };
}
