import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PastLayout } from '../../src/past/layout.js';
import { PastReader } from '../../src/past/past-reader.js';
import { PastWriter } from '../../src/past/past-writer.js';
import { HOUR_MS, type PastPiece } from '../../src/past/piece.js';
import { carried, STREAM } from './carried.js';

const NOON = Date.UTC(2026, 0, 1, 12);
const HOUR = NOON / HOUR_MS;

describe('what streams carried', () => {
  let data: string;
  let now = NOON;
  const open = (days = 14) => PastWriter.open(data, { days, now: () => now });
  const folder = () => new PastLayout(data).folderOf(STREAM.id);
  const read = (hour = HOUR) => new PastReader(data).whole(STREAM, hour);
  const words = (piece: PastPiece | null) => piece?.words[0]?.filter((word) => word !== 0).length ?? 0;

  beforeEach(() => {
    now = NOON;
    data = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-past-'));
  });
  afterEach(() => fs.rmSync(data, { recursive: true, force: true }));

  it('is read as it was appended', () => {
    const past = open();
    const segment = carried(1, NOON + 8000, 6);
    past.append(STREAM, segment);
    const piece = read()!;
    expect(piece.heard).toEqual([{ start: 8000, end: 14000 }]);
    expect(piece.seen).toEqual([{ start: 8000, end: 14000 }]);
    expect(piece.firstSlot).toBe(100);
    expect([...piece.words[0]!]).toEqual(Array.from({ length: 75 }, (_, i) => segment.audio!.words[5 * i]));
    expect([...piece.pictureTimes]).toEqual([8000, 10000, 12000]);
    expect(new PastReader(data).streams()).toEqual([STREAM]);
  });

  it('is the same when a segment comes again, also to another process', () => {
    const past = open();
    past.append(STREAM, carried(1, NOON, 6));
    past.append(STREAM, carried(2, NOON + 6000, 6));
    const once = read();
    past.append(STREAM, carried(1, NOON, 6));
    const later = open();
    later.append(STREAM, carried(2, NOON + 6000, 6));
    expect(read()).toEqual(once);
  });

  it('goes over the borders of hours, and makes those whole that are over', () => {
    const past = open();
    for (let i = 0; i < 4; i++) past.append(STREAM, carried(i, NOON + (i + 1) * HOUR_MS - 3000, 6));
    const files = fs.readdirSync(folder()).filter((name) => name !== 'stream.json');
    expect(files.sort()).toEqual([
      `${HOUR}.past`,
      `${HOUR + 1}.past`,
      `${HOUR + 2}.past`,
      `${HOUR + 3}.log`,
      `${HOUR + 4}.log`,
    ]);
    const [before, after] = [read(HOUR), read(HOUR + 1)];
    expect(before!.heard).toEqual([{ start: HOUR_MS - 3000, end: HOUR_MS }]);
    expect(after!.heard).toEqual([
      { start: 0, end: 3000 },
      { start: HOUR_MS - 3000, end: HOUR_MS },
    ]);
    expect([words(before), words(after)]).toEqual([37, 38 + 37]);
  });

  it('takes in what belongs to an hour that was made whole', () => {
    const past = open();
    for (const hours of [0, 1, 2, 3]) past.append(STREAM, carried(hours, NOON + hours * HOUR_MS, 6));
    past.append(STREAM, carried(9, NOON + 60_000, 6));
    expect(read()!.heard).toEqual([
      { start: 0, end: 6000 },
      { start: 60_000, end: 66_000 },
    ]);
  });

  it('loses what was being written when its process was killed, and nothing that was written before', () => {
    const past = open();
    past.append(STREAM, carried(1, NOON, 6));
    const once = read();
    past.append(STREAM, carried(2, NOON + 6000, 6));
    const log = path.join(folder(), `${HOUR}.log`);
    fs.truncateSync(log, fs.statSync(log).size - 100);
    expect(read()).toEqual(once);
    const later = open();
    later.append(STREAM, carried(2, NOON + 6000, 6));
    expect(read()!.heard).toEqual([{ start: 0, end: 12_000 }]);
  });

  it('is gone when it is older than the window', () => {
    const past = open(2);
    past.append(STREAM, carried(1, NOON, 6));
    past.append(STREAM, carried(2, NOON + 24 * HOUR_MS, 6));
    now = NOON + 49 * HOUR_MS;
    past.append(STREAM, carried(3, now, 6));
    expect(new PastReader(data).hours(STREAM)).toEqual([HOUR + 24, HOUR + 49]);
    now += 72 * HOUR_MS;
    open(2);
    expect(new PastReader(data).streams()).toEqual([]);
  });

  it('names a file that is damaged, and reads the others', () => {
    const past = open();
    for (const hours of [0, 1, 2]) past.append(STREAM, carried(hours, NOON + hours * HOUR_MS, 6));
    const file = path.join(folder(), `${HOUR}.past`);
    const bytes = fs.readFileSync(file);
    bytes[200]! ^= 1;
    fs.writeFileSync(file, bytes);
    const reader = new PastReader(data);
    expect(reader.whole(STREAM, HOUR)).toBeNull();
    expect(reader.troubles).toEqual([expect.stringContaining(`${HOUR}.past`)]);
    expect(words(reader.whole(STREAM, HOUR + 1))).toBe(75);
  });

  it('goes on with an hour whose process was killed while it made it whole', () => {
    const past = open();
    past.append(STREAM, carried(0, NOON, 6));
    fs.renameSync(path.join(folder(), `${HOUR}.log`), path.join(folder(), `${HOUR}.sealing`));
    const later = open();
    later.append(STREAM, carried(0, NOON, 6));
    later.append(STREAM, carried(1, NOON + 6000, 6));
    expect(read()!.heard).toEqual([{ start: 0, end: 12_000 }]);
    for (const hours of [1, 2, 3]) later.append(STREAM, carried(hours, NOON + hours * HOUR_MS, 6));
    expect(fs.readdirSync(folder()).filter((name) => name.startsWith(`${HOUR}.`))).toEqual([`${HOUR}.past`]);
    expect(read()!.heard).toEqual([{ start: 0, end: 12_000 }]);
  });
});
