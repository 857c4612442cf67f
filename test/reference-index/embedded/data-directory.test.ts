import fs from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LANDMARK_BITS } from '../../../fingerprints/landmarks.js';
import { HASH_BYTES, ROW_BYTES } from '../../../fingerprints/units.js';
import { CATALOGUE_SCHEMA } from '../../../src/reference-index/embedded/catalogue-schema.js';
import { openEmbeddedIndex, openEmbeddedIndexWriter } from '../../../src/reference-index/embedded/index.js';
import { Layout } from '../../../src/reference-index/embedded/layout.js';
import { Database } from '../../../src/storage/database.js';
import { newestVersion } from '../../../src/storage/schema.js';
import { damagedLandmarks, damagedPictures, registrationOf, syntheticFingerprint } from '../synthetic.js';
import { removeDirectory, temporaryDirectory } from '../temporary.js';

const title = (n: number) =>
  registrationOf(syntheticFingerprint(n, { seconds: 20 }), { bytes: `bytes ${n}`, asset: `asset-${n}` });

const damagedSound = ({ fingerprint }: ReturnType<typeof title>) =>
  damagedLandmarks(fingerprint.audio[0]!, { from: 5, to: 15, survive: 0.2, seed: 7 });

describe('the data directory of the embedded index', () => {
  let directory: string;
  let layout: Layout;
  beforeEach(() => {
    directory = temporaryDirectory();
    layout = new Layout(directory);
  });
  afterEach(() => removeDirectory(directory));

  async function written(count: number): Promise<void> {
    const writer = await openEmbeddedIndexWriter(directory);
    for (let n = 0; n < count; n++) await writer.register([title(n)]);
    await writer.close();
  }

  function changeDatabase(sql: string): void {
    const database = Database.open(layout.database);
    database.exec(sql);
    database.close();
  }

  function damage(file: string, at: number): void {
    const bytes = fs.readFileSync(file);
    bytes[at < 0 ? bytes.length + at : at]! ^= 0x40;
    fs.writeFileSync(file, bytes);
  }

  const segmentFiles = () => fs.readdirSync(layout.segments).map((name) => path.join(layout.segments, name));

  it('is not created by a reader, which finds the index once there is one', async () => {
    const reader = await openEmbeddedIndex(directory);
    expect(await reader.stats()).toMatchObject({ assets: 0, references: 0, segments: 0, indexBytes: 0 });
    expect(await reader.assets()).toEqual([]);
    expect(fs.existsSync(layout.root)).toBe(false);
    await reader.refresh();
    await written(1);
    await reader.refresh();
    expect(await reader.assets()).toEqual([{ ...title(0).asset, excluded: [] }]);
    await reader.close();
  });

  it('takes one writer: a second one is refused with the first one’s process id', async () => {
    const writer = await openEmbeddedIndexWriter(directory);
    await expect(openEmbeddedIndexWriter(directory)).rejects.toMatchObject({
      code: 'SP_DATA_LOCKED',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    expect(await writer.register([title(0)])).toEqual(['added']);
    await writer.close();
    await (await openEmbeddedIndexWriter(directory)).close();
  });

  it('reads ahead where it is told to: what it looks up in is in memory before it was asked for', async () => {
    await written(2);
    const reader = await openEmbeddedIndex(directory, { readAhead: true });
    for (let n = 0; n < 100; n++) await nextTurn();
    for (const file of segmentFiles()) fs.truncateSync(file, 0);
    for (const of of [0, 1]) {
      const [nomination] = await reader.nominateByLandmarks(damagedSound(title(of)), 1);
      expect(nomination?.fingerprintId).toBe(title(of).fingerprintId);
    }
    const rows = await reader.readRows([{ fingerprintId: title(1).fingerprintId, first: 0, count: 3 }]);
    expect(Buffer.from(rows[0]!).equals(title(1).fingerprint.video!.rows.subarray(0, 3 * ROW_BYTES))).toBe(
      true,
    );
    await reader.close();
  });

  it('says in the look-up that needs it what could not be read ahead', async () => {
    await written(1);
    const reader = await openEmbeddedIndex(directory, { readAhead: true });
    for (const file of segmentFiles()) fs.truncateSync(file, 0);
    for (let n = 0; n < 100; n++) await nextTurn();
    await expect(reader.nominateByLandmarks(damagedSound(title(0)), 1)).rejects.toThrow();
    await reader.close();
  });

  /** Version 1 noted no changes, kept no overlaps, had no excluded intervals, and did not count the bytes of stills. */
  const makeVersion1 = () =>
    changeDatabase(
      'DROP TABLE outbox; DROP TABLE overlaps; ALTER TABLE fingerprints DROP COLUMN compared; ALTER TABLE assets DROP COLUMN excluded; ALTER TABLE fingerprints DROP COLUMN still_bytes; PRAGMA user_version = 1',
    );

  for (const [who, open] of [
    ['a writer', openEmbeddedIndexWriter],
    ['a reader', openEmbeddedIndex],
  ] as const) {
    it(`of an older version is upgraded in place by ${who}, after a copy`, async () => {
      await written(2);
      makeVersion1();
      const index = await open(directory);
      expect(await index.references({})).toHaveLength(2);
      expect(await index.stats()).toMatchObject({ references: 2, stillBytes: 0 });
      expect((await index.assets()).map((asset) => asset.excluded)).toEqual([[], []]);
      expect(await index.uncompared()).toHaveLength(2);
      expect(await index.sharedContent({})).toEqual([]);
      await index.close();
      const copy = Database.open(`${layout.database}.v1.bak`);
      expect(copy.userVersion).toBe(1);
      expect(copy.all('SELECT id FROM fingerprints')).toHaveLength(2);
      copy.close();
    });
  }

  it('of an older version is not upgraded under a writer that has it', async () => {
    await written(1);
    const writer = await openEmbeddedIndexWriter(directory);
    makeVersion1();
    await expect(openEmbeddedIndex(directory)).rejects.toMatchObject({ code: 'SP_DATA_LOCKED' });
    await writer.close();
  });

  it('of a newer version is refused by readers and writers alike, and left as it is', async () => {
    await written(1);
    changeDatabase('PRAGMA user_version = 99');
    const refusal = { code: 'SP_DATA_VERSION', message: expect.stringContaining('99') };
    await expect(openEmbeddedIndex(directory)).rejects.toMatchObject(refusal);
    await expect(openEmbeddedIndexWriter(directory)).rejects.toMatchObject(refusal);
    changeDatabase(`PRAGMA user_version = ${newestVersion(CATALOGUE_SCHEMA)}`);
    await (await openEmbeddedIndexWriter(directory)).close();
  });

  /** Version 1 of a segment had rows of one hash, that of the whole picture, and terms of it alone. */
  function makeSegmentVersion1(file: string, rows: Uint8Array, words: number): void {
    const bytes = fs.readFileSync(file);
    const sections = 6;
    const packs = bytes.readDoubleLE(16 + 8);
    const count = rows.length / ROW_BYTES;
    const stored = Buffer.alloc(words * 4 + count * HASH_BYTES);
    bytes.copy(stored, 0, packs, packs + words * 4);
    for (let n = 0; n < count; n++)
      stored.set(rows.subarray(n * ROW_BYTES, n * ROW_BYTES + HASH_BYTES), words * 4 + n * HASH_BYTES);
    const shorter = bytes.readDoubleLE(16 + 16) - stored.length;
    const old = Buffer.concat([
      bytes.subarray(0, packs),
      stored,
      bytes.subarray(packs + stored.length + shorter),
    ]);
    old.writeUInt32LE(1, 4);
    old.writeUInt32LE(crc32(stored), 16 + 4);
    old.writeDoubleLE(stored.length, 16 + 16);
    for (let i = 1; i < sections; i++) {
      const at = 16 + i * 24 + 8;
      old.writeDoubleLE(old.readDoubleLE(at) - shorter, at);
    }
    old.writeUInt32LE(crc32(old.subarray(16, 16 + sections * 24)), 12);
    fs.writeFileSync(file, old);
  }

  it('goes on with segments of version 1, whose rows say nothing of the other regions', async () => {
    await written(2);
    for (const [n, file] of segmentFiles().sort().entries()) {
      const { video, audio } = title(n).fingerprint;
      makeSegmentVersion1(file, video!.rows, audio[0]!.words.length);
    }
    const wholeOnly = (rows: Uint8Array) => rows.map((byte, i) => (i % ROW_BYTES < HASH_BYTES ? byte : 0));
    const writer = await openEmbeddedIndexWriter(directory);
    await writer.register([title(2)]);
    const check = async () => {
      expect(await writer.verify()).toEqual([]);
      for (const n of [0, 1, 2]) {
        const { fingerprintId, fingerprint } = title(n);
        const rows = fingerprint.video!.rows;
        const count = rows.length / ROW_BYTES;
        const [read] = await writer.readRows([{ fingerprintId, first: 0, count }]);
        expect(read).toEqual(n === 2 ? rows : wholeOnly(rows));
        const query = damagedPictures(fingerprint, { from: 2, to: 12, flips: 5, seed: n });
        const [best] = await writer.nominateByPictures(query, 5);
        expect(best).toMatchObject({ fingerprintId, region: 0 });
        expect(best!.offset).toBeCloseTo(2, 0);
      }
    };
    await check();
    await writer.compact();
    expect((await writer.stats()).segments).toBe(1);
    await check();
    await writer.close();
  });

  it('refuses segments whose landmarks an older version hashed, and says what to do', async () => {
    await written(1);
    const [file] = segmentFiles();
    const bytes = fs.readFileSync(file!);
    // Section 2 of the table is the directory of the landmarks: its first byte says how many bits a hash has.
    const entry = 16 + 2 * 24;
    const from = bytes.readDoubleLE(entry + 8);
    expect(bytes[from]).toBe(LANDMARK_BITS);
    bytes[from] = 19;
    bytes.writeUInt32LE(crc32(bytes.subarray(from, from + bytes.readDoubleLE(entry + 16))), entry + 4);
    bytes.writeUInt32LE(crc32(bytes.subarray(16, bytes.readUInt32LE(8) * 24 + 16)), 12);
    fs.writeFileSync(file!, bytes);
    const refusal = { code: 'SP_DATA_VERSION', message: expect.stringContaining('register them anew') };
    await expect(openEmbeddedIndex(directory)).rejects.toMatchObject(refusal);
    await expect(openEmbeddedIndexWriter(directory)).rejects.toMatchObject(refusal);
  });

  it('loses the files that no record names when a writer opens', async () => {
    await written(2);
    fs.writeFileSync(layout.segment(77), 'written but never acknowledged');
    fs.writeFileSync(`${layout.segment(78)}.tmp`, 'half');
    const orphan = layout.stillsOf(title(9).fingerprintId);
    fs.mkdirSync(path.dirname(orphan), { recursive: true });
    fs.writeFileSync(orphan, 'stills of nothing');
    const writer = await openEmbeddedIndexWriter(directory);
    expect(segmentFiles()).toHaveLength(2);
    expect(fs.existsSync(orphan)).toBe(false);
    expect(await writer.references({})).toHaveLength(2);
    await writer.close();
  });

  it('says which segment is damaged when it opens one', async () => {
    await written(1);
    const [file] = segmentFiles();
    for (const at of [0, 20, -10]) {
      damage(file!, at);
      await expect(openEmbeddedIndex(directory)).rejects.toMatchObject({
        code: 'SP_DATA_CORRUPT',
        message: expect.stringContaining(file!),
      });
      damage(file!, at);
    }
    fs.truncateSync(file!, fs.statSync(file!).size - 1);
    await expect(openEmbeddedIndex(directory)).rejects.toMatchObject({ code: 'SP_DATA_CORRUPT' });
    fs.truncateSync(file!, 10);
    await expect(openEmbeddedIndex(directory)).rejects.toMatchObject({ code: 'SP_DATA_CORRUPT' });
    fs.rmSync(file!);
    await expect(openEmbeddedIndexWriter(directory)).rejects.toMatchObject({ code: 'SP_DATA_CORRUPT' });
  });

  it('finds damaged words when it is verified', async () => {
    await written(1);
    const [file] = segmentFiles();
    damage(file!, 300);
    const reader = await openEmbeddedIndex(directory);
    expect(await reader.verify()).toEqual([expect.stringContaining(file!)]);
    await reader.close();
  });

  it('says that damaged stills are damaged, and matches without them', async () => {
    const writer = await openEmbeddedIndexWriter(directory);
    const registration = { ...title(0), stills: [{ time: 1, jpeg: Uint8Array.of(0xff, 0xd8, 1, 2, 3) }] };
    await writer.register([registration]);
    damage(layout.stillsOf(registration.fingerprintId), -1);
    await expect(writer.still(registration.fingerprintId, 1)).rejects.toMatchObject({
      code: 'SP_DATA_CORRUPT',
    });
    expect(await writer.fingerprint(registration.fingerprintId)).not.toBeNull();
    await writer.close();
  });

  it('holds few segments however many registrations there were', async () => {
    await written(35);
    const writer = await openEmbeddedIndexWriter(directory);
    await writer.compact();
    expect(await writer.stats()).toMatchObject({ segments: 1, references: 35 });
    for (let n = 35; n < 55; n++) await writer.register([title(n)]);
    await expect.poll(async () => (await writer.stats()).segments).toBeLessThan(11);
    expect(writer.mergeTrouble).toBeNull();
    expect(await writer.references({})).toHaveLength(55);
    await writer.close();
    expect(segmentFiles().length).toBeLessThan(11);
  });

  it('holds few segments after programs that register one title each and end', async () => {
    for (let n = 0; n < 25; n++) {
      const writer = await openEmbeddedIndexWriter(directory);
      await writer.register([title(n)]);
      await writer.close();
    }
    expect(segmentFiles().length).toBeLessThan(10);
    const reader = await openEmbeddedIndex(directory);
    expect(await reader.references({})).toHaveLength(25);
    expect(await reader.verify()).toEqual([]);
    await reader.close();
  });

  it('is closed by its writer after the changes that were begun', async () => {
    const writer = await openEmbeddedIndexWriter(directory);
    const registering = Array.from({ length: 12 }, (_, n) => writer.register([title(n)]));
    await writer.close();
    expect(await Promise.all(registering)).toHaveLength(12);
    const reader = await openEmbeddedIndex(directory);
    expect(await reader.references({})).toHaveLength(12);
    await reader.close();
  });

  it('drops nothing that was registered again while a merge was dropping it', async () => {
    const writer = await openEmbeddedIndexWriter(directory);
    await writer.register(Array.from({ length: 6 }, (_, n) => title(n)));
    await writer.removeAsset('films', title(3).asset.id);
    const merging = writer.compact();
    await nextTurn();
    expect(await writer.register([title(3)])).toEqual(['added']);
    await merging;
    const { fingerprintId, fingerprint } = title(3);
    const [words] = await writer.readWords([{ fingerprintId, track: 0, first: 0, count: 5 }]);
    expect(words).toEqual(fingerprint.audio[0]!.words.slice(0, 5));
    expect(await writer.stats()).toMatchObject({ references: 6, removedWaiting: 0 });
    await writer.close();
  });

  it('refuses what is no fingerprint', async () => {
    const writer = await openEmbeddedIndexWriter(directory);
    const registration = title(0);
    const empty = { ...registration, fingerprint: { ...registration.fingerprint, video: null, audio: [] } };
    await expect(writer.register([title(1), empty])).rejects.toThrow(RangeError);
    const endless = { ...registration, fingerprint: { ...registration.fingerprint, duration: 97 * 3600 } };
    await expect(writer.register([endless])).rejects.toMatchObject({ code: 'SP_INPUT_TOO_LARGE' });
    expect(await writer.references({})).toEqual([]);
    await writer.close();
  });
});
