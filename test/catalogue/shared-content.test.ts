import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { ROW_BYTES, ROWS_PER_SECOND, TICKS_PER_SECOND, WORD_STEP } from '../../fingerprints/units.js';
import { compareAll, overlapsOf } from '../../src/catalogue/shared/overlaps.js';
import {
  type EmbeddedIndexWriter,
  openEmbeddedIndexWriter,
} from '../../src/reference-index/embedded/index.js';
import { registrationOf, type Shape, syntheticFingerprint } from '../reference-index/synthetic.js';
import { removeDirectory, temporaryDirectory } from '../reference-index/temporary.js';

interface Passage {
  readonly from: ReferenceFingerprint;
  /** s, multiples of 0.4: where it lies there and here, and how long it is. */
  readonly there: number;
  readonly here: number;
  readonly seconds: number;
  readonly track?: number;
}

/** A fingerprint in which a passage of another one stands in the place of its own. */
function withPassage(own: ReferenceFingerprint, passage: Passage): ReferenceFingerprint {
  const { from, there, here, seconds, track = 0 } = passage;
  const video = own.video && from.video && { rows: own.video.rows.slice() };
  if (video) video.rows.set(from.video!.rows.subarray(rowAt(there), rowAt(there + seconds)), rowAt(here));
  const audio = own.audio.map((ownTrack, t) => {
    const other = from.audio[0];
    if (t !== track || !other) return ownTrack;
    const words = ownTrack.words.slice();
    const [a, b] = [there, there + seconds].map((time) => Math.round(time / WORD_STEP));
    words.set(other.words.subarray(a, b), Math.round(here / WORD_STEP));
    const inside = (tick: number, start: number) =>
      tick >= start * TICKS_PER_SECOND && tick < (start + seconds) * TICKS_PER_SECOND;
    const landmarks: [number, number][] = [];
    ownTrack.landmarks.ticks.forEach((tick, i) => {
      if (!inside(tick, here)) landmarks.push([tick, ownTrack.landmarks.hashes[i]!]);
    });
    other.landmarks.ticks.forEach((tick, i) => {
      const moved = tick + Math.round((here - there) * TICKS_PER_SECOND);
      if (inside(tick, there)) landmarks.push([moved, other.landmarks.hashes[i]!]);
    });
    landmarks.sort((x, y) => x[0] - y[0]);
    return {
      words,
      landmarks: {
        ticks: Uint32Array.from(landmarks, ([tick]) => tick),
        hashes: Uint32Array.from(landmarks, ([, hash]) => hash),
      },
    };
  });
  return { ...own, video: video ?? own.video, audio };
}

const rowAt = (time: number) => Math.round(time * ROWS_PER_SECOND) * ROW_BYTES;

const work = (n: number, shape: Partial<Shape> = {}) => syntheticFingerprint(n, { seconds: 120, ...shape });
const registered = (fingerprint: ReferenceFingerprint, name: string) =>
  registrationOf(fingerprint, { bytes: name, asset: name });

describe('what a reference shares with others', () => {
  let directory: string;
  let index: EmbeddedIndexWriter;
  beforeEach(async () => {
    directory = temporaryDirectory();
    index = await openEmbeddedIndexWriter(directory);
  });
  afterEach(async () => {
    await index.close();
    removeDirectory(directory);
  });

  async function sharedBy(fingerprint: ReferenceFingerprint, name = 'new') {
    const registration = registered(fingerprint, name);
    await index.register([registration]);
    return overlapsOf(index, registration.fingerprintId, fingerprint);
  }

  it('is nothing among works that have nothing in common', async () => {
    await index.register(
      Array.from({ length: 20 }, (_, n) => registered(work(n, { tracks: 2 }), `work ${n}`)),
    );
    expect(await sharedBy(work(99, { tracks: 2 }))).toEqual([]);
  });

  for (const [modality, shape] of [
    ['both', {}],
    ['audio', { video: false }],
    ['video', { tracks: 0 }],
  ] as const) {
    it(`is found with its place in both: ${modality}`, async () => {
      const known = registered(work(1), 'known');
      await index.register([registered(work(2), 'foreign'), known, registered(work(3), 'foreign too')]);
      const passage = { from: known.fingerprint, there: 64, here: 20.4, seconds: 8 };
      const [found, ...rest] = await sharedBy(withPassage(work(9, shape), passage));
      expect(rest).toEqual([]);
      expect(found).toMatchObject({ other: known.fingerprintId, modality });
      const ends = [found!.own.start, found!.own.end, found!.others.start, found!.others.end];
      [20.4, 28.4, 64, 72].forEach((end, i) => {
        expect(Math.abs(ends[i]! - end)).toBeLessThan(0.5);
      });
      expect(found!.score).toBeGreaterThan(0.5);
    });
  }

  it('is found in a second sound track', async () => {
    const known = registered(work(1, { video: false }), 'known');
    await index.register([known]);
    const passage = { from: known.fingerprint, there: 4, here: 100, seconds: 6, track: 1 };
    const found = await sharedBy(withPassage(work(9, { tracks: 2, video: false }), passage));
    expect(found).toMatchObject([{ other: known.fingerprintId, modality: 'audio' }]);
  });

  it('is each of several passages, with several works', async () => {
    const [one, two] = [registered(work(1), 'one'), registered(work(2), 'two')];
    await index.register([one, two]);
    const first = withPassage(work(9), { from: one.fingerprint, there: 0, here: 40, seconds: 10 });
    const second = withPassage(first, { from: one.fingerprint, there: 80, here: 0, seconds: 10 });
    const third = withPassage(second, { from: two.fingerprint, there: 100, here: 60, seconds: 10 });
    const found = await sharedBy(third);
    const places = found.map(({ other, own, others }) => [
      other,
      Math.round(own.start),
      Math.round(others.start),
    ]);
    expect(new Set(places.map(String))).toEqual(
      new Set([`${one.fingerprintId},40,0`, `${one.fingerprintId},0,80`, `${two.fingerprintId},60,100`]),
    );
  });

  it('names every place of a passage that either side repeats, and no more', async () => {
    const ident = work(50, { seconds: 10 });
    const put = (target: ReferenceFingerprint, here: number) =>
      withPassage(target, { from: ident, there: 0, here, seconds: 10 });
    const known = registered(put(put(work(1), 20), 80), 'known');
    await index.register([known]);
    const once = await sharedBy(put(work(9), 40));
    expect(once.map(({ others }) => Math.round(others.start)).sort()).toEqual([20, 80]);
    const twice = await sharedBy(put(put(work(10), 0), 60), 'twice');
    const ofKnown = twice.filter(({ other }) => other === known.fingerprintId);
    expect(new Set(ofKnown.map(({ own }) => Math.round(own.start)))).toEqual(new Set([0, 60]));
    expect(new Set(ofKnown.map(({ others }) => Math.round(others.start)))).toEqual(new Set([20, 80]));
    expect(ofKnown.length).toBeLessThan(4);
  });

  it('is nothing when it repeats itself alone', async () => {
    const repeating = withPassage(work(9), { from: work(9), there: 0, here: 60, seconds: 30 });
    await index.register([registered(work(1), 'other')]);
    expect(await sharedBy(repeating)).toEqual([]);
  });

  it('is found by a scan of what was registered without being compared', async () => {
    const known = registered(work(1), 'known');
    const passage = { from: known.fingerprint, there: 64, here: 20.4, seconds: 8 };
    const later = registered(withPassage(work(9), passage), 'later');
    await index.register([known, registered(work(2), 'foreign'), later]);
    await index.compact();
    let steps = 0;
    await compareAll(index, () => steps++);
    expect(steps).toBe(3);
    expect(await index.uncompared()).toEqual([]);
    const [shared, ...rest] = await index.sharedContent({});
    expect(rest).toEqual([]);
    const starts = [shared!.a, shared!.b].map(({ assetId, interval }) => [
      assetId,
      Math.round(interval.start),
    ]);
    expect(new Map(starts as [string, number][])).toEqual(
      new Map([
        ['known', 64],
        ['later', 20],
      ]),
    );
  });
});
