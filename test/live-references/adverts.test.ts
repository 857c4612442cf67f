import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomeOf, start, streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel, makeProgramme } from '../support/programme.js';

/** Two rights holders' channels that carry the same advert. */
describe('two live references with the same advert', () => {
  let folder: string;
  let data: string[];
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-live-adverts-'));
    data = ['--data', file('data')];
    const names = ['alpha', 'beta', 'advert', 'other'];
    await Promise.all(names.map((name, i) => makeProgramme(file(`${name}.mp4`), 951 + i, 40)));
    const stretch = (name: string, from: number, seconds: number) => ({
      file: file(`${name}.mp4`),
      from,
      seconds,
    });
    const advert = stretch('advert', 0, 14);
    await makeChannel(file('a.ts'), [stretch('alpha', 0, 20), advert, stretch('alpha', 20, 20)]);
    await makeChannel(file('b.ts'), [stretch('beta', 0, 16), advert, stretch('beta', 16, 20)]);
    await makeChannel(file('follows.ts'), [
      stretch('other', 0, 6),
      stretch('alpha', 4, 16),
      advert,
      stretch('alpha', 20, 16),
    ]);
    await makeChannel(file('advert-only.ts'), [stretch('other', 6, 10), advert, stretch('other', 16, 10)]);
    for (const name of ['a', 'b', 'follows', 'advert-only'])
      await cutIntoSegments(file(`${name}.ts`), file(name));
    for (const name of ['a', 'b'])
      await streamprint([
        'live-reference',
        'add',
        `Channel ${name}`,
        file(name),
        '--catalogue',
        name,
        ...data,
      ]);
    const capturing = start(['live-reference', 'run', '--part', '60', '--json', ...data]);
    const captured = outcomeOf(capturing);
    let said = '';
    capturing.stdout!.on('data', (chunk: string) => {
      said += chunk;
      const parts = said.split('\n').filter((line) => line.includes('"type":"part"'));
      if (['channel-a', 'channel-b'].every((id) => parts.some((line) => line.includes(id))))
        capturing.kill('SIGTERM');
    });
    await captured;
    await streamprint(['monitor', file('follows'), file('advert-only'), '--json', ...data]);
  }, 400_000);
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it('claim what the stream goes on with, and no advert of the other', async () => {
    const { json } = await streamprint(['detections', '--json', ...data]);
    expect(json.map(({ stream, assetId }) => [stream.id, assetId])).toEqual([['follows', 'channel-a']]);
    const [found] = json;
    expect((Date.parse(found!.end) - Date.parse(found!.start)) / 1000).toBeGreaterThan(40);
    expect(typeof found!.delay).toBe('number');
  });

  it('claim no more when the past is asked', async () => {
    const before = (await streamprint(['detections', '--json', ...data])).json;
    await streamprint(['rematch', '--all', '--json', ...data]);
    expect((await streamprint(['detections', '--json', ...data])).json).toEqual(before);
  });
});
