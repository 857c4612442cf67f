import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../samples/random.js';
import { type Json, streamprint } from '../support/cli.js';
import { type Doom, runDoomed } from './doomed-run.js';
import { contentOf, type IndexContent } from './index-content.js';
import { makeMedley, makeProgrammes, names } from './programmes.js';

const KILLS = 12;
const TITLES = names(7);
const SEED = 'killed while removing';
/** Fewer are not worth a run: they are registered again. */
const TOO_FEW = 3;

/** The real command, killed while it removes, run again with what is left. */
describe('removal, killed at any moment', () => {
  let folder: string;
  let data: string[];
  let whole: IndexContent;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-survival-remove-'));
    data = ['--data', file('data')];
    await fs.mkdir(file('temporary'));
    await makeProgrammes(file('programmes'), TITLES, 8);
    await makeMedley(file('medley.mp4'), file('programmes'), TITLES, { from: 1, seconds: 6 });
    // Several calls, so that the index has several segments to shrink and to merge.
    for (const group of [TITLES.slice(0, 3), TITLES.slice(3, 5), TITLES.slice(5)]) await register(group);
    whole = await contentOf(file('data'));
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it(`never finds again what it has acknowledged, and keeps the rest whole, through ${KILLS} kills`, async () => {
    const random = new Random(SEED);
    let there = [...TITLES];
    let acknowledged = 0;
    for (let kills = 0; kills < KILLS; ) {
      const order = shuffled(there, random);
      const run = await runDoomed(
        ['catalogue', 'remove', ...order, '--json', ...data],
        doomOf(random, order.length),
        random,
        file('temporary'),
      );
      kills += Number(run.killed);
      expect(run.survivors).toEqual([]);
      expect(run.stderr).toBe('');
      const removed = run.lines.map((line) => line.id as string);
      expect(run.lines.map((line) => line.removed)).toEqual(removed.map(() => 1));
      expect(removed).toEqual(order.slice(0, removed.length));
      acknowledged += removed.length;
      there = await expectOnly(there, removed);
      if (there.length < TOO_FEW) {
        await register(TITLES);
        there = await expectOnly(TITLES, []);
      }
    }
    expect(acknowledged).toBeGreaterThan(KILLS);
  }, 300_000);

  /** @returns what is there now: one more than was acknowledged may have gone. */
  async function expectOnly(before: readonly string[], removed: readonly string[]): Promise<string[]> {
    const content = await contentOf(file('data'));
    const there = before.filter((title) => content.references.includes(`default/${title}`));
    expect(content.damage).toEqual([]);
    expect(content.references).toEqual(there.map((title) => `default/${title}`));
    expect(content.assets).toEqual(content.references);
    for (const title of removed) expect(there).not.toContain(title);
    expect(before.length - removed.length - there.length).toBeLessThanOrEqual(1);
    for (const [name, digest] of content.digests) expect(digest, name).toBe(whole.digests.get(name));
    const { code, json } = await streamprint(['match', file('medley.mp4'), '--json', ...data]);
    expect(code).toBe(0);
    expect(json[0]!.matches.map((match: Json) => match.assetId)).toEqual(there);
    return there;
  }

  async function register(titles: readonly string[]): Promise<void> {
    const files = titles.map((title) => file(`programmes/${title}.mp4`));
    expect(await streamprint(['register', ...files, '--json', ...data])).toMatchObject({ code: 0 });
  }
});

/** A quarter of the moments by the clock, the others soon after an acknowledgement, where the writing is. */
function doomOf(random: Random, count: number): Doom {
  return random.chance(1 / 4)
    ? { after: random.range(0, 400) }
    : { lines: random.int(1, Math.ceil(count / 2)), after: random.range(0, 8) };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
