import { directorySize, encodeDirectory, type PostingCounts, type PostingLayout } from './posting-layout.js';
import type { PostingSlab } from './posting-slab.js';

const BUFFER_BYTES = 1 << 16;

/** Packs sorted postings into entries and notes where each bucket begins. */
export class PostingWriter {
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private filled = 0;
  private readonly starts: Uint32Array;
  private nextBucket = 0;
  private postings = 0;
  private commonTerms = 0;
  private commonPostings = 0;

  /** @param write is given bytes that it must not keep */
  constructor(
    private readonly layout: PostingLayout,
    private readonly write: (bytes: Uint8Array) => void,
  ) {
    this.starts = new Uint32Array(directorySize(layout));
  }

  /**
   * Adds a slab sorted by term and position, all of whose terms lie above those of the slab before.
   * A posting that is there twice is written once.
   */
  add(slab: PostingSlab): void {
    const { terms, length } = slab;
    for (let from = 0; from < length; ) {
      const term = terms[from]!;
      let to = from + 1;
      while (to < length && terms[to] === term) to++;
      this.addTerm(term, slab.positions, from, to);
      from = to;
    }
  }

  /** Ends the postings; returns the directory section and what there is. */
  finish(): { readonly directory: Uint8Array; readonly counts: PostingCounts } {
    this.openBuckets(this.starts.length - 1);
    this.flush();
    const { postings, commonTerms, commonPostings } = this;
    const counts = { postings, commonTerms, commonPostings };
    return { directory: encodeDirectory(this.layout, counts, this.starts), counts };
  }

  private addTerm(term: number, positions: Uint32Array, from: number, to: number): void {
    const { remainderBits, positionBits, width, commonLimit } = this.layout;
    this.openBuckets(term >>> remainderBits);
    const remainder = term & (2 ** remainderBits - 1);
    const high = positionBits === 32 ? 0 : remainder << positionBits;
    const before = this.postings;
    let last = -1;
    for (let i = from; i < to; i++) {
      const position = positions[i]!;
      if (position === last) continue;
      last = position;
      this.put((high | position) >>> 0, width);
    }
    const written = this.postings - before;
    if (written > commonLimit) {
      this.commonTerms++;
      this.commonPostings += written;
    }
  }

  private put(entry: number, width: 3 | 4): void {
    if (this.filled + width > BUFFER_BYTES) this.flush();
    const { buffer } = this;
    let at = this.filled;
    buffer[at++] = entry;
    buffer[at++] = entry >>> 8;
    buffer[at++] = entry >>> 16;
    if (width === 4) buffer[at++] = entry >>> 24;
    this.filled = at;
    this.postings++;
  }

  private openBuckets(last: number): void {
    while (this.nextBucket <= last) this.starts[this.nextBucket++] = this.postings;
  }

  private flush(): void {
    this.write(this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }
}
