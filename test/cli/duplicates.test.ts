import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/storage/database.js';
import { type Json, streamprint } from '../support/cli.js';
import { ffmpeg, makeChannel, makeProgramme } from '../support/programme.js';

/** An ident of 6 s, at 0 s of one work and at 20 s of another; a third has neither; a fourth has its sound alone. */
const IDENT = 6;

describe('content that works share', () => {
  let folder: string;
  let data: string[];
  const file = (name: string) => path.join(folder, name);
  const duplicates = async (...args: string[]) =>
    (await streamprint(['catalogue', 'duplicates', '--json', ...args, ...data])).json;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-duplicates-'));
    data = ['--data', file('data')];
    for (const [i, name] of ['ident', 'one', 'two', 'three', 'four'].entries())
      await makeProgramme(file(`${name}-own.mp4`), 70 + i, 30);
    const of = (name: string, from: number, seconds: number) => ({
      file: file(`${name}-own.mp4`),
      from,
      seconds,
    });
    await makeChannel(file('one.mp4'), [of('ident', 3, IDENT), of('one', 0, 24)]);
    await makeChannel(file('two.mp4'), [of('two', 0, 20), of('ident', 3, IDENT), of('two', 20, 10)]);
    await makeChannel(file('three.mp4'), [of('three', 0, 14), of('three', 0, 14)]);
    const sound = `[0:a]atrim=3:${3 + 2 * IDENT},asetpts=PTS-STARTPTS,adelay=7000:all=1[s]`;
    const inputs = ['-i', file('ident-own.mp4'), '-i', file('four-own.mp4')];
    const filter = `${sound};[1:a]volume='if(between(t,7,${7 + 2 * IDENT}),0,1)':eval=frame[m];[m][s]amix=normalize=0[a]`;
    await ffmpeg(
      ...inputs,
      '-filter_complex',
      filter,
      '-map',
      '1:v',
      '-map',
      '[a]',
      '-c:v',
      'copy',
      file('four.mp4'),
    );
  }, 120_000);
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  const expectInterval = ({ start, end }: Json, from: number, to: number) => {
    expect(Math.abs(start - from)).toBeLessThan(0.5);
    expect(Math.abs(end - to)).toBeLessThan(0.5);
  };

  it('is found when they are registered, and told in one line', async () => {
    const [one] = (await streamprint(['register', file('one.mp4'), '--json', ...data])).json;
    expect(one!.shared).toEqual([]);
    const { stdout } = await streamprint(['register', file('two.mp4'), '--catalogue', 'studio', ...data]);
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(stdout).toMatch(/shares 0:0[56]\.\d with one \[default\/one\]: see catalogue duplicates/);
  });

  it('is listed with its place in both, what it is, and how long', async () => {
    const [ident, ...rest] = await duplicates();
    expect(rest).toEqual([]);
    expect(ident).toMatchObject({
      a: { catalogue: 'default', assetId: 'one', title: 'one' },
      b: { catalogue: 'studio', assetId: 'two', title: 'two' },
      modality: 'both',
    });
    expectInterval(ident!.a, 0, IDENT);
    expectInterval(ident!.b, 20, 20 + IDENT);
    expect(ident!.length).toBeCloseTo(ident!.a.end - ident!.a.start, 6);
    expect(ident!.score).toBeGreaterThan(0.9);
    const { stdout } = await streamprint(['catalogue', 'duplicates', ...data]);
    expect(stdout).toContain('default/one');
    expect(stdout).toContain('studio/two');
  });

  it('is not what a work repeats itself', async () => {
    const [three] = (await streamprint(['register', file('three.mp4'), '--json', ...data])).json;
    expect(three!.shared).toEqual([]);
    expect(await duplicates()).toHaveLength(1);
  });

  it('may be sound alone', async () => {
    const [four] = (await streamprint(['register', file('four.mp4'), '--json', ...data])).json;
    expect(four!.shared.map((shared: Json) => shared.b.assetId).sort()).toEqual(['one', 'two']);
    for (const shared of four!.shared) {
      expect(shared.modality).toBe('audio');
      expectInterval(shared.a, 7, 7 + IDENT);
    }
  });

  it('is listed for one catalogue, its side first', async () => {
    const ofStudio = await duplicates('--catalogue', 'studio');
    expect(ofStudio.map((shared) => `${shared.a.assetId} ${shared.b.assetId}`).sort()).toEqual([
      'two four',
      'two one',
    ]);
    expect(await duplicates('--catalogue', 'none')).toEqual([]);
  });

  it('is all of it where two assets have the same bytes, and nothing where one asset has two renditions', async () => {
    const register = async (...args: string[]) =>
      (await streamprint(['register', ...args, '--json', ...data])).json[0]!;
    const copy = await register(file('three.mp4'), '--catalogue', 'studio');
    expect(copy.shared).toMatchObject([
      { a: { catalogue: 'studio' }, b: { catalogue: 'default' }, modality: 'both', score: 1 },
    ]);
    expectInterval(copy.shared[0].a, 0, 28);
    expectInterval(copy.shared[0].b, 0, 28);
    await ffmpeg('-i', file('three.mp4'), '-c:v', 'copy', '-b:a', '64k', file('rendition.mp4'));
    await fs.writeFile(file('titles.csv'), 'file,asset_id\nrendition.mp4,three\n');
    const { shared } = await register(file('rendition.mp4'), '--metadata', file('titles.csv'));
    expect(shared.map((one: Json) => `${one.b.catalogue}/${one.b.assetId}`)).toEqual(['studio/three']);
  });

  it('goes with the reference that is removed', async () => {
    await streamprint(['catalogue', 'remove', 'one', 'four', ...data]);
    await streamprint(['catalogue', 'remove', 'three', '--catalogue', 'studio', ...data]);
    expect(await duplicates()).toEqual([]);
    await streamprint(['register', file('one.mp4'), ...data]);
    expect(await duplicates()).toHaveLength(1);
  });

  it('is found by a scan where it was registered without being compared', async () => {
    const database = Database.open(file('data/references/catalogue.db'));
    database.exec('DELETE FROM overlaps; UPDATE fingerprints SET compared = 0');
    database.close();
    const before = await streamprint(['catalogue', 'duplicates', ...data]);
    expect(before.stderr).toContain('were never compared: --scan does it');
    const [ident, ...rest] = await duplicates('--scan');
    expect(rest).toEqual([]);
    expectInterval(ident!.a, 20, 20 + IDENT);
    expectInterval(ident!.b, 0, IDENT);
    expect((await streamprint(['catalogue', 'duplicates', ...data])).stderr).toBe('');
  });
});
