import type { Positions } from '../nominating/positions.js';
import { entryAt, PostingEntries } from './posting-entries.js';
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

/** What going to a term costs, in postings read: in memory, and with a call of the system. */
const TO_MEMORY = 60;
const TO_FILE = 300;

/** Of the bucket of each term looked up: its first entry, and the number of entries. One look-up happens at a time. */
const firsts = new Uint32Array(AT_ONCE);
const counts = new Uint32Array(AT_ONCE);

/** The postings of a segment: the directory in memory, entries as they are read, or where they lie. */
export class Postings {
  private readonly entries: PostingEntries;
  private readonly positionMask: number;
  private readonly remainderMask: number;
  private termFilter: TermFilter | null = null;
  /** What asking for entries ahead of their use read, so that it is not optimised away. */
  touched = 0;

  constructor(
    fd: number,
    section: Section,
    readonly directory: Directory,
  ) {
    const { positionBits, remainderBits } = directory.layout;
    this.positionMask = 2 ** positionBits - 1;
    this.remainderMask = 2 ** remainderBits - 1;
    this.entries = new PostingEntries(fd, section, directory.layout);
  }

  /** Number of postings. */
  get size(): number {
    return this.directory.counts.postings;
  }

  /** What going to the postings of a term costs, in postings read; nothing where a filter keeps most terms away. */
  get going(): number {
    if (this.size < MOST_FILTERED) return 0;
    return this.entries.pages ? TO_MEMORY : TO_FILE;
  }

  /** Reads the next piece of what may be kept in memory. @returns whether there was any left */
  readAhead(): boolean {
    return this.entries.pages?.readAhead() ?? false;
  }

  /** Gives back the memory; to be called once. */
  close(): void {
    this.entries.close();
  }

  /**
   * Appends position × 2^`shift` + `adds[i]` (modulo 2^32) for every posting of every term, those of one term ascending.
   * Of a term that is so common that it has no vote nothing is appended.
   * @returns the number of those
   */
  lookUp(terms: Uint32Array, adds: Int32Array, shift: number, found: Positions): number {
    const { remainderBits, commonLimit } = this.directory.layout;
    const isWhole = remainderBits === 0 && this.entries.words !== null;
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
    if (this.directory.layout.remainderBits <= FEW_BITS || !this.entries.pages) {
      this.addMeanCounts(terms, sums);
      return;
    }
    for (let from = 0; from < terms.length; from += AT_ONCE) {
      const to = Math.min(terms.length, from + AT_ONCE);
      this.findBuckets(terms, from, to);
      for (let i = from; i < to; i++) {
        const count = counts[i - from]!;
        if (count > 0) sums[i]! += this.countAmong(terms[i]!, firsts[i - from]!, count);
      }
    }
  }

  /** Adds to `sums` the mean of the bucket of each term: nothing is read. */
  addMeanCounts(terms: Uint32Array, sums: Float64Array): void {
    const { starts, layout } = this.directory;
    const { remainderBits } = layout;
    const scale = 2 ** remainderBits;
    for (let i = 0; i < terms.length; i++) {
      const bucket = terms[i]! >>> remainderBits;
      sums[i]! += (starts[bucket + 1]! - starts[bucket]!) / scale;
    }
  }

  /**
   * Leaves the first entry of the bucket of each term in `firsts`, and how many there are in `counts`, 0 for terms that
   * the segment is known not to have. Buckets that are in memory are asked for one right after the other, so that the
   * processor waits for all of them together and not for each.
   * @returns postings that the terms have, at most
   */
  private findBuckets(terms: Uint32Array, from: number, to: number): number {
    const { pages } = this.entries;
    const { starts, layout } = this.directory;
    const { remainderBits, width, commonLimit } = layout;
    for (let i = from; i < to; i++) {
      const bucket = terms[i]! >>> remainderBits;
      const first = starts[bucket]!;
      firsts[i - from] = first;
      counts[i - from] = starts[bucket + 1]! - first;
    }
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
    const words = this.entries.words!;
    const mask = this.positionMask;
    let { length } = found;
    for (let at = first; at < first + count; at++) array[length++] = ((words[at]! & mask) << shift) + add;
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
    this.entries.load(first, count);
    const lowest = positionBits === 32 ? 0 : ((term & this.remainderMask) << positionBits) >>> 0;
    const mask = this.positionMask;
    const highest = lowest + mask;
    const { array } = found;
    let { length } = found;
    const limit = length + commonLimit;
    const { words, bytes, from } = this.entries;
    if (words) {
      const end = first + count;
      for (let at = first + this.entries.lowerBound(lowest, count); at < end; at++) {
        const entry = words[at]!;
        if (entry > highest) break;
        if (length === limit) return false;
        array[length++] = ((entry & mask) << shift) + add;
      }
    } else {
      const end = from + count * width;
      for (let at = from + this.entries.lowerBound(lowest, count) * width; at < end; at += width) {
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
    this.entries.load(first, count);
    const { positionBits, width } = this.directory.layout;
    const lowest = (term & this.remainderMask) * 2 ** positionBits;
    const highest = lowest + this.positionMask;
    const low = this.entries.lowerBound(lowest, count);
    let end = low;
    while (end < count && entryAt(this.entries.bytes, this.entries.from + end * width, width) <= highest)
      end++;
    return end - low;
  }

  /** Made when it is first asked for; null where the segment has so many terms that it would not be worth it. */
  private filter(): TermFilter | null {
    const { postings } = this.directory.counts;
    if (postings > MOST_FILTERED || !this.entries.pages) return null;
    if (this.termFilter) return this.termFilter;
    const filter = new TermFilter(postings);
    const { starts, layout } = this.directory;
    const { remainderBits, positionBits, width } = layout;
    for (let bucket = 0; bucket < starts.length - 1; bucket++) {
      const count = starts[bucket + 1]! - starts[bucket]!;
      if (count === 0) continue;
      this.entries.load(starts[bucket]!, count);
      for (let i = 0; i < count; i++) {
        const remainder = Math.floor(
          entryAt(this.entries.bytes, this.entries.from + i * width, width) / 2 ** positionBits,
        );
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
    this.entries.readAside(first, count);
    slab.reserve(slab.length + count);
    const mask = this.positionMask;
    for (let bucket = from / shift; bucket < to / shift; bucket++) {
      const high = bucket * shift;
      const end = this.entries.from + (starts[bucket + 1]! - first) * width;
      for (let at = this.entries.from + (starts[bucket]! - first) * width; at < end; at += width) {
        const entry = entryAt(this.entries.bytes, at, width);
        const position = place((entry & mask) >>> 0);
        if (position >= 0) slab.push(high + (positionBits === 32 ? 0 : entry >>> positionBits), position);
      }
    }
  }
}
