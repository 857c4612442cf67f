import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AudioTrackFingerprint } from '../../fingerprints/types.js';
import { REGIONS, ROW_BYTES } from '../../fingerprints/units.js';
import type { Registration } from '../../src/domain/catalogue.js';
import { assetId, type FingerprintId, fingerprintId, referenceId } from '../../src/domain/ids.js';
import type {
  Nomination,
  Overlap,
  ReferenceIndex,
  ReferenceIndexWriter,
  SharedContentFilter,
} from '../../src/reference-index/reference-index.js';
import { damagedLandmarks, damagedPictures, registrationOf, syntheticFingerprint } from './synthetic.js';

/** An empty index of its own for a test: one writer, and readers beside it. */
export interface IndexUnderTest {
  readonly writer: ReferenceIndexWriter;
  openReader(): Promise<ReferenceIndex>;
  /** Folder with all that it keeps. */
  readonly directory: string;
  /** Closes what was opened and deletes what was stored. */
  dispose(): Promise<void>;
}

const SECONDS = 120;
const LIMIT = 10;

/** Title number n of a small catalogue; every third one has two sound tracks. */
function title(n: number): Registration {
  const fingerprint = syntheticFingerprint(n, { seconds: SECONDS, tracks: n % 3 === 0 ? 2 : 1 });
  return registrationOf(fingerprint, { bytes: `bytes ${n}`, asset: `asset-${n}`, title: `Title ${n}` });
}

/** As pairs of tick and hash: landmarks of one tick have no order. */
const sortedLandmarks = ({ landmarks: { hashes, ticks } }: AudioTrackFingerprint) =>
  [...hashes].map((hash, i) => [ticks[i]!, hash]).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);

const landmarksOf = (registration: Registration, track = 0, survive = 0.1) =>
  damagedLandmarks(registration.fingerprint.audio[track]!, { from: 41.6, to: 51.6, survive, seed: 99 });

const picturesOf = (registration: Registration) =>
  damagedPictures(registration.fingerprint, { from: 41.6, to: 51.6, flips: 14, seed: 99 });

/** Whether any file below a folder holds words or rows of a registration, as they are or as text. */
function holds(directory: string, { fingerprint: { audio, video } }: Registration): boolean {
  const words = audio[0]!.words;
  const parts = [
    new Uint8Array(words.buffer, words.byteOffset, words.byteLength).subarray(600, 636),
    video!.rows.subarray(50 * ROW_BYTES, 51 * ROW_BYTES),
  ].map((bytes) => Buffer.from(bytes));
  // Which of the three ways bytes fall into groups of three depends on where they lie.
  const texts = parts.flatMap((part) =>
    [0, 1, 2].map((skipped) => Buffer.from(part.subarray(skipped, skipped + 33).toString('base64'))),
  );
  return fs.readdirSync(directory, { recursive: true, withFileTypes: true }).some((entry) => {
    if (!entry.isFile()) return false;
    const content = contentOf(path.join(entry.parentPath, entry.name));
    return [...parts, ...texts].some((sought) => content.includes(sought));
  });
}

/** Files come and go while a server works. */
function contentOf(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** What every engine of the reference index has to do. */
export function describeReferenceIndex(name: string, open: () => Promise<IndexUnderTest>): void {
  describe(`the reference index (${name})`, () => {
    let index: IndexUnderTest;
    let writer: ReferenceIndexWriter;

    beforeEach(async () => {
      index = await open();
      writer = index.writer;
    });
    afterEach(async () => index.dispose());

    const best = async (of: ReferenceIndex, registration: Registration): Promise<Nomination[]> => {
      const sound = await of.nominateByLandmarks(landmarksOf(registration), LIMIT);
      const pictures = await of.nominateByPictures(picturesOf(registration), LIMIT);
      return [sound[0], pictures[0]].filter((nomination) => nomination !== undefined);
    };
    const proposes = async (of: ReferenceIndex, registration: Registration): Promise<boolean> => {
      const sound = await of.nominateByLandmarks(landmarksOf(registration), LIMIT);
      const pictures = await of.nominateByPictures(picturesOf(registration), LIMIT);
      return [...sound, ...pictures].some((n) => n.fingerprintId === registration.fingerprintId);
    };

    it('finds the place of a stretch of which 10 % of the landmarks survive', async () => {
      const titles = Array.from({ length: 6 }, (_, n) => title(n));
      await writer.register(titles);
      for (const registration of titles) {
        const [first] = await writer.nominateByLandmarks(landmarksOf(registration), LIMIT);
        expect(first).toMatchObject({ fingerprintId: registration.fingerprintId, track: 0, mirrored: false });
        expect(Math.abs(first!.offset - 41.6)).toBeLessThan(0.05);
        expect(first!.votes).toBeGreaterThan(10);
      }
    });

    it('finds the place of pictures of which a tenth of the bits are wrong', async () => {
      const titles = Array.from({ length: 6 }, (_, n) => title(n));
      await writer.register(titles);
      for (const registration of titles) {
        const [first] = await writer.nominateByPictures(picturesOf(registration), LIMIT);
        expect(first).toMatchObject({
          fingerprintId: registration.fingerprintId,
          track: -1,
          mirrored: false,
        });
        expect(Math.abs(first!.offset - 41.6)).toBeLessThan(0.5);
      }
    });

    it('says which pictures were looked up mirrored', async () => {
      const registration = title(1);
      await writer.register([registration]);
      const { probes } = picturesOf(registration);
      const mirrored = { probes: probes.map((probe) => ({ ...probe, mirrored: true })) };
      const [first] = await writer.nominateByPictures(mirrored, LIMIT);
      expect(first).toMatchObject({ fingerprintId: registration.fingerprintId, mirrored: true });
    });

    it('finds a stretch that begins before the reference does', async () => {
      const registration = title(1);
      await writer.register([title(0), registration]);
      const { hashes, ticks } = damagedLandmarks(registration.fingerprint.audio[0]!, {
        from: 0,
        to: 20,
        survive: 0.5,
        seed: 3,
      });
      const later = { hashes, ticks: ticks.map((tick) => tick + 2500) };
      const [first] = await writer.nominateByLandmarks(later, LIMIT);
      expect(first).toMatchObject({ fingerprintId: registration.fingerprintId });
      expect(first!.offset).toBeCloseTo(-40, 1);
    });

    it('finds each sound track by its own sound', async () => {
      const registration = title(3);
      await writer.register([title(0), registration]);
      for (const track of [0, 1]) {
        const [first] = await writer.nominateByLandmarks(landmarksOf(registration, track), LIMIT);
        expect(first).toMatchObject({ fingerprintId: registration.fingerprintId, track });
      }
    });

    it('keeps the same passage in two references apart', async () => {
      const one = title(1);
      const other = registrationOf(
        { ...title(2).fingerprint, audio: one.fingerprint.audio },
        { bytes: 'a copy', asset: 'copy' },
      );
      await writer.register([one, other]);
      const found = await writer.nominateByLandmarks(landmarksOf(one), LIMIT);
      expect(new Set(found.slice(0, 2).map((n) => n.fingerprintId))).toEqual(
        new Set([one.fingerprintId, other.fingerprintId]),
      );
    });

    it('looks the rarest landmarks up when it may read only so many postings', async () => {
      // Every second the same 40 landmarks, and once twelve others: the many outvote the few.
      const second = Array.from({ length: 40 }, (_, n) => n * 2048 + 5);
      const once = Array.from({ length: 12 }, (_, n) => (n + 50) * 2048 + 9);
      const pairs = Array.from({ length: SECONDS }, (_, s) =>
        [...second, ...(s === 41 ? once : [])].map((hash): [number, number] => [hash, s * 62]),
      ).flat();
      const repeating = syntheticFingerprint(1, { seconds: SECONDS });
      const [track] = repeating.audio;
      const landmarks = {
        hashes: Uint32Array.from(pairs, ([hash]) => hash),
        ticks: Uint32Array.from(pairs, ([, tick]) => tick),
      };
      const registration = registrationOf(
        { ...repeating, audio: [{ words: track!.words, landmarks }] },
        { bytes: 'the same again and again', asset: 'repeating' },
      );
      await writer.register([registration]);
      const hashes = Uint32Array.from([...second, ...once]);
      // The many stand where they are in the 42nd second, the few half a second later.
      const ticks = Uint32Array.from(hashes, (_, i) => (i < second.length ? 0 : 31));
      const all = await writer.nominateByLandmarks({ hashes, ticks }, 500);
      expect(all[0]!.votes).toBe(second.length);
      expect(all).toHaveLength(SECONDS + 1);
      const rare = await writer.nominateByLandmarks({ hashes, ticks, postings: 50 }, 500);
      expect(rare.map(({ votes }) => votes)).toEqual([once.length]);
      expect(rare[0]!.offset).toBeCloseTo((41 * 62 - 31) * 0.016, 6);
      const some = await writer.nominateByLandmarks({ hashes, ticks, postings: 12 + 5 * SECONDS }, 500);
      expect(some.map(({ votes }) => votes)).toEqual([12, ...Array(SECONDS).fill(5)]);
      expect(await writer.nominateByLandmarks({ hashes, ticks, postings: 1e6 }, 500)).toEqual(all);
    });

    it('proposes a place that two landmarks speak for to those who ask for such', async () => {
      const registration = title(4);
      await writer.register([title(0), registration]);
      const { hashes, ticks } = registration.fingerprint.audio[0]!.landmarks;
      const few = { hashes: hashes.slice(100, 102), ticks: ticks.slice(100, 102) };
      expect(await writer.nominateByLandmarks(few, LIMIT)).toEqual([]);
      const found = await writer.nominateByLandmarks({ ...few, atLeast: 2 }, LIMIT);
      expect(found).toMatchObject([{ fingerprintId: registration.fingerprintId, offset: 0, votes: 2 }]);
      await expect(writer.nominateByLandmarks({ ...few, atLeast: 1 }, LIMIT)).rejects.toThrow(RangeError);
    });

    it('proposes nothing for what was never registered', async () => {
      await writer.register([title(1), title(2)]);
      const foreign = title(7);
      const pictures = await writer.nominateByPictures(picturesOf(foreign), LIMIT);
      expect(pictures.filter((nomination) => nomination.votes > 0.2)).toEqual([]);
      const sound = await writer.nominateByLandmarks(landmarksOf(foreign), LIMIT);
      expect(sound.filter((nomination) => nomination.votes > 7)).toEqual([]);
    });

    it('says by which part of a stream’s picture a place was found, and by which of the reference’s', async () => {
      const registration = title(3);
      await writer.register([title(0), registration]);
      for (let region = 0; region < REGIONS; region++) {
        const shape = { from: 41.6, to: 51.6, flips: 14, seed: 5, region };
        const { probes } = damagedPictures(registration.fingerprint, shape);
        const query = { probes: probes.map((probe) => ({ ...probe, box: 7 + region })) };
        const [first] = await writer.nominateByPictures(query, LIMIT);
        expect(first).toMatchObject({ fingerprintId: registration.fingerprintId, box: 7 + region, region });
        expect(Math.abs(first!.offset - 41.6)).toBeLessThan(1);
      }
    });

    it('lets all parts of one picture vote once at a place, with the best', async () => {
      const registration = title(3);
      await writer.register([title(0), registration]);
      const of = (flips: number, region: number, box: number) =>
        damagedPictures(registration.fingerprint, {
          from: 41.6,
          to: 51.6,
          flips,
          seed: 9,
          region,
        }).probes.map((probe) => ({ ...probe, box }));
      const near = of(4, 0, 1);
      const [alone] = await writer.nominateByPictures({ probes: near }, LIMIT);
      const all = [...of(16, 1, 2), ...near, ...of(12, 0, 3)];
      const [together] = await writer.nominateByPictures({ probes: all }, LIMIT);
      expect(together).toMatchObject({ fingerprintId: registration.fingerprintId, box: 1, region: 0 });
      expect(together!.votes).toBeCloseTo(alone!.votes, 5);
    });

    it('gives back the words and rows that were registered', async () => {
      const registration = title(3);
      await writer.register([title(0), registration]);
      const { audio, video } = registration.fingerprint;
      const id = registration.fingerprintId;
      const words = await writer.readWords([
        { fingerprintId: id, track: 0, first: 100, count: 50 },
        { fingerprintId: id, track: 1, first: 0, count: audio[1]!.words.length },
      ]);
      expect(words[0]).toEqual(audio[0]!.words.slice(100, 150));
      expect(words[1]).toEqual(audio[1]!.words);
      const [rows] = await writer.readRows([{ fingerprintId: id, first: 7, count: 20 }]);
      expect(rows).toEqual(video!.rows.slice(7 * ROW_BYTES, 27 * ROW_BYTES));
    });

    it('reads zeros beyond the ends, and of what it does not have', async () => {
      const registration = title(2);
      await writer.register([title(0), registration, title(1)]);
      const { audio, video } = registration.fingerprint;
      const id = registration.fingerprintId;
      const length = audio[0]!.words.length;
      const [before, after, track, unknown] = await writer.readWords([
        { fingerprintId: id, track: 0, first: -3, count: 5 },
        { fingerprintId: id, track: 0, first: length - 2, count: 5 },
        { fingerprintId: id, track: 1, first: 0, count: 4 },
        { fingerprintId: fingerprintId('0'.repeat(64)), track: 0, first: 0, count: 3 },
      ]);
      expect([...before!]).toEqual([0, 0, 0, audio[0]!.words[0], audio[0]!.words[1]]);
      expect([...after!]).toEqual([audio[0]!.words[length - 2], audio[0]!.words[length - 1], 0, 0, 0]);
      expect([...track!]).toEqual([0, 0, 0, 0]);
      expect([...unknown!]).toEqual([0, 0, 0]);
      const count = video!.rows.length / ROW_BYTES;
      const [rows] = await writer.readRows([{ fingerprintId: id, first: count - 1, count: 3 }]);
      expect(rows!.subarray(0, ROW_BYTES)).toEqual(video!.rows.subarray(-ROW_BYTES));
      expect(rows!.subarray(ROW_BYTES).every((byte) => byte === 0)).toBe(true);
      const [far] = await writer.readRows([{ fingerprintId: id, first: 1e6, count: 2 }]);
      expect(far).toEqual(new Uint8Array(2 * ROW_BYTES));
    });

    it('says how many hours are looked through', async () => {
      expect(await writer.hours()).toBe(0);
      await writer.register([title(1), title(2)]);
      expect(await writer.hours()).toBeCloseTo((2 * title(1).fingerprint.duration) / 3600, 6);
    });

    it('changes nothing when the same bytes are registered again', async () => {
      const registration = title(1);
      expect(await writer.register([registration])).toEqual(['added']);
      const before = [await writer.stats(), await writer.references({}), await best(writer, registration)];
      expect(await writer.register([registration])).toEqual(['unchanged']);
      expect([await writer.stats(), await writer.references({}), await best(writer, registration)]).toEqual(
        before,
      );
    });

    it('takes new metadata for bytes that it has', async () => {
      const registration = title(1);
      await writer.register([registration]);
      const asset = {
        ...registration.asset,
        title: 'A better title',
        territories: ['ES', 'FR'],
        eidr: '10.5240/X',
      };
      expect(await writer.register([{ ...registration, asset }])).toEqual(['updated']);
      expect(await writer.assets()).toEqual([{ ...asset, excluded: [] }]);
      expect(await writer.references({})).toHaveLength(1);
      expect((await writer.fingerprint(registration.fingerprintId))!.references[0]!.title).toBe(
        'A better title',
      );
    });

    it('registers a fingerprint once that comes twice in a batch', async () => {
      const registration = title(1);
      expect(await writer.register([registration, registration])).toEqual(['added', 'unchanged']);
      expect((await writer.stats()).references).toBe(1);
      expect(await writer.nominateByLandmarks(landmarksOf(registration, 0, 1), LIMIT)).toHaveLength(1);
    });

    it('makes another reference over the same fingerprint for another asset', async () => {
      const registration = title(1);
      const { fingerprint, stills, ...known } = registration;
      await writer.register([registration]);
      const landmarks = (await writer.stats()).landmarks;
      expect(await writer.hasFingerprint(registration.fingerprintId)).toBe(true);
      const other = { ...known, asset: { ...known.asset, catalogue: 'other', title: 'Other' } };
      expect(await writer.registerExisting(other)).toBe('added');
      expect(await writer.registerExisting(other)).toBe('unchanged');
      expect((await writer.stats()).landmarks).toBe(landmarks);
      const indexed = await writer.fingerprint(registration.fingerprintId);
      expect(indexed).toMatchObject({
        duration: SECONDS,
        hasVideo: fingerprint.video !== null,
        audioTracks: 1,
      });
      expect(indexed!.references.map(({ catalogue, title: t }) => [catalogue, t])).toEqual([
        ['films', 'Title 1'],
        ['other', 'Other'],
      ]);
      expect(new Set(indexed!.references.map((reference) => reference.referenceId)).size).toBe(2);
      expect(stills).toEqual([]);
    });

    it('refuses another asset over bytes that it does not have', async () => {
      await expect(writer.registerExisting(title(1))).rejects.toMatchObject({ code: 'SP_NOT_FOUND' });
      expect(await writer.hasFingerprint(title(1).fingerprintId)).toBe(false);
      expect(await writer.assets()).toEqual([]);
    });

    it('gives a reference an id that depends on catalogue, asset and bytes alone', async () => {
      const registration = title(1);
      await writer.register([registration]);
      const [before] = await writer.references({});
      await writer.removeAsset('films', registration.asset.id);
      await writer.register([title(2), registration]);
      const [after] = await writer.references({ catalogue: 'films', assetId: registration.asset.id });
      expect(after!.id).toBe(before!.id);
      expect(before!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    });

    it('tells all about an asset and its references', async () => {
      const first = title(1);
      const second = registrationOf(syntheticFingerprint(50, { seconds: 30, video: false }), {
        bytes: 'another rendition',
        asset: 'asset-1',
        title: 'Title 1',
      });
      await writer.register([first, second, title(2)]);
      expect(await writer.assets('films')).toHaveLength(2);
      expect(await writer.assets('none')).toEqual([]);
      const references = await writer.references({ catalogue: 'films', assetId: assetId('asset-1') });
      expect(references.map(({ source, hasVideo, duration }) => ({ source, hasVideo, duration }))).toEqual(
        expect.arrayContaining([
          { source: 'bytes 1.mp4', hasVideo: true, duration: SECONDS },
          { source: 'another rendition.mp4', hasVideo: false, duration: 30 },
        ]),
      );
      expect(references).toHaveLength(2);
    });

    it('never proposes a reference that was removed', async () => {
      const [gone, stays] = [title(1), title(2)];
      await writer.register([gone, stays]);
      const [reference] = await writer.references({ assetId: gone.asset.id });
      expect(await writer.removeReference(reference!.id)).toBe(true);
      expect(await writer.removeReference(reference!.id)).toBe(false);
      expect(await proposes(writer, gone)).toBe(false);
      expect(await writer.fingerprint(gone.fingerprintId)).toBeNull();
      expect(await writer.hasFingerprint(gone.fingerprintId)).toBe(false);
      const [words] = await writer.readWords([
        { fingerprintId: gone.fingerprintId, track: 0, first: 0, count: 4 },
      ]);
      expect([...words!]).toEqual([0, 0, 0, 0]);
      expect(await proposes(writer, stays)).toBe(true);
      await writer.compact();
      expect(await proposes(writer, gone)).toBe(false);
      expect(await proposes(writer, stays)).toBe(true);
    });

    it('proposes a removed asset to nobody who asks after the acknowledgement, and its bytes go with a merge', async () => {
      const [gone, stays] = [title(3), title(2)];
      await writer.register([gone, stays]);
      const reader = await index.openReader();
      expect(await proposes(reader, gone)).toBe(true);
      expect(holds(index.directory, gone)).toBe(true);
      await writer.removeAsset('films', gone.asset.id);
      await reader.refresh();
      expect(await proposes(reader, gone)).toBe(false);
      expect(await proposes(writer, gone)).toBe(false);
      // A server keeps what was deleted for a while, so that copies of it can catch up.
      await vi.waitFor(
        async () => {
          await writer.compact();
          await reader.refresh();
          expect(holds(index.directory, gone)).toBe(false);
        },
        { timeout: 180_000, interval: 2000 },
      );
      expect(holds(index.directory, stays)).toBe(true);
      expect(await proposes(reader, stays)).toBe(true);
    });

    it('keeps a fingerprint while another reference uses it', async () => {
      const registration = title(1);
      const other = { ...registration, asset: { ...registration.asset, id: assetId('second') } };
      await writer.register([registration, other]);
      expect(await writer.removeAsset('films', registration.asset.id)).toBe(1);
      expect(await proposes(writer, registration)).toBe(true);
      expect(await writer.removeAsset('films', other.asset.id)).toBe(1);
      expect(await proposes(writer, registration)).toBe(false);
    });

    it('finds what was removed and registered again, before and after a merge', async () => {
      const registration = title(1);
      await writer.register([registration, title(2)]);
      await writer.removeAsset('films', registration.asset.id);
      expect(await writer.register([registration])).toEqual(['added']);
      expect(await proposes(writer, registration)).toBe(true);
      await writer.removeAsset('films', registration.asset.id);
      await writer.compact();
      expect(await writer.register([registration])).toEqual(['added']);
      expect(await proposes(writer, registration)).toBe(true);
      const [words] = await writer.readWords([
        { fingerprintId: registration.fingerprintId, track: 0, first: 0, count: 4 },
      ]);
      expect(words).toEqual(registration.fingerprint.audio[0]!.words.slice(0, 4));
    });

    it('removes an asset with all its references, and says how many', async () => {
      const first = title(1);
      const second = registrationOf(syntheticFingerprint(50, { seconds: 30 }), {
        bytes: 'two',
        asset: 'asset-1',
      });
      await writer.register([first, second]);
      expect(await writer.removeAsset('films', first.asset.id)).toBe(2);
      expect(await writer.removeAsset('films', first.asset.id)).toBe(0);
      expect(await writer.assets()).toEqual([]);
      expect(await writer.references({})).toEqual([]);
    });

    it('replaces a reference by another', async () => {
      const old = title(1);
      const better = { ...title(2), asset: old.asset };
      await writer.register([old]);
      const [reference] = await writer.references({});
      expect(await writer.replaceReference(reference!.id, better)).toBe('added');
      const references = await writer.references({ assetId: old.asset.id });
      expect(references.map((r) => r.fingerprintId)).toEqual([better.fingerprintId]);
      expect(await proposes(writer, old)).toBe(false);
      expect(await proposes(writer, better)).toBe(true);
      expect(await writer.replaceReference(references[0]!.id, better)).toBe('unchanged');
      const nowhere = referenceId('00000000-0000-5000-8000-000000000000');
      await expect(writer.replaceReference(nowhere, old)).rejects.toMatchObject({ code: 'SP_NOT_FOUND' });
      expect(await writer.references({})).toHaveLength(1);
    });

    it('keeps the excluded intervals of an asset until others are stated', async () => {
      const registration = title(1);
      const { asset } = registration;
      await writer.register([registration]);
      const reader = await index.openReader();
      const excluded = [
        { start: 1.5, end: 4 },
        { start: 10, end: 20 },
      ];
      await writer.setExcluded('films', asset.id, excluded);
      await reader.refresh();
      expect(await reader.assets()).toMatchObject([{ id: 'asset-1', excluded }]);
      const seen = async () =>
        (await reader.fingerprint(registration.fingerprintId))!.references[0]!.excluded;
      expect(await seen()).toEqual(excluded);
      expect(await writer.register([registration])).toEqual(['unchanged']);
      expect(await writer.register([{ ...registration, asset: { ...asset, title: 'New' } }])).toEqual([
        'updated',
      ]);
      expect(await seen()).toEqual(excluded);
      const stated = { ...asset, title: 'New', excluded: [{ start: 0, end: 1 }] };
      expect(await writer.register([{ ...registration, asset: stated }])).toEqual(['updated']);
      await reader.refresh();
      expect(await seen()).toEqual([{ start: 0, end: 1 }]);
      await writer.removeAsset('films', asset.id);
      await writer.register([registration]);
      await reader.refresh();
      expect(await seen()).toEqual([]);
      await expect(writer.setExcluded('none', asset.id, [])).rejects.toMatchObject({ code: 'SP_NOT_FOUND' });
    });

    it('says of an asset what was set last, beside its references', async () => {
      const registration = title(1);
      await writer.register([registration]);
      const reader = await index.openReader();
      const asset = {
        ...registration.asset,
        title: 'Another title',
        eidr: '10.5240/7791-8534-2C23-9030-8610-5',
        territories: ['CH', 'LI'],
        validTo: '2030-01-01',
        excluded: [{ start: 3, end: 5 }],
      };
      await writer.setAsset(asset);
      await reader.refresh();
      expect(await reader.asset('films', asset.id)).toEqual(asset);
      expect(await reader.asset('films', assetId('none'))).toBeNull();
      const { references } = (await reader.fingerprint(registration.fingerprintId))!;
      expect(references).toMatchObject([{ title: 'Another title', excluded: asset.excluded }]);
      expect(await proposes(reader, registration)).toBe(true);
      await expect(writer.setAsset({ ...asset, id: assetId('none') })).rejects.toMatchObject({
        code: 'SP_NOT_FOUND',
      });
    });

    it('keeps what fingerprints share, from either side, until one of them is removed', async () => {
      const titles = [title(1), title(2), title(4)] as const;
      const [one, two, four] = titles.map(({ fingerprintId: id }) => id) as [
        FingerprintId,
        FingerprintId,
        FingerprintId,
      ];
      await writer.register(titles);
      const reader = await index.openReader();
      expect(new Set(await reader.uncompared())).toEqual(new Set([one, two, four]));
      const overlap = (other: FingerprintId, own: number, others: number): Overlap => ({
        other,
        own: { start: own, end: own + 5 },
        others: { start: others, end: others + 5 },
        modality: 'both',
        score: 0.9,
      });
      await writer.saveOverlaps(one, []);
      await writer.saveOverlaps(two, [overlap(one, 10, 60)]);
      await writer.saveOverlaps(two, [overlap(one, 20, 70), overlap(four, 0, 3)]);
      await reader.refresh();
      expect(await reader.uncompared()).toEqual([four]);
      const listed = async (filter: SharedContentFilter) =>
        (await reader.sharedContent(filter)).map(({ a, b }) => [
          a.assetId,
          a.interval.start,
          b.assetId,
          b.interval.start,
        ]);
      expect(await listed({})).toHaveLength(2);
      const [reference] = await reader.references({ assetId: assetId('asset-1') });
      expect(await listed({ referenceId: reference!.id })).toEqual([['asset-1', 70, 'asset-2', 20]]);
      expect(await listed({ catalogue: 'films' })).toHaveLength(2);
      expect(await listed({ catalogue: 'none' })).toEqual([]);
      await writer.removeAsset('films', assetId('asset-1'));
      await reader.refresh();
      expect(await listed({})).toHaveLength(1);
      await writer.saveOverlaps(one, [overlap(two, 1, 1)]);
      await writer.saveOverlaps(four, [overlap(one, 1, 1), overlap(two, 3, 0)]);
      await writer.compact();
      await writer.register(titles);
      await reader.refresh();
      expect(await listed({})).toHaveLength(1);
      expect(await reader.uncompared()).toEqual([one]);
    });

    it('lists the same bytes under two assets as shared from end to end', async () => {
      const { fingerprint: _, stills: __, ...known } = title(1);
      await writer.register([title(1)]);
      await writer.registerExisting({ ...known, asset: { ...known.asset, catalogue: 'other' } });
      const whole = { start: 0, end: SECONDS };
      expect(await writer.sharedContent({ catalogue: 'other' })).toMatchObject([
        { a: { catalogue: 'other', interval: whole }, b: { catalogue: 'films', interval: whole }, score: 1 },
      ]);
      expect(await writer.sharedContent({})).toHaveLength(1);
      await writer.removeAsset('films', assetId('asset-1'));
      expect(await writer.sharedContent({})).toEqual([]);
    });

    it('gives back a fingerprint as it was registered, before and after merges', async () => {
      const titles = [title(0), title(3), title(5)];
      for (const registration of titles) await writer.register([registration]);
      const whole = async () => {
        for (const { fingerprintId: id, fingerprint } of titles) {
          const read = (await writer.readFingerprint(id))!;
          expect(read.duration).toBe(fingerprint.duration);
          expect(read.video).toEqual(fingerprint.video);
          expect(read.audio.map(({ words }) => words)).toEqual(fingerprint.audio.map(({ words }) => words));
          expect(read.audio.map(sortedLandmarks)).toEqual(fingerprint.audio.map(sortedLandmarks));
        }
      };
      await whole();
      await writer.compact();
      await whole();
      await writer.removeAsset('films', titles[0]!.asset.id);
      expect(await writer.readFingerprint(titles[0]!.fingerprintId)).toBeNull();
    });

    it('gives the still nearest to a time, if one is within 10 s', async () => {
      const stills = [30, 5, 60].map((time) => ({ time, jpeg: Uint8Array.of(0xff, 0xd8, time) }));
      const registration = { ...title(1), stills };
      await writer.register([registration, title(2)]);
      const id = registration.fingerprintId;
      expect(await writer.stillTimes(id)).toEqual([5, 30, 60]);
      expect(await writer.still(id, 27)).toEqual({ time: 30, jpeg: Uint8Array.of(0xff, 0xd8, 30) });
      expect(await writer.still(id, 0)).toEqual({ time: 5, jpeg: Uint8Array.of(0xff, 0xd8, 5) });
      expect(await writer.still(id, 45)).toBeNull();
      expect(await writer.still(title(2).fingerprintId, 5)).toBeNull();
      expect(await writer.stillTimes(title(2).fingerprintId)).toEqual([]);
      expect((await writer.stats()).stillBytes).toBeGreaterThanOrEqual(9);
      await writer.removeAsset('films', registration.asset.id);
      expect(await writer.still(id, 30)).toBeNull();
      await writer.compact();
      expect((await writer.stats()).stillBytes).toBe(0);
    });

    it('counts what there is, and what waits to be dropped', async () => {
      expect(await writer.stats()).toMatchObject({ assets: 0, references: 0, hours: 0, landmarks: 0 });
      await writer.register([title(1), title(2)]);
      const full = await writer.stats();
      expect(full).toMatchObject({ assets: 2, references: 2, removedWaiting: 0, stillBytes: 0 });
      expect(full.hours).toBeCloseTo((2 * SECONDS) / 3600);
      expect(full.landmarks).toBe(2 * 22 * SECONDS);
      expect(full.pictureTerms).toBeGreaterThan(0);
      expect(full.indexBytes).toBeGreaterThan(2 * SECONDS * 100);
      await writer.removeAsset('films', assetId('asset-1'));
      await writer.compact();
      const half = await writer.stats();
      expect(half).toMatchObject({ assets: 1, references: 1, removedWaiting: 0, landmarks: 22 * SECONDS });
      expect(half.indexBytes).toBeLessThan(full.indexBytes);
    });

    it('answers readers with what was acknowledged before their refresh', async () => {
      const reader = await index.openReader();
      const registration = title(1);
      expect(await best(reader, registration)).toEqual([]);
      await writer.register([registration, title(2)]);
      await reader.refresh();
      const found = await best(reader, registration);
      expect(found.map((nomination) => nomination.fingerprintId)).toEqual([
        registration.fingerprintId,
        registration.fingerprintId,
      ]);
      expect((await reader.fingerprint(registration.fingerprintId))!.references).toHaveLength(1);
      await writer.removeAsset('films', registration.asset.id);
      await reader.refresh();
      expect(await proposes(reader, registration)).toBe(false);
      await writer.compact();
      await reader.refresh();
      expect(await proposes(reader, registration)).toBe(false);
      expect(await proposes(reader, title(2))).toBe(true);
    });

    it('lets a reader that has not refreshed go on reading what was merged meanwhile', async () => {
      const registration = title(1);
      await writer.register([registration]);
      const reader = await index.openReader();
      const before = await best(reader, registration);
      await writer.register([title(2)]);
      await writer.compact();
      expect(await best(reader, registration)).toEqual(before);
      const [words] = await reader.readWords([
        { fingerprintId: registration.fingerprintId, track: 0, first: 0, count: 9 },
      ]);
      expect(words).toEqual(registration.fingerprint.audio[0]!.words.slice(0, 9));
    });

    it('answers the same before and after merges', async () => {
      const titles = Array.from({ length: 8 }, (_, n) => title(n));
      for (const registration of titles) await writer.register([registration]);
      await writer.removeAsset('films', titles[4]!.asset.id);
      const live = titles.filter((_, n) => n !== 4);
      const answers = async () => {
        const nominations = await Promise.all(live.map((registration) => best(writer, registration)));
        // Where a lane lies in its segment moves the last digits of a mean.
        return nominations.flat().map((n) => ({ ...n, offset: n.offset.toFixed(9) }));
      };
      const contents = () =>
        Promise.all(
          live.map(({ fingerprintId: id }) =>
            writer.readWords([{ fingerprintId: id, track: 0, first: 0, count: 1500 }]),
          ),
        );
      const before = [await answers(), await contents(), await writer.references({})];
      await writer.compact();
      const stats = await writer.stats();
      expect([await answers(), await contents(), await writer.references({})]).toEqual(before);
      expect(stats).toMatchObject({ removedWaiting: 0, references: 7 });
    });

    it('takes sound without pictures, and pictures without sound', async () => {
      const music = registrationOf(syntheticFingerprint(60, { seconds: 60, video: false, tracks: 1 }), {
        bytes: 'music',
        asset: 'music',
      });
      const silent = registrationOf(syntheticFingerprint(61, { seconds: 60, tracks: 0 }), {
        bytes: 'silent',
        asset: 'silent',
      });
      await writer.register([music, silent, title(1)]);
      await writer.compact();
      const [sound] = await writer.nominateByLandmarks(landmarksOf(music), LIMIT);
      expect(sound).toMatchObject({ fingerprintId: music.fingerprintId });
      const [pictures] = await writer.nominateByPictures(picturesOf(silent), LIMIT);
      expect(pictures).toMatchObject({ fingerprintId: silent.fingerprintId });
      expect(await writer.fingerprint(music.fingerprintId)).toMatchObject({
        hasVideo: false,
        audioTracks: 1,
      });
      expect(await writer.fingerprint(silent.fingerprintId)).toMatchObject({
        hasVideo: true,
        audioTracks: 0,
      });
    });

    it('keeps changes in the order in which they were asked for, without waiting for each', async () => {
      const registration = title(1);
      const results = await Promise.all([
        writer.register([registration]),
        writer.removeAsset('films', registration.asset.id),
        writer.register([registration, title(2)]),
        writer.compact(),
        writer.register([registration]),
      ]);
      expect(results).toEqual([['added'], 1, ['added', 'added'], undefined, ['unchanged']]);
      expect(await proposes(writer, registration)).toBe(true);
    });
  });
}
