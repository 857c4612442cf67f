import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type Outcome, outcomeOf, start, streamprint } from '../support/cli.js';
import { broadcast, cutIntoSegments, type LiveChannels } from '../support/live-channels.js';
import { makeChannel, makeProgramme } from '../support/programme.js';

/** Length of the rights holder's own channel, s. */
const SECONDS = 64;
const PART = 8;

/** A rights holder's own channel, a pirate that is 10 s behind it and one that is 12 s ahead of our capture. */
describe('a live reference', () => {
  let folder: string;
  let channels: LiveChannels;
  let data: string[];
  let captured: Outcome;
  let watched: Outcome;
  const file = (name: string) => path.join(folder, name);
  const on = (lines: readonly Json[], stream: string) => lines.filter((line) => line.stream.id === stream);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-live-reference-'));
    data = ['--data', file('data')];
    await Promise.all([
      makeProgramme(file('own.mp4'), 921, SECONDS),
      makeProgramme(file('other.mp4'), 922, SECONDS),
    ]);
    const own = { file: file('own.mp4'), from: 0, seconds: SECONDS };
    const other = { file: file('other.mp4'), from: 0, seconds: 10 };
    await makeChannel(file('behind.ts'), [other, { ...own, seconds: SECONDS - 14 }]);
    await makeChannel(file('ahead.ts'), [{ ...own, from: 12, seconds: SECONDS - 12 }, other]);
    await makeChannel(file('none.ts'), [{ ...other, seconds: SECONDS }]);
    await cutIntoSegments(file('own.mp4'), file('channels/own'));
    for (const name of ['behind', 'ahead', 'none'])
      await cutIntoSegments(file(`${name}.ts`), file(`channels/${name}`));
    channels = await broadcast(file('channels'), 1);
    const address = (name: string) => channels.url.replace('list.m3u', `${name}/index.m3u8`);
    await streamprint([
      'live-reference',
      'add',
      'Our Channel',
      address('own'),
      '--catalogue',
      'ours',
      ...data,
    ]);
    await fs.writeFile(
      file('pirates.m3u'),
      `#EXTM3U\n${['behind', 'ahead', 'none'].map((name) => `#EXTINF:-1 tvg-id="${name}",${name}\n${address(name)}\n`).join('')}`,
    );
    const capturing = start(['live-reference', 'run', '--part', String(PART), '--json', ...data]);
    const capturedLater = outcomeOf(capturing);
    const watching = outcomeOf(start(['monitor', file('pirates.m3u'), '--json', ...data]));
    setTimeout(() => channels.end(), 1000 * SECONDS);
    watched = await watching;
    capturing.kill('SIGINT');
    captured = await capturedLater;
  }, 400_000);
  afterAll(async () => {
    await channels.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('is registered part by part while it runs', () => {
    expect(captured.code, captured.stderr).toBe(0);
    const parts = captured.json.filter(({ type }) => type === 'part');
    expect(parts.length).toBeGreaterThan(SECONDS / PART / 2);
    expect(parts.every(({ assetId }) => assetId === 'our-channel')).toBe(true);
  });

  it('is found on a stream that is behind, as one detection over the borders of parts, with its delay', async () => {
    const { json } = await streamprint(['detections', '--json', ...data]);
    const found = on(json, 'behind');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ assetId: 'our-channel', catalogue: 'ours' });
    expect(Math.abs(found[0]!.delay - 10)).toBeLessThan(4);
    expect((Date.parse(found[0]!.end) - Date.parse(found[0]!.start)) / 1000).toBeGreaterThan(2 * PART);
    expect(on(json, 'none')).toEqual([]);
    const opened = watched.json.filter(({ type }) => type === 'detection.opened');
    expect(opened.map(({ detection }) => detection.stream.id)).toContain('behind');
  });

  it('is found on a stream that is ahead of our capture, when the reference has come', async () => {
    await streamprint(['rematch', '--all', '--json', ...data]);
    const found = on((await streamprint(['detections', '--json', ...data])).json, 'ahead');
    expect(found).toHaveLength(1);
    expect(Math.abs(found[0]!.delay + 12)).toBeLessThan(4);
    expect((Date.parse(found[0]!.end) - Date.parse(found[0]!.start)) / 1000).toBeGreaterThan(SECONDS / 2);
  });

  it('goes with all its parts', async () => {
    const { stdout } = await streamprint([
      'live-reference',
      'remove',
      'our-channel',
      '--catalogue',
      'ours',
      ...data,
    ]);
    expect(stdout).toMatch(/removed our-channel \(\d+ parts\)/);
    const { json } = await streamprint(['catalogue', 'stats', '--json', ...data]);
    expect(json[0]).toMatchObject({ references: 0 });
  });
});
