import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, streamprint } from '../support/cli.js';
import { ffmpeg, makeChannel, makeProgramme } from '../support/programme.js';

/** The main job as a user does it: register, match, watch, look up, remove. */
describe('streamprint', () => {
  let folder: string;
  let data: string[];
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-cli-'));
    data = ['--data', file('data')];
    await fs.mkdir(file('catalogue'));
    await Promise.all([
      makeProgramme(file('catalogue/alpha.mp4'), 11, 40),
      makeProgramme(file('catalogue/beta.mkv'), 12, 40),
    ]);
    await makeProgramme(file('other.mp4'), 13, 30);
    await fs.writeFile(
      file('titles.csv'),
      `file,title,asset_id,rights_holder\ncatalogue/alpha.mp4,The Alpha,asset-a,Studio\n${file('catalogue/beta.mkv')},Beta,asset-b,Studio\n`,
    );
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it('registers a folder with its metadata', async () => {
    const { code, json } = await streamprint([
      'register',
      file('catalogue'),
      '--catalogue',
      'studio',
      '--metadata',
      file('titles.csv'),
      '--json',
      ...data,
    ]);
    expect(code).toBe(0);
    expect(json.map((line) => [line.assetId, line.title, line.outcome]).sort()).toEqual([
      ['asset-a', 'The Alpha', 'added'],
      ['asset-b', 'Beta', 'added'],
    ]);
  });

  it('changes nothing when the same bytes are registered again', async () => {
    const again = await streamprint([
      'register',
      file('catalogue'),
      '--catalogue',
      'studio',
      '--metadata',
      file('titles.csv'),
      '--json',
      ...data,
    ]);
    expect(again.json.map((line) => line.outcome)).toEqual(['unchanged', 'unchanged']);
    const { json } = await streamprint(['catalogue', 'stats', '--json', ...data]);
    expect(json[0]).toMatchObject({ assets: 2, references: 2 });
  });

  it('tells where stretches of several assets occur in one input, the same one twice too', async () => {
    const input = file('channel.mp4');
    await makeChannel(input, [
      { file: file('catalogue/alpha.mp4'), from: 10, seconds: 16 },
      { file: file('other.mp4'), from: 0, seconds: 14 },
      { file: file('catalogue/beta.mkv'), from: 4, seconds: 20 },
      { file: file('catalogue/alpha.mp4'), from: 10, seconds: 16 },
    ]);
    const { code, json } = await streamprint(['match', input, '--json', ...data]);
    expect(code).toBe(0);
    expect(json).toHaveLength(1);
    const [line] = json as [Json];
    expect(line).toMatchObject({ input, error: null });
    expect(line.duration).toBeCloseTo(66, 0);
    expect(line.matches.map((match: Json) => match.assetId)).toEqual(['asset-a', 'asset-b', 'asset-a']);
    const places = [
      [0, 16, 10],
      [30, 50, 4],
      [50, 66, 10],
    ];
    line.matches.forEach((match: Json, i: number) => {
      const [start, end, from] = places[i]!;
      expect(match).toMatchObject({ catalogue: 'studio', modality: 'both', speed: 1, mirrored: false });
      expect(Math.abs(match.stream.start - start!)).toBeLessThan(0.5);
      expect(Math.abs(match.stream.end - end!)).toBeLessThan(0.5);
      expect(Math.abs(match.reference.start - from! - (match.stream.start - start!))).toBeLessThan(0.2);
      expect(match.score).toBeGreaterThan(0.9);
      expect(match.expectedFalsePerDay).toBeLessThan(1e-6);
      expect(match.referenceId).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it('finds mirrored pictures without sound, and sound without pictures', async () => {
    const [mirrored, sound] = [file('mirrored.mp4'), file('sound.m4a')];
    await ffmpeg(
      '-ss',
      '8',
      '-t',
      '20',
      '-i',
      file('catalogue/alpha.mp4'),
      '-an',
      '-vf',
      'hflip',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      mirrored,
    );
    await ffmpeg(
      '-ss',
      '8',
      '-t',
      '20',
      '-i',
      file('catalogue/beta.mkv'),
      '-vn',
      '-c:a',
      'aac',
      '-b:a',
      '48k',
      sound,
    );
    const { json } = await streamprint(['match', mirrored, sound, '--json', ...data]);
    const of = (input: string) => json.find((line) => line.input === input)?.matches;
    expect(of(mirrored)).toMatchObject([{ assetId: 'asset-a', modality: 'video', mirrored: true }]);
    expect(of(sound)).toMatchObject([{ assetId: 'asset-b', modality: 'audio', mirrored: false }]);
    expect(Math.abs(of(mirrored)[0].reference.start - 8)).toBeLessThan(1);
    expect(Math.abs(of(sound)[0].reference.start - 8)).toBeLessThan(0.3);
  });

  it('finds nothing where there is nothing, and that is no failure', async () => {
    const { code, json } = await streamprint(['match', file('other.mp4'), '--json', ...data]);
    expect(code).toBe(0);
    expect(json).toMatchObject([{ matches: [], error: null }]);
  });

  it('watches a folder of segments as a stream, and keeps its detections', async () => {
    await fs.mkdir(file('stream'));
    await ffmpeg(
      '-i',
      file('channel.mp4'),
      '-c',
      'copy',
      '-f',
      'segment',
      '-segment_time',
      '6',
      file('stream/part-%03d.ts'),
    );
    const { code, json, stderr } = await streamprint([
      ...['monitor', file('stream'), '--json', '--segments', ...data],
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const segments = json.filter((event) => event.type === 'stream.segment');
    const names = segments.map(({ url, matched }) => [path.basename(url), matched]);
    expect(names).toEqual((await fs.readdir(file('stream'))).sort().map((name) => [name, true]));
    for (const { time, captured } of segments) expect(captured <= time).toBe(true);
    const opened = json.filter((event) => event.type === 'detection.opened').map((event) => event.detection);
    expect(opened.map((detection) => detection.assetId)).toEqual(['asset-a', 'asset-b', 'asset-a']);
    expect(json.filter((event) => event.type === 'detection.closed')).toHaveLength(3);
    const kept = await streamprint(['detections', '--asset', 'asset-b', '--json', ...data]);
    expect(kept.json).toMatchObject([{ id: opened[1]!.id, state: 'closed', modality: 'both' }]);
    const length = Date.parse(kept.json[0]!.end) - Date.parse(kept.json[0]!.start);
    expect(Math.abs(length - 20_000)).toBeLessThan(1000);
  });

  it('never finds again what was removed', async () => {
    const removed = await streamprint(['catalogue', 'remove', 'asset-a', '--catalogue', 'studio', ...data]);
    expect(removed).toMatchObject({ code: 0 });
    const { json } = await streamprint(['match', file('channel.mp4'), '--json', ...data]);
    expect(json[0]!.matches.map((match: Json) => match.assetId)).toEqual(['asset-b']);
    expect(
      (await streamprint(['catalogue', 'remove', 'asset-a', '--catalogue', 'studio', ...data])).code,
    ).toBe(1);
  });

  it('registers the same bytes for a second asset, and reports both', async () => {
    await streamprint(['register', file('catalogue/beta.mkv'), '--catalogue', 'second', ...data]);
    const { json } = await streamprint(['match', file('channel.mp4'), '--json', ...data]);
    expect(json[0]!.matches.map((match: Json) => `${match.catalogue}/${match.assetId}`).sort()).toEqual([
      'second/beta',
      'studio/asset-b',
    ]);
  });
});
