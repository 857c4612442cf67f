import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFrom } from '../../src/config.js';
import type { LiveMatch } from '../../src/matching/matches.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../../src/matching/score.js';
import { LocalMatching, type StreamMatching } from '../../src/matching/stream-matching.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import { MediaPool } from '../../src/media/media-pool.js';
import {
  type EmbeddedIndexWriter,
  openEmbeddedIndexWriter,
} from '../../src/reference-index/embedded/index.js';
import { startMatching } from '../../src/roles/matching.js';
import type { SegmentResult } from '../../workers/protocol.js';
import { registrationOf } from '../reference-index/synthetic.js';
import { ffmpeg, makeChannel, makeProgramme } from '../support/programme.js';

/** What one call of a stream's matching led to. */
interface Told {
  readonly matches: readonly LiveMatch[];
  readonly matchedUntil: number;
  /** When there is time, and in haste. */
  readonly pictureEvery: readonly number[];
}

describe('matching in a thread of its own', () => {
  let folder: string;
  let index: EmbeddedIndexWriter;
  const segments: SegmentResult[] = [];
  const troubles: string[] = [];
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-matching-'));
    await Promise.all([makeProgramme(file('film.mp4'), 41, 30), makeProgramme(file('other.mp4'), 42, 30)]);
    await makeChannel(file('channel.ts'), [
      { file: file('other.mp4'), from: 0, seconds: 10 },
      { file: file('film.mp4'), from: 5, seconds: 20 },
    ]);
    await ffmpeg(
      ...['-i', file('channel.ts'), '-c', 'copy', '-f', 'segment', '-segment_time', '4'],
      file('%03d.ts'),
    );
    index = await openEmbeddedIndexWriter(file('data'));
    const pool = await MediaPool.start({ threads: 1 });
    const common = { limits: DEFAULT_LIMITS } as const;
    const { fingerprint } = await pool.run({
      ...{ kind: 'reference', path: file('film.mp4'), stillEvery: 0, ...common },
    });
    await index.register([registrationOf(fingerprint, { bytes: 'film', asset: 'film' })]);
    let audioState: SegmentResult['audioState'] = null;
    for (const name of (await fs.readdir(folder)).filter((one) => /^\d+\.ts$/.test(one)).sort()) {
      const result: SegmentResult = await pool.run({
        ...{ kind: 'segment', path: file(name), pictures: 'sparse', audioState, last: false, ...common },
      });
      audioState = result.audioState;
      segments.push(result);
    }
    await pool.close();
  }, 120_000);

  afterAll(async () => {
    await index.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  async function watch(matching: StreamMatching, inHaste: boolean): Promise<Told[]> {
    const told: Told[] = [];
    for (const [n, { audio, pictures, end }] of segments.entries()) {
      if (audio) matching.addAudio(audio, -1.4);
      if (pictures) matching.addPictures(pictures, -1.4, end);
      const matches = await (n < segments.length - 1 ? matching.advance(inHaste) : matching.finish());
      const pictureEvery = [matching.pictureEvery(false), matching.pictureEvery(true)];
      told.push({ matches, matchedUntil: matching.matchedUntil, pictureEvery });
    }
    matching.release();
    return told;
  }

  it('finds, for several streams at once, what it finds in the thread that asks', async () => {
    const local = () => new LocalMatching(index, DEFAULT_MAX_FALSE_PER_DAY);
    const [calm, hasty] = [await watch(local(), false), await watch(local(), true)];
    for (const told of [calm, hasty]) expect(told.at(-1)!.matches).toMatchObject([{ assetId: 'film' }]);
    const catalogue = { directory: file('data'), follower: null };
    const thread = startMatching(configFrom({}), catalogue, (message) => troubles.push(message));
    const streams = [thread.newMatching(), thread.newMatching(), thread.newMatching()];
    const found = await Promise.all(streams.map((stream, n) => watch(stream, n === 1)));
    expect(found).toEqual([calm, hasty, calm]);
    await thread.close();
    expect(troubles).toEqual([]);
  });

  it('says what is wrong with an index that cannot be read, under its code', async () => {
    const config = { ...configFrom({}), elasticsearch: 'http://127.0.0.1:9', elasticsearchWait: 1 };
    const thread = startMatching(config, { directory: file('data'), follower: null }, () => undefined);
    await expect(thread.newMatching().advance(false)).rejects.toMatchObject({ code: 'SP_INDEX_UNAVAILABLE' });
    await thread.close();
  });
});
