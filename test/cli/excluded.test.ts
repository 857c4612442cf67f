import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, start, streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel, makeProgramme } from '../support/programme.js';

/** Third-party material in an asset: 16 to 28 s of its reference, shown from 16 to 28 s of the channel. */
const EXCLUDED = { start: 16, end: 28 };

describe('excluded intervals', () => {
  let folder: string;
  let data: string[];
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-excluded-'));
    data = ['--data', file('data')];
    await makeProgramme(file('work.mp4'), 41, 50);
    await makeProgramme(file('other.mp4'), 42, 10);
    const whole = { file: file('work.mp4'), from: 0, seconds: 44 };
    await makeChannel(file('whole.ts'), [whole, { file: file('other.mp4'), from: 0, seconds: 6 }]);
    await makeChannel(file('inside.ts'), [{ file: file('work.mp4'), from: 17, seconds: 10 }]);
    await cutIntoSegments(file('whole.ts'), file('whole'));
    await cutIntoSegments(file('inside.ts'), file('inside'));
    await fs.writeFile(file('titles.csv'), 'file,asset_id,excluded\nwork.mp4,work,16-28\n');
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  const matchesIn = async (name: string): Promise<Json[]> =>
    (await streamprint(['match', file(name), '--json', ...data])).json[0]!.matches;

  const expectCut = (stretches: readonly { start: number; end: number }[]) => {
    expect(stretches).toHaveLength(2);
    for (const { start: from, end } of stretches)
      expect(from >= EXCLUDED.end - 0.1 || end <= EXCLUDED.start + 0.1, `${from} to ${end}`).toBe(true);
  };

  it('come with the metadata, and are shown', async () => {
    const args = ['register', file('work.mp4'), '--metadata', file('titles.csv'), ...data];
    expect(await streamprint(args)).toMatchObject({ code: 0 });
    const { json } = await streamprint(['catalogue', 'show', 'work', '--json', ...data]);
    expect(json).toMatchObject([{ id: 'work', excluded: [EXCLUDED] }]);
    const { stdout } = await streamprint(['catalogue', 'show', 'work', ...data]);
    expect(stdout).toContain('excluded: 16-28');
  });

  it('never claim in a file', async () => {
    expect(await matchesIn('inside.ts')).toEqual([]);
    const matches = await matchesIn('whole.ts');
    expectCut(matches.map((match) => match.stream));
    expectCut(matches.map((match) => match.reference));
    expect(Math.abs(matches[0]!.stream.start)).toBeLessThan(0.5);
    expect(matches[0]!.stream.end).toBeCloseTo(16, 0);
    expect(matches[1]!.stream.start).toBeCloseTo(28, 0);
    expect(matches[1]!.stream.end).toBeCloseTo(44, 0);
  });

  it('never claim on a stream', async () => {
    const inside = await streamprint(['monitor', file('inside'), '--json', ...data]);
    expect(inside.json.filter((event) => event.type.startsWith('detection'))).toEqual([]);
    const { json } = await streamprint(['monitor', file('whole'), '--json', ...data]);
    const closed = json.filter((event) => event.type === 'detection.closed').map((event) => event.detection);
    expectCut(closed.map((detection) => detection.reference));
    const first = Math.min(...closed.map((detection) => Date.parse(detection.start)));
    expectCut(
      closed.map((detection) => ({
        start: (Date.parse(detection.start) - first) / 1000,
        end: (Date.parse(detection.end) - first) / 1000,
      })),
    );
  });

  it('are added and cleared by the command', async () => {
    const added = await streamprint(['catalogue', 'exclude', 'work', '0-12.5', '11-16', '--json', ...data]);
    expect(added.json).toMatchObject([{ id: 'work', excluded: [{ start: 0, end: 28 }] }]);
    expect((await matchesIn('whole.ts')).map((match) => Math.round(match.stream.start))).toEqual([28]);
    expect(await streamprint(['catalogue', 'exclude', 'work', '--clear', ...data])).toMatchObject({
      code: 0,
      stdout: 'work [default/work]: nothing excluded\n',
    });
    expect(await matchesIn('inside.ts')).toHaveLength(1);
  });

  it('that make no sense, or of no asset, are refused', async () => {
    for (const interval of ['5', '9-3', 'a-b', '0-1e9'])
      expect(await streamprint(['catalogue', 'exclude', 'work', interval, ...data])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`"${interval}"`),
      });
    expect((await streamprint(['catalogue', 'exclude', 'work', ...data])).stderr).toContain('[SP_USAGE]');
    const none = await streamprint(['catalogue', 'exclude', 'none', '1-2', ...data]);
    expect(none.stderr).toContain('[SP_NOT_FOUND]');
  });

  it('are there after a process that set them was killed as soon as it had said so', async () => {
    for (const [interval, excluded] of [
      ['1-2', [{ start: 1, end: 2 }]],
      ['3-4', [{ start: 3, end: 4 }]],
    ] as const) {
      const child = start(['catalogue', 'exclude', 'work', '--clear', interval, '--json', ...data]);
      await new Promise((resolve) => child.stdout!.once('data', resolve));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      const { json } = await streamprint(['catalogue', 'show', 'work', '--json', ...data]);
      expect(json).toMatchObject([{ excluded }]);
    }
  });
});
