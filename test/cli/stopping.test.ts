import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, outcomeOf, start, streamprint } from '../support/cli.js';
import { broadcast, cutIntoSegments, type LiveChannels } from '../support/live-channels.js';
import { makeProgramme } from '../support/programme.js';

/** Resolves with the first event of a kind that a command prints. */
function event(child: ChildProcess, type: string): Promise<Json> {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const json = JSON.parse(line) as Json;
      if (json.type === type) resolve(json);
    });
  });
}

describe('monitor, when it is stopped', () => {
  let folder: string;
  let channels: LiveChannels;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-stop-'));
    await makeProgramme(file('film.mp4'), 41, 60);
    await cutIntoSegments(file('film.mp4'), file('channels/one'));
    await streamprint(['register', file('film.mp4'), '--data', file('catalogue')]);
    channels = await broadcast(file('channels'), 1);
  });
  afterAll(async () => {
    await channels.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  async function watch(name: string, ...options: string[]) {
    if (!(await fs.stat(file(name)).catch(() => null)))
      await fs.cp(file('catalogue'), file(name), { recursive: true });
    return start(['monitor', channels.url, '--json', '--data', file(name), ...options]);
  }
  const stored = async (name: string) =>
    (await streamprint(['detections', '--json', '--data', file(name)])).json;

  it('by the end of its duration, closes what is open', async () => {
    const { code, json } = await outcomeOf(await watch('duration', '--duration', '16'));
    expect(code).toBe(0);
    expect(json.filter((one) => one.type === 'detection.closed')).toHaveLength(1);
    expect(await stored('duration')).toMatchObject([{ assetId: 'film', state: 'closed' }]);
  });

  it('by SIGINT, closes what is open; by SIGTERM, leaves it to the next run', async () => {
    const first = await watch('signals');
    const ended = outcomeOf(first);
    const opened = await event(first, 'detection.opened');
    first.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(await stored('signals')).toMatchObject([{ id: opened.detection.id, state: 'open' }]);

    const second = await watch('signals');
    const interrupted = outcomeOf(second);
    const extended = await event(second, 'detection.extended');
    expect(extended.detection.id).toBe(opened.detection.id);
    second.kill('SIGINT');
    const { code, json } = await interrupted;
    expect(code).toBe(0);
    expect(json.filter((one) => one.type === 'detection.opened')).toEqual([]);
    expect(await stored('signals')).toMatchObject([{ id: opened.detection.id, state: 'closed' }]);
  });
});
