import { readFully } from '../../storage/durable-files.js';
import type { Positions } from '../nominating/positions.js';
import { PagedSection } from './paged-section.js';
import type { Directory } from './posting-layout.js';
import type { PostingSlab } from './posting-slab.js';
import type { Section } from './segment-format.js';

/** The mean of a bucket of so many terms (2 to this) is as good as the count of one of them. */
const FEW_BITS = 4;

/** One look-up happens at a time in a thread, so that all postings share this buffer. */
let scratch = new Uint8Array(1 << 16);

/** The postings of a segment: the directory in memory, entries as they are read, or where they lie. */
export class Postings {
  private readonly pages: PagedSection | null;
  /** The entries in memory, where each takes four bytes. */
  private readonly entries: Uint32Array | null;
  private readonly positionMask: number;
  private readonly remainderMask: number;
  /** The bytes that hold the bucket looked at, and where in them it begins. */
  private bytes: Uint8Array = scratch;
  private from = 0;

  constructor(
    private readonly fd: number,
    private readonly section: Section,
    readonly directory: Directory,
  ) {
    const { positionBits, remainderBits } = directory.layout;
    this.positionMask = 2 ** positionBits - 1;
    this.remainderMask = 2 ** remainderBits - 1;
    this.pages = PagedSection.plan(fd, section);
    this.entries =
      this.pages && directory.layout.width === 4 ? new Uint32Array(this.pages.bytes.buffer) : null;
  }

  /** Gives back the memory; to be called once. */
  close(): void {
    this.pages?.close();
  }

  /**
   * Appends the positions of a term less `minus`, ascending. Returns false, and appends nothing, when the term
   * is so common that it has no vote.
   */
  lookUp(term: number, found: Positions, minus = 0): boolean {
    const { layout, starts } = this.directory;
    const { remainderBits, positionBits, commonLimit } = layout;
    const bucket = term >>> remainderBits;
    const first = starts[bucket]!;
    const count = starts[bucket + 1]! - first;
    if (count === 0) return true;
    const lowest = positionBits === 32 ? 0 : ((term & this.remainderMask) << positionBits) >>> 0;
    const before = found.length;
    found.reserve(before + Math.min(count, commonLimit));
    const all = this.entries
      ? this.appendEntries(this.entries, first, count, lowest, found, minus)
      : this.appendBytes(first, count, lowest, found, minus);
    if (!all) found.length = before;
    return all;
  }

  private appendEntries(
    entries: Uint32Array,
    first: number,
    count: number,
    lowest: number,
    found: Positions,
    minus: number,
  ): boolean {
    this.pages!.need(4 * first, 4 * count);
    const mask = this.positionMask;
    const highest = lowest + mask;
    let [at, z] = [first, first + count];
    while (at < z) {
      const middle = (at + z) >>> 1;
      if (entries[middle]! < lowest) at = middle + 1;
      else z = middle;
    }
    const end = first + count;
    const limit = found.length + this.directory.layout.commonLimit;
    const { array } = found;
    let { length } = found;
    for (; at < end; at++) {
      const entry = entries[at]!;
      if (entry > highest) break;
      if (length === limit) return false;
      array[length++] = ((entry & mask) >>> 0) - minus;
    }
    found.length = length;
    return true;
  }

  private appendBytes(
    first: number,
    count: number,
    lowest: number,
    found: Positions,
    minus: number,
  ): boolean {
    const { width, commonLimit } = this.directory.layout;
    this.load(first, count);
    const { bytes } = this;
    const mask = this.positionMask;
    const highest = lowest + mask;
    let at = this.from + this.lowerBound(lowest, 0, count) * width;
    const end = this.from + count * width;
    const limit = found.length + commonLimit;
    const { array } = found;
    let { length } = found;
    for (; at < end; at += width) {
      const entry = entryAt(bytes, at, width);
      if (entry > highest) break;
      if (length === limit) return false;
      array[length++] = ((entry & mask) >>> 0) - minus;
    }
    found.length = length;
    return true;
  }

  /**
   * About how many postings a term has: the mean of its bucket where that holds few terms or is not in memory,
   * else counted.
   */
  usualCount(term: number): number {
    const { starts, layout } = this.directory;
    const { remainderBits, positionBits } = layout;
    const bucket = term >>> remainderBits;
    const first = starts[bucket]!;
    const count = starts[bucket + 1]! - first;
    if (count === 0 || remainderBits <= FEW_BITS || !this.pages) return count / 2 ** remainderBits;
    this.load(first, count);
    const lowest = (term & this.remainderMask) * 2 ** positionBits;
    const low = this.lowerBound(lowest, 0, count);
    return this.lowerBound(lowest + 2 ** positionBits, low, count) - low;
  }

  /** Number of postings in the buckets of terms [from, to); both multiples of `2^remainderBits`. */
  countOf(from: number, to: number): number {
    const { starts, layout } = this.directory;
    return starts[to / 2 ** layout.remainderBits]! - starts[from / 2 ** layout.remainderBits]!;
  }

  /** Appends all postings of terms [from, to), multiples of `2^remainderBits`, shifted on the line by `place`. */
  scan(from: number, to: number, slab: PostingSlab, place: (position: number) => number): void {
    const { starts, layout } = this.directory;
    const { remainderBits, positionBits, width } = layout;
    const shift = 2 ** remainderBits;
    const count = this.countOf(from, to);
    if (count === 0) return;
    const first = starts[from / shift]!;
    // What is read once, to be merged, is not kept.
    this.readAside(first, count);
    slab.reserve(slab.length + count);
    const mask = this.positionMask;
    for (let bucket = from / shift; bucket < to / shift; bucket++) {
      const high = bucket * shift;
      const end = this.from + (starts[bucket + 1]! - first) * width;
      for (let at = this.from + (starts[bucket]! - first) * width; at < end; at += width) {
        const entry = entryAt(this.bytes, at, width);
        const position = place((entry & mask) >>> 0);
        if (position >= 0) slab.push(high + (positionBits === 32 ? 0 : entry >>> positionBits), position);
      }
    }
  }

  private load(first: number, count: number): void {
    const { width } = this.directory.layout;
    if (this.pages) {
      this.pages.need(first * width, count * width);
      this.bytes = this.pages.bytes;
      this.from = first * width;
    } else this.readAside(first, count);
  }

  private readAside(first: number, count: number): void {
    const { width } = this.directory.layout;
    const size = count * width;
    if (size > scratch.length) scratch = new Uint8Array(size * 2);
    readFully(
      this.fd,
      size === scratch.length ? scratch : scratch.subarray(0, size),
      this.section.offset + first * width,
    );
    this.bytes = scratch;
    this.from = 0;
  }

  /** The first entry in [low, high) that is not below `key`. */
  private lowerBound(key: number, low: number, high: number): number {
    const { bytes, from } = this;
    const { width } = this.directory.layout;
    let [a, z] = [low, high];
    while (a < z) {
      const middle = (a + z) >>> 1;
      if (entryAt(bytes, from + middle * width, width) < key) a = middle + 1;
      else z = middle;
    }
    return a;
  }
}

function entryAt(bytes: Uint8Array, at: number, width: 3 | 4): number {
  const low = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
  return width === 3 ? low : (low | (bytes[at + 3]! << 24)) >>> 0;
}
