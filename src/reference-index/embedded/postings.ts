import { readFully } from '../../storage/durable-files.js';
import type { Positions } from '../nominating/positions.js';
import { PagedSection } from './paged-section.js';
import type { Directory } from './posting-layout.js';
import type { PostingSlab } from './posting-slab.js';
import type { Section } from './segment-format.js';
import { TermFilter } from './term-filter.js';

/** The mean of a bucket of so many terms (2 to this) is as good as the count of one of them. */
const FEW_BITS = 4;

/** Terms looked up together. */
const AT_ONCE = 64;

/** A segment with more postings has so many terms that a filter would keep little away. */
const MOST_FILTERED = 1 << 20;

/** One look-up happens at a time in a thread, so that all postings share these. */
let scratch = new Uint8Array(1 << 16);
/** Of the bucket of each term looked up: its first entry, and the number of entries. */
const firsts = new Uint32Array(AT_ONCE);
const counts = new Uint32Array(AT_ONCE);

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
  private termFilter: TermFilter | null = null;
  /** What asking for entries ahead of their use read, so that it is not optimised away. */
  touched = 0;

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
   * Appends position × 2^`shift` + `adds[i]` (modulo 2^32) for every posting of every term, those of one term ascending.
   * Of a term that is so common that it has no vote nothing is appended.
   * @returns the number of those
   */
  lookUp(terms: Uint32Array, adds: Int32Array, shift: number, found: Positions): number {
    const { remainderBits, commonLimit } = this.directory.layout;
    const isWhole = remainderBits === 0 && this.entries !== null;
    let common = 0;
    for (let from = 0; from < terms.length; from += AT_ONCE) {
      const to = Math.min(terms.length, from + AT_ONCE);
      const most = this.findBuckets(terms, from, to);
      if (most === 0) continue;
      found.reserve(found.length + most);
      for (let i = from; i < to; i++) {
        const count = counts[i - from]!;
        if (count === 0) continue;
        const first = firsts[i - from]!;
        if (isWhole) {
          if (count > commonLimit) common++;
          else this.appendBucket(first, count, adds[i]!, shift, found);
        } else if (!this.append(terms[i]!, first, count, adds[i]!, shift, found)) common++;
      }
    }
    return common;
  }

  /**
   * Adds to `sums` about how many postings each term has: the mean of its bucket where that holds few terms or is not
   * in memory, else counted.
   */
  addUsualCounts(terms: Uint32Array, sums: Float64Array): void {
    const { remainderBits } = this.directory.layout;
    const scale = 2 ** remainderBits;
    const isMean = remainderBits <= FEW_BITS || !this.pages;
    for (let from = 0; from < terms.length; from += AT_ONCE) {
      const to = Math.min(terms.length, from + AT_ONCE);
      if (isMean) this.findStarts(terms, from, to);
      else this.findBuckets(terms, from, to);
      for (let i = from; i < to; i++) {
        const count = counts[i - from]!;
        if (count > 0)
          sums[i]! += isMean ? count / scale : this.countAmong(terms[i]!, firsts[i - from]!, count);
      }
    }
  }

  /** Leaves the first entry of the bucket of each term in `firsts`, and how many there are in `counts`. */
  private findStarts(terms: Uint32Array, from: number, to: number): void {
    const { starts, layout } = this.directory;
    const { remainderBits } = layout;
    for (let i = from; i < to; i++) {
      const bucket = terms[i]! >>> remainderBits;
      const first = starts[bucket]!;
      firsts[i - from] = first;
      counts[i - from] = starts[bucket + 1]! - first;
    }
  }

  /**
   * The same, 0 for terms that the segment is known not to have. Buckets that are in memory are asked for one right
   * after the other, so that the processor waits for all of them together and not for each.
   * @returns postings that the terms have, at most
   */
  private findBuckets(terms: Uint32Array, from: number, to: number): number {
    this.findStarts(terms, from, to);
    const { pages } = this;
    const { width, commonLimit } = this.directory.layout;
    const filter = this.filter();
    if (filter) for (let i = from; i < to; i++) if (!filter.mayHave(terms[i]!)) counts[i - from] = 0;
    let touched = 0;
    let most = 0;
    for (let i = 0; i < to - from; i++) {
      const count = counts[i]!;
      if (count === 0) continue;
      most += Math.min(count, commonLimit);
      if (!pages) continue;
      pages.need(firsts[i]! * width, count * width);
      touched |= pages.bytes[firsts[i]! * width]!;
    }
    this.touched = touched;
    return most;
  }

  /** Appends a bucket of one term. */
  private appendBucket(first: number, count: number, add: number, shift: number, found: Positions): void {
    const { array } = found;
    const entries = this.entries!;
    const mask = this.positionMask;
    let { length } = found;
    for (let at = first; at < first + count; at++) array[length++] = ((entries[at]! & mask) << shift) + add;
    found.length = length;
  }

  private append(
    term: number,
    first: number,
    count: number,
    add: number,
    shift: number,
    found: Positions,
  ): boolean {
    const { positionBits, width, commonLimit } = this.directory.layout;
    this.load(first, count);
    const lowest = positionBits === 32 ? 0 : ((term & this.remainderMask) << positionBits) >>> 0;
    const mask = this.positionMask;
    const highest = lowest + mask;
    const { array } = found;
    let { length } = found;
    const limit = length + commonLimit;
    if (this.entries) {
      const { entries } = this;
      const end = first + count;
      for (let at = first + this.lowerBound(lowest, count); at < end; at++) {
        const entry = entries[at]!;
        if (entry > highest) break;
        if (length === limit) return false;
        array[length++] = ((entry & mask) << shift) + add;
      }
    } else {
      const { bytes, from } = this;
      const end = from + count * width;
      for (let at = from + this.lowerBound(lowest, count) * width; at < end; at += width) {
        const entry = entryAt(bytes, at, width);
        if (entry > highest) break;
        if (length === limit) return false;
        array[length++] = ((entry & mask) << shift) + add;
      }
    }
    found.length = length;
    return true;
  }

  /** Postings of a term among the entries of its bucket. */
  private countAmong(term: number, first: number, count: number): number {
    this.load(first, count);
    const { positionBits, width } = this.directory.layout;
    const lowest = (term & this.remainderMask) * 2 ** positionBits;
    const highest = lowest + this.positionMask;
    const low = this.lowerBound(lowest, count);
    let end = low;
    while (end < count && entryAt(this.bytes, this.from + end * width, width) <= highest) end++;
    return end - low;
  }

  /** Made when it is first asked for; null where the segment has so many terms that it would not be worth it. */
  private filter(): TermFilter | null {
    const { postings } = this.directory.counts;
    if (postings > MOST_FILTERED || !this.pages) return null;
    if (this.termFilter) return this.termFilter;
    const filter = new TermFilter(postings);
    const { starts, layout } = this.directory;
    const { remainderBits, positionBits, width } = layout;
    for (let bucket = 0; bucket < starts.length - 1; bucket++) {
      const count = starts[bucket + 1]! - starts[bucket]!;
      if (count === 0) continue;
      this.load(starts[bucket]!, count);
      for (let i = 0; i < count; i++) {
        const remainder = Math.floor(entryAt(this.bytes, this.from + i * width, width) / 2 ** positionBits);
        filter.add(bucket * 2 ** remainderBits + remainder);
      }
    }
    this.termFilter = filter;
    return filter;
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

  /** The first of `count` loaded entries, one at least, that is not below `key`. Halves without a branch to guess. */
  private lowerBound(key: number, count: number): number {
    if (key === 0) return 0;
    const { bytes, from } = this;
    const { width } = this.directory.layout;
    let low = 0;
    for (let left = count; left > 0; ) {
      const half = left >>> 1;
      const isBelow = entryAt(bytes, from + (low + half) * width, width) < key ? 1 : 0;
      low += isBelow * (half + 1);
      left = isBelow === 1 ? left - half - 1 : half;
    }
    return low;
  }
}

function entryAt(bytes: Uint8Array, at: number, width: 3 | 4): number {
  const low = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
  return width === 3 ? low : (low | (bytes[at + 3]! << 24)) >>> 0;
}
