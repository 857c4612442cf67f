import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Interval } from '../../src/domain/match.js';
import { FollowedLine } from '../../src/matching/line.js';
import { matchesOf } from '../../src/matching/matches.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../../src/matching/score.js';
import { PLAIN } from '../../src/matching/view.js';
import {
  type EmbeddedIndexWriter,
  openEmbeddedIndexWriter,
} from '../../src/reference-index/embedded/index.js';
import { registrationOf, syntheticFingerprint } from '../reference-index/synthetic.js';
import { removeDirectory, temporaryDirectory } from '../reference-index/temporary.js';

/** Stream time 10 s shows reference time 30 s. */
const OFFSET = 20;

const film = registrationOf(syntheticFingerprint(1, { seconds: 120 }), { bytes: 'film', asset: 'film' });

describe('matches of an asset with excluded intervals', () => {
  let directory: string;
  let index: EmbeddedIndexWriter;
  beforeEach(async () => {
    directory = temporaryDirectory();
    index = await openEmbeddedIndexWriter(directory);
    await index.register([film]);
  });
  afterEach(async () => {
    await index.close();
    removeDirectory(directory);
  });

  const exclude = (...excluded: Interval[]) => index.setExcluded('films', film.asset.id, excluded);

  /** The matches when the reference is heard from one time of the stream to another, so many nats a second. */
  /** The matches when the reference is heard from one time of the stream to another, so many nats a second. */
  async function heard(start: number, end: number, nats = 10) {
    const line = new FollowedLine(film.fingerprintId, { offset: OFFSET, speed: 1 }, 0, 0, PLAIN, 120, 1, 0);
    const soundEvidence = nats * (end - start);
    const candidate = { line, stream: { start, end }, soundEvidence, pictureEvidence: 0, open: true };
    return matchesOf(index, [candidate], DEFAULT_MAX_FALSE_PER_DAY);
  }

  it('are as they were without any', async () => {
    const [match, ...rest] = await heard(10, 40);
    expect(rest).toEqual([]);
    expect(match).toMatchObject({ assetId: 'film', stream: { start: 10, end: 40 }, open: true });
  });

  it('are none where all of it lies inside, or sticks out by little', async () => {
    await exclude({ start: 25, end: 65 });
    expect(await heard(10, 40)).toEqual([]);
    await exclude({ start: 31, end: 59 });
    expect(await heard(10, 40)).toEqual([]);
  });

  it('end where an interval begins, begin where it ends, or both', async () => {
    await exclude({ start: 40, end: 50 });
    const [before, after, ...rest] = await heard(10, 40);
    expect(rest).toEqual([]);
    expect(before).toMatchObject({
      stream: { start: 10, end: 20 },
      reference: { start: 30, end: 40 },
      open: false,
      claimable: { start: Number.NEGATIVE_INFINITY, end: 40 },
    });
    expect(after).toMatchObject({
      stream: { start: 30, end: 40 },
      reference: { start: 50, end: 60 },
      open: true,
      claimable: { start: 50, end: Number.POSITIVE_INFINITY },
    });
  });

  it('are none where too little evidence is left', async () => {
    await exclude({ start: 30, end: 37 });
    expect((await heard(10, 20)).map(({ reference }) => reference.start)).toEqual([37]);
    expect(await heard(10, 20, 4)).toEqual([]);
    await exclude();
    expect(await heard(10, 20, 4)).toHaveLength(1);
  });

  it('have a score for what is left alone', async () => {
    const [whole] = await heard(10, 40);
    await exclude({ start: 33, end: 120 });
    const [left] = await heard(10, 40);
    expect(left!.expectedFalsePerDay).toBeGreaterThan(1e3 * whole!.expectedFalsePerDay);
  });

  it('of another asset over the same bytes are left alone', async () => {
    const { fingerprint: _, stills: __, ...known } = film;
    await index.registerExisting({ ...known, asset: { ...film.asset, catalogue: 'other' } });
    await exclude({ start: 0, end: 120 });
    expect((await heard(10, 40)).map((match) => match.catalogue)).toEqual(['other']);
  });
});
