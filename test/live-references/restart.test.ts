import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, outcomeOf, start, streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeProgramme } from '../support/programme.js';

describe('the capture of a live reference', () => {
  let folder: string;
  let data: string[];
  /** When the first capture began, ms UTC. */
  let begun = 0;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-live-restart-'));
    data = ['--data', file('data')];
    await makeProgramme(file('own.mp4'), 941, 24);
    await cutIntoSegments(file('own.mp4'), file('own'));
  }, 120_000);
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  /** Captures until so many parts were registered, or it is gone. */
  async function capture(): Promise<Json[]> {
    const child = start(['live-reference', 'run', '--part', '8', '--json', ...data]);
    const outcome = outcomeOf(child);
    child.stdout!.on('data', (chunk: string) => {
      if (chunk.includes('gone')) child.kill('SIGTERM');
    });
    const { json, code, stderr } = await outcome;
    expect(code, stderr).toBe(0);
    return json.filter(({ type }) => type === 'part');
  }
  const references = async () =>
    (await streamprint(['catalogue', 'stats', '--json', ...data])).json[0]!.references;
  const add = (...options: string[]) =>
    streamprint(['live-reference', 'add', 'Our Channel', file('own'), ...options, ...data]);

  it('goes on with its line of UTC when it is begun again: nothing is there twice', async () => {
    await add();
    begun = Date.now();
    const first = await capture();
    expect(first.length).toBeGreaterThanOrEqual(2);
    const count = await references();
    const second = await capture();
    expect(second).toHaveLength(first.length);
    second.forEach((part, i) => {
      expect(Math.abs(Date.parse(part.start) - Date.parse(first[i]!.start))).toBeLessThanOrEqual(2);
    });
    expect(await references()).toBe(count);
    const { json } = await streamprint(['live-reference', 'list', '--json', ...data]);
    expect(json).toMatchObject([{ assetId: 'our-channel', days: 7 }]);
  }, 240_000);

  it('lets parts leave the index that are older than the window', async () => {
    await add('--days', String(1 / 86_400));
    // The last moment of the media is 24 s after the first capture began, and it took a moment to begin.
    await setTimeout(begun + 32_000 - Date.now());
    await capture();
    expect(await references()).toBe(0);
  }, 240_000);
});
