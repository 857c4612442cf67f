import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../samples/random.js';
import { streamprint } from '../support/cli.js';
import { type Doom, type DoomedRun, runDoomed } from './doomed-run.js';
import { contentOf, type IndexContent } from './index-content.js';
import { makeMedley, makeProgrammes, names } from './programmes.js';

const KILLS = 18;
const TITLES = names(12);
const CATALOGUES = ['first', 'second'];
const SEED = 'killed while registering';

/** The real command, killed while it registers, run again in the same data directory. */
describe('registration, killed at any moment', () => {
  let folder: string;
  let whole: IndexContent;
  let usual: number;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-survival-register-'));
    await fs.mkdir(file('temporary'));
    await makeProgrammes(file('programmes'), TITLES, 8);
    await makeMedley(file('medley.mp4'), file('programmes'), TITLES, { from: 1, seconds: 6 });
    const began = performance.now();
    await streamprint(['register', file('programmes'), '--data', file('unharmed'), '--json']);
    usual = performance.now() - began;
    whole = await contentOf(file('unharmed'));
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it(`keeps what it has acknowledged, whole and once, through ${KILLS} kills`, async () => {
    const random = new Random(SEED);
    let kills = 0;
    let acknowledged = new Set<string>();
    let allAcknowledged = 0;
    for (let life = 0; kills < KILLS; life++) {
      const data = file(`data-${life}`);
      acknowledged = new Set();
      for (const catalogue of CATALOGUES) {
        for (let complete = false; !complete && kills < KILLS; ) {
          const args = ['register', file('programmes'), '--catalogue', catalogue, '--data', data, '--json'];
          const run = await runDoomed(args, doomOf(random, usual), random, file('temporary'));
          kills += Number(run.killed);
          complete = !run.killed;
          expect(run.survivors).toEqual([]);
          expect(run.stderr).toBe('');
          for (const name of acknowledgedBy(run)) acknowledged.add(name);
          await expectWhole(data, acknowledged, whole);
          expect((await fs.readdir(file('temporary'))).length).toBeLessThanOrEqual(1);
        }
      }
      allAcknowledged += acknowledged.size;
    }
    expect(allAcknowledged).toBeGreaterThan(KILLS);
    await expectTheRestToRegister(acknowledged);
  }, 300_000);

  /** The last data directory, most of its life spent being killed, ends as if nothing had happened. */
  async function expectTheRestToRegister(acknowledged: ReadonlySet<string>): Promise<void> {
    const [last] = (await fs.readdir(folder))
      .filter((name) => name.startsWith('data-'))
      .sort(byNumber)
      .slice(-1);
    const data = ['--data', file(last!)];
    const catalogue = [...acknowledged].some((name) => name.startsWith('second/')) ? 'second' : 'first';
    const rest = await streamprint([
      'register',
      file('programmes'),
      '--catalogue',
      catalogue,
      '--json',
      ...data,
    ]);
    expect(rest).toMatchObject({ code: 0, stderr: '' });
    const { json } = await streamprint(['match', file('medley.mp4'), '--json', ...data]);
    const found = json[0]!.matches.filter((match: { catalogue: string }) => match.catalogue === catalogue);
    expect(found.map((match: { assetId: string }) => match.assetId)).toEqual(TITLES);
    await expectNothingLeftOver(file(last!));
  }
});

const byNumber = (a: string, b: string) => Number(a.split('-')[1]) - Number(b.split('-')[1]);

/** Half of the moments by the clock, half soon after an acknowledgement, where the writing is. */
function doomOf(random: Random, usual: number): Doom {
  return random.chance(0.5)
    ? { after: random.range(0, usual) }
    : { lines: random.int(1, TITLES.length), after: random.range(0, 60) };
}

function acknowledgedBy(run: DoomedRun): string[] {
  return run.lines.map(({ catalogue, assetId, error }) => {
    expect(error).toBeNull();
    return `${catalogue}/${assetId}`;
  });
}

async function expectWhole(data: string, acknowledged: Iterable<string>, whole: IndexContent): Promise<void> {
  const content = await contentOf(data);
  expect(content.damage).toEqual([]);
  expect(content.references).toEqual([...new Set(content.references)]);
  expect(content.references).toEqual(expect.arrayContaining([...acknowledged]));
  expect([...content.assets].sort()).toEqual([...content.references].sort());
  for (const [name, digest] of content.digests)
    expect(digest, name).toBe(whole.digests.get(`default/${name.split('/')[1]}`));
}

/** Nothing lies in the data directory that no record names. */
async function expectNothingLeftOver(data: string): Promise<void> {
  const files = (await fs.readdir(data, { recursive: true, withFileTypes: true })).filter((e) => e.isFile());
  expect(files.map(({ name }) => name).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(files.filter(({ name }) => name.endsWith('.stills'))).toHaveLength(TITLES.length);
}
