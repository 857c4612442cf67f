import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceOf } from '../../src/matching/candidates.js';
import { LIVE, PROVEN_FROM } from '../../src/matching/settings.js';
import { StreamMatcher } from '../../src/matching/stream-matcher.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import { MediaPool } from '../../src/media/media-pool.js';
import {
  type EmbeddedIndexWriter,
  openEmbeddedIndexWriter,
} from '../../src/reference-index/embedded/index.js';
import type { SegmentResult } from '../../workers/protocol.js';
import { registrationOf } from '../reference-index/synthetic.js';
import { ffmpeg, makeChannel, makeProgramme } from '../support/programme.js';

const SEGMENT = 6;
/** The film runs on the channel from here to here, s. */
const FROM = 24;
const TO = 60;

interface Moment {
  readonly until: number;
  /** How far apart pictures may lie in what follows. */
  readonly pictureEvery: number;
  /** The film, beyond doubt. */
  readonly found: boolean;
}

/** What live matching asks of a stream while nothing runs, something begins, goes on and ends. */
describe('the effort of live matching', () => {
  let folder: string;
  let pool: MediaPool;
  let index: EmbeddedIndexWriter;
  let moments: readonly Moment[];
  let hasty: readonly Moment[];
  const file = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-effort-'));
    await Promise.all([makeProgramme(file('film.mp4'), 31, 60), makeProgramme(file('other.mp4'), 33, 60)]);
    await makeChannel(file('channel.ts'), [
      { file: file('other.mp4'), from: 0, seconds: FROM },
      { file: file('film.mp4'), from: 10, seconds: TO - FROM },
      { file: file('other.mp4'), from: FROM, seconds: 36 },
    ]);
    await ffmpeg(
      ...['-i', file('channel.ts'), '-c', 'copy', '-f', 'segment', '-segment_time', String(SEGMENT)],
      file('%03d.ts'),
    );
    pool = await MediaPool.start({ threads: 1 });
    index = await openEmbeddedIndexWriter(file('data'));
    const { fingerprint } = await pool.run({
      kind: 'reference',
      path: file('film.mp4'),
      limits: DEFAULT_LIMITS,
      stillEvery: 0,
    });
    await index.register([registrationOf(fingerprint, { bytes: 'film', asset: 'film' })]);
    moments = await watch(false);
    hasty = await watch(true);
  }, 120_000);

  afterAll(async () => {
    await index.close();
    await pool.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  async function watch(inHaste: boolean): Promise<Moment[]> {
    const seen: Moment[] = [];
    const matcher = new StreamMatcher(index, LIVE);
    let before: SegmentResult | null = null;
    const segments = (await fs.readdir(folder)).filter((name) => /^\d+\.ts$/.test(name)).sort();
    for (const name of segments) {
      const result: SegmentResult = await pool.run({
        kind: 'segment',
        path: file(name),
        limits: DEFAULT_LIMITS,
        pictures: 'sparse',
        pace: { every: matcher.pictureEvery(inHaste), due: before?.pictureDue ?? null },
        audioState: before?.audioState ?? null,
        last: false,
      });
      before = result;
      const shift = -1.4;
      if (result.audio) matcher.addAudio(result.audio, shift);
      if (result.pictures) matcher.addPictures(result.pictures, shift, result.end);
      await matcher.advance(inHaste);
      seen.push({
        until: matcher.matchedUntil,
        pictureEvery: matcher.pictureEvery(inHaste),
        found: matcher.candidates().some((one) => evidenceOf(one) >= PROVEN_FROM),
      });
    }
    return seen;
  }

  const between = (from: number, to: number, of = moments) =>
    of.filter(({ until }) => until >= from && until <= to).map(({ pictureEvery }) => pictureEvery);

  it('looks closely at a stream that begins, then takes fewer pictures', () => {
    expect(moments[0]!.pictureEvery).toBe(0);
    expect(between(15, FROM - 3)).toEqual(expect.arrayContaining([LIVE.pictureEvery]));
    expect(between(15, FROM - 3)).not.toContain(0);
  });

  it('takes fewest where a match explains what is heard and seen', () => {
    expect(between(FROM + 20, TO - 4)).not.toContain(0);
    expect(between(FROM + 20, TO - 4)).toContain(LIVE.explainedPictureEvery);
  });

  it('looks closely when a match has ended, and then no more', () => {
    expect(between(TO + 2, TO + 14)).toContain(0);
    expect(moments.at(-1)!.pictureEvery).toBe(LIVE.pictureEvery);
  });

  it('in haste takes what begins and what has ended as it takes the rest, and still finds the film in time', () => {
    expect(between(0, FROM - 3, hasty)).not.toContain(0);
    expect(between(TO + 2, Number.POSITIVE_INFINITY, hasty)).not.toContain(0);
    const foundAt = (of: readonly Moment[]) =>
      of.find(({ found }) => found)?.until ?? Number.POSITIVE_INFINITY;
    expect(foundAt(hasty)).toBeLessThanOrEqual(FROM + 18);
    expect(between(FROM + 20, TO - 4, hasty)).toContain(LIVE.explainedPictureEvery);
  });
});
