import { readFully } from '../../storage/durable-files.js';
import { PagedSection } from './paged-section.js';
import type { PostingLayout } from './posting-layout.js';
import type { Section } from './segment-format.js';

/** One look-up happens at a time in a thread, so that all postings share this. */
let scratch = new Uint8Array(1 << 16);

/** The entries of the postings of a segment, in memory as they are read, or where they lie. */
export class PostingEntries {
  /** Null: they are read where they lie. */
  readonly pages: PagedSection | null;
  /** Those in memory, where each takes four bytes. */
  readonly words: Uint32Array | null;
  /** The bytes that hold what was loaded, and where in them it begins. */
  bytes: Uint8Array = scratch;
  from = 0;

  constructor(
    private readonly fd: number,
    private readonly section: Section,
    private readonly layout: PostingLayout,
  ) {
    this.pages = PagedSection.plan(fd, section);
    this.words = this.pages && layout.width === 4 ? new Uint32Array(this.pages.bytes.buffer) : null;
  }

  /** Gives back the memory; to be called once. */
  close(): void {
    this.pages?.close();
  }

  /** Leaves some entries in `bytes`. */
  load(first: number, count: number): void {
    const { width } = this.layout;
    if (this.pages) {
      this.pages.need(first * width, count * width);
      this.bytes = this.pages.bytes;
      this.from = first * width;
    } else this.readAside(first, count);
  }

  /** The same, without keeping them. */
  readAside(first: number, count: number): void {
    const { width } = this.layout;
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

  /** The first of `count` loaded entries, one at least, that is not below `key`. */
  lowerBound(key: number, count: number): number {
    if (key === 0) return 0;
    const { bytes, from } = this;
    const { width } = this.layout;
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

export function entryAt(bytes: Uint8Array, at: number, width: 3 | 4): number {
  const low = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
  return width === 3 ? low : (low | (bytes[at + 3]! << 24)) >>> 0;
}
