import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PagedSection } from '../../../src/reference-index/embedded/paged-section.js';
import { removeDirectory, temporaryDirectory } from '../temporary.js';

let directory: string;
let fd: number;
/** A section that begins in the middle of nowhere and does not fill its last page. */
const section = { offset: 4321, bytes: 100_003, crc: 0 };
const content = Buffer.from(Array.from({ length: 120_000 }, (_, n) => (n * 31 + (n >> 8)) & 0xff));
const expected = content.subarray(section.offset, section.offset + section.bytes);

beforeEach(() => {
  directory = temporaryDirectory();
  const file = path.join(directory, 'segment');
  fs.writeFileSync(file, content);
  fd = fs.openSync(file, 'r');
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.closeSync(fd);
  removeDirectory(directory);
});

it('has what is asked for, across pages and up to its end, and nothing else', () => {
  const pages = PagedSection.plan(fd, section)!;
  for (const [from, length] of [
    [16_380, 10],
    [60_000, 20_000],
    [100_000, 3],
  ] as const) {
    pages.need(from, length);
    expect(expected.subarray(from, from + length).equals(pages.bytes.subarray(from, from + length))).toBe(
      true,
    );
  }
  expect(pages.bytes.subarray(40_000, 40_100).every((byte) => byte === 0)).toBe(true);
  pages.close();
});

it('reads a page once', () => {
  const read = vi.spyOn(fs, 'readSync');
  const pages = PagedSection.plan(fd, section)!;
  for (let n = 0; n < 100; n++) pages.need(30_000 + n, 8);
  expect(read).toHaveBeenCalledTimes(1);
  pages.need(0, section.bytes);
  expect(read).toHaveBeenCalledTimes(7);
  pages.close();
});

it('reads ahead what was not asked for, once, and then all of it is there', () => {
  const read = vi.spyOn(fs, 'readSync');
  const pages = PagedSection.plan(fd, section)!;
  pages.need(40_000, 8);
  let pieces = 0;
  while (pages.readAhead()) pieces++;
  expect(pieces).toBe(2);
  expect(read).toHaveBeenCalledTimes(3);
  pages.need(0, section.bytes);
  expect(read).toHaveBeenCalledTimes(3);
  expect(expected.equals(pages.bytes)).toBe(true);
  pages.close();
});

it('is refused where memory would not reach, until others gave theirs back', () => {
  const huge = { ...section, bytes: Number.MAX_SAFE_INTEGER };
  expect(PagedSection.plan(fd, huge)).toBeNull();
  PagedSection.plan(fd, section)!.close();
});
