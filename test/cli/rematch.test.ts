import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { ffmpeg, makeChannel, makeProgramme } from '../support/programme.js';

/** Titles that are registered after they were shown. */
describe('the past of streams', () => {
  let folder: string;
  let data: string[];
  const file = (name: string) => path.join(folder, name);
  const begins = new Map<string, number>();
  const of = (lines: readonly Json[], stream: string) => lines.filter((line) => line.stream.id === stream);
  /** Seconds from the start of a stream. */
  const into = (time: string, stream: string) => (Date.parse(time) - begins.get(stream)!) / 1000;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-past-'));
    data = ['--data', file('data')];
    await Promise.all(
      ['alpha', 'beta', 'other', 'more', 'gamma'].map((name, i) =>
        makeProgramme(file(`${name}.mp4`), 811 + i, 40),
      ),
    );
    const stretch = (name: string, from: number, seconds: number) => ({
      file: file(`${name}.mp4`),
      from,
      seconds,
    });
    await makeChannel(file('one.ts'), [
      stretch('other', 0, 10),
      stretch('alpha', 5, 24),
      stretch('more', 0, 10),
    ]);
    await makeChannel(file('two.ts'), [
      stretch('more', 12, 8),
      stretch('beta', 4, 20),
      stretch('other', 15, 6),
      stretch('alpha', 10, 20),
    ]);
    await makeChannel(file('three.ts'), [stretch('other', 0, 30), stretch('more', 0, 30)]);
    const faster = '[0:v]setpts=PTS*24/25,fps=25[v];[0:a]asetrate=44100*25/24,aresample=44100[a]';
    await ffmpeg(
      ...['-i', file('gamma.mp4'), '-filter_complex', faster, '-map', '[v]', '-map', '[a]'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', file('fast.mp4')],
    );
    await makeChannel(file('four.ts'), [stretch('other', 0, 6), stretch('fast', 5, 28)]);
    const channels = ['one', 'two', 'three', 'four'];
    for (const name of channels) await cutIntoSegments(file(`${name}.ts`), file(name));
    await streamprint(['monitor', ...channels.map(file), '--json', ...data]);
    const { json } = await streamprint(['streams', '--json', ...data]);
    for (const stream of json) begins.set(stream.id, Date.parse(stream.ledger[0].start));
  }, 300_000);
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it('tells on which channels a clip ran, and when, without registering it', async () => {
    await makeChannel(file('clip.mp4'), [{ file: file('beta.mp4'), from: 8, seconds: 12 }]);
    const { code, json } = await streamprint(['match', file('clip.mp4'), '--past', '--json', ...data]);
    expect(code).toBe(0);
    expect(json[0]).toMatchObject({ error: null, past: [{ stream: { id: 'two' }, modality: 'both' }] });
    const [ran] = json[0]!.past;
    expect(into(ran.start, 'two')).toBeCloseTo(12, 0);
    expect(into(ran.end, 'two')).toBeCloseTo(24, 0);
    expect((await streamprint(['catalogue', 'list', '--json', ...data])).json).toEqual([]);
  });

  it('finds a clip that ran at the speed of another frame rate, when that is asked', async () => {
    const { json } = await streamprint(['match', file('gamma.mp4'), '--past', '--speeds', '--json', ...data]);
    const [ran] = json[0]!.past;
    expect(ran).toMatchObject({ stream: { id: 'four' }, modality: 'both' });
    expect(ran.speed).toBeCloseTo(25 / 24, 2);
    // Which moments are kept as words is a matter of the clock: what was before may agree by chance for a word or two.
    expect(Math.abs(into(ran.start, 'four') - 6)).toBeLessThan(1);
  });

  it('finds a title registered later on the channels that showed it, and on no other', async () => {
    await streamprint(['register', file('alpha.mp4'), ...data]);
    const { code, json, stderr } = await streamprint(['rematch', '--json', ...data]);
    expect(code, stderr).toBe(0);
    expect(json.map((line) => [line.stream.id, line.assetId, line.outcome])).toEqual([
      ['one', 'alpha', 'new'],
      ['two', 'alpha', 'new'],
    ]);
    const [one] = of(json, 'one');
    expect(into(one!.start, 'one')).toBeCloseTo(10, 0);
    expect(into(one!.end, 'one')).toBeCloseTo(34, 0);
    expect(one!.reference.start).toBeCloseTo(5, 0);
    const [two] = of(json, 'two');
    expect(into(two!.start, 'two')).toBeCloseTo(34, 0);
    expect(into(two!.end, 'two')).toBeCloseTo(54, 0);
  });

  it('keeps what was found as detections, and a second time changes nothing', async () => {
    const before = (await streamprint(['detections', '--json', ...data])).json;
    expect(before.map((line) => [line.stream.id, line.assetId, line.state])).toEqual(
      expect.arrayContaining([
        ['one', 'alpha', 'closed'],
        ['two', 'alpha', 'closed'],
      ]),
    );
    expect((await streamprint(['rematch', '--json', ...data])).json).toEqual([]);
    const again = await streamprint(['rematch', '--all', '--json', ...data]);
    expect(again.json.map((line) => line.outcome)).toEqual(['known', 'known']);
    expect((await streamprint(['detections', '--json', ...data])).json).toEqual(before);
  });

  it('finds under the same id what is then seen live', async () => {
    const before = (await streamprint(['detections', '--json', ...data])).json;
    await streamprint(['monitor', file('one'), '--json', ...data]);
    const now = (await streamprint(['detections', '--json', ...data])).json;
    expect(now.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  it('asks for one asset, one stream and a time', async () => {
    await streamprint(['register', file('beta.mp4'), ...data]);
    const rematch = async (...args: string[]) =>
      (await streamprint(['rematch', '--json', ...args, ...data])).json;
    expect(await rematch('--asset', 'beta', '--stream', 'one')).toEqual([]);
    const early = new Date(begins.get('two')! - 7_200_000).toISOString();
    expect(await rematch('--asset', 'beta', '--until', early)).toEqual([]);
    expect(await rematch('--asset', 'beta', '--stream', 'two')).toMatchObject([{ outcome: 'new' }]);
    const { code, stderr } = await streamprint(['rematch', '--asset', 'none', ...data]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('SP_NOT_FOUND')]);
  });
});
