import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeFeatures, encodeFeatures } from '../../fingerprints/features-encoding.js';
import type { SegmentFeatures } from '../../fingerprints/types.js';
import { matchesOf } from '../../src/matching/matches.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../../src/matching/score.js';
import { LIVE } from '../../src/matching/settings.js';
import { StreamMatcher } from '../../src/matching/stream-matcher.js';
import { featuresOf } from '../../src/media/features.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import { MediaPool } from '../../src/media/media-pool.js';
import { openEmbeddedIndex } from '../../src/reference-index/embedded/index.js';
import type { AudioState, SegmentResult } from '../../workers/protocol.js';
import { streamprint } from '../support/cli.js';
import { ffmpeg, makeChannel, makeProgramme } from '../support/programme.js';

let folder: string;
const file = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-features-'));
  await Promise.all([41, 42].map((seed) => makeProgramme(file(`${seed}.mp4`), seed, 40)));
  const stretches = [
    { file: file('42.mp4'), from: 0, seconds: 8 },
    { file: file('41.mp4'), from: 4, seconds: 30 },
  ];
  await makeChannel(file('channel.ts'), stretches, ['-g', '25', '-keyint_min', '25']);
  await ffmpeg(
    '-i',
    file('channel.ts'),
    '-c',
    'copy',
    '-f',
    'segment',
    '-segment_time',
    '6',
    file('%03d.ts'),
  );
  await streamprint(['register', file('41.mp4'), '--data', file('data')]);
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

/** What each segment of the channel says, the sound of one joined to that of the next. */
async function analyse(): Promise<SegmentFeatures[]> {
  const pool = await MediaPool.start({ threads: 1 });
  const segments = (await fs.readdir(folder)).filter((name) => /^\d+\.ts$/.test(name)).sort();
  const features: SegmentFeatures[] = [];
  let audioState: AudioState | null = null;
  for (const [i, name] of segments.entries()) {
    const last = i === segments.length - 1;
    const task = { kind: 'segment', path: file(name), limits: DEFAULT_LIMITS, pictures: 'sparse' } as const;
    const result: SegmentResult = await pool.run({ ...task, audioState, last });
    audioState = result.audioState;
    features.push(featuresOf(result));
  }
  await pool.close();
  return features;
}

it('what was encoded and decoded gives the same matches as what was not', async () => {
  const direct = await analyse();
  expect(direct.length).toBeGreaterThan(4);
  const decoded = direct.map((features) => decodeFeatures(encodeFeatures(features)));
  expect(decoded).toEqual(direct);

  const index = await openEmbeddedIndex(file('data'));
  const match = async (segments: readonly SegmentFeatures[]) => {
    const matcher = new StreamMatcher(index, LIVE);
    for (const { audio, pictures, end } of segments) {
      if (audio) matcher.addAudio(audio, 0);
      if (pictures) matcher.addPictures(pictures, 0, end);
      await matcher.advance();
    }
    await matcher.finish();
    return matchesOf(index, matcher.candidates(), DEFAULT_MAX_FALSE_PER_DAY);
  };
  const expected = await match(direct);
  expect(expected.map(({ assetId, modality }) => [assetId, modality])).toEqual([['41', 'both']]);
  expect(await match(decoded)).toEqual(expected);
  await index.close();
});
