import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, streamprint } from '../support/cli.js';
import { ffmpeg, makeChannel, makeProgramme } from '../support/programme.js';

/** Where a segment is cut must change nothing. */
describe('the cut of a stream into segments', () => {
  let folder: string;
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-cuts-'));
    await Promise.all([31, 32, 33].map((seed) => makeProgramme(file(`${seed}.mp4`), seed, 40)));
    await makeChannel(
      file('channel.ts'),
      [
        { file: file('33.mp4'), from: 0, seconds: 7 },
        { file: file('31.mp4'), from: 5, seconds: 21 },
        { file: file('33.mp4'), from: 7, seconds: 9 },
        { file: file('32.mp4'), from: 11, seconds: 17 },
        { file: file('33.mp4'), from: 16, seconds: 12 },
      ],
      ['-g', '25', '-keyint_min', '25'],
    );
    await streamprint(['register', file('31.mp4'), file('32.mp4'), '--data', file('data')]);
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  async function detectionsWhenCut(name: string, times: readonly number[]): Promise<Json[]> {
    await fs.mkdir(file(name));
    await ffmpeg(
      '-i',
      file('channel.ts'),
      '-c',
      'copy',
      '-copyts',
      '-f',
      'segment',
      '-segment_times',
      times.join(','),
      '-segment_time_delta',
      '0.02',
      file(`${name}/%03d.ts`),
    );
    expect(await fs.readdir(file(name))).toHaveLength(times.length + 1);
    // A data directory of its own, with the same catalogue: each run sees the stream for the first time.
    await fs.cp(file('data'), file(`data-${name}`), { recursive: true });
    const { json } = await streamprint(['monitor', file(name), '--json', '--data', file(`data-${name}`)]);
    return json.filter((event) => event.type === 'detection.closed').map((event) => event.detection);
  }

  it('does not change assets, ends or scores', async () => {
    const every = (step: number, from: number) =>
      Array.from({ length: 40 }, (_, i) => from + i * step).filter((t) => t < 65);
    const cuts = [
      every(6, 6),
      every(6, 2),
      every(6, 5),
      every(4, 3),
      every(10, 9),
      [7, 9, 20, 28, 29, 30, 44],
    ];
    const results: Json[][] = [];
    for (const [i, times] of cuts.entries()) results.push(await detectionsWhenCut(`cut${i}`, times));
    const [first, ...others] = results as [Json[], ...Json[][]];
    expect(first.map((detection) => detection.assetId)).toEqual(['31', '32']);
    const seconds = (detection: Json, origin: Json) => [
      (Date.parse(detection.start) - Date.parse(origin.start)) / 1000,
      (Date.parse(detection.end) - Date.parse(origin.start)) / 1000,
      detection.reference.start,
      detection.reference.end,
    ];
    for (const other of others) {
      expect(other.map((detection) => detection.assetId)).toEqual(['31', '32']);
      other.forEach((detection, i) => {
        const expected = seconds(first[i]!, first[0]!);
        seconds(detection, other[0]!).forEach((value, k) => {
          expect(Math.abs(value - expected[k]!)).toBeLessThan(0.1);
        });
        expect(Math.abs(detection.score - first[i]!.score)).toBeLessThan(0.05);
        expect(detection.modality).toBe(first[i]!.modality);
      });
    }
  });
});
