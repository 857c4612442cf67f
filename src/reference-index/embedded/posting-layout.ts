/*
 * A posting is a term and a position. The top bits of the term select a bucket of the directory; an entry of
 * the bucket holds the rest of the term above the position, in 3 or 4 bytes, sorted: found by binary search.
 */

/** Entries a bucket holds on average. */
const BUCKET = 32;
/** A merge goes through the terms in steps of whole buckets: they must not be too coarse beside a large segment. */
const MIN_DIRECTORY_BITS = 8;
const NARROW_BITS = 24;
const WIDE_BITS = 32;

export interface PostingLayout {
  readonly termBits: number;
  readonly positionBits: number;
  /** Bits of the term that an entry holds. */
  readonly remainderBits: number;
  /** Bytes an entry takes. */
  readonly width: 3 | 4;
  /** Terms with more postings than this say too little to be worth reading: they are counted, not voted. */
  readonly commonLimit: number;
}

/** @param span positions are below it; at most 2^32 */
export function postingLayout(
  termBits: number,
  span: number,
  postings: number,
  commonLimit: number,
): PostingLayout {
  const positionBits = bitsFor(span);
  const directoryBits = Math.min(termBits, Math.max(MIN_DIRECTORY_BITS, bitsFor(postings / BUCKET)));
  const remainderBits = Math.min(termBits - directoryBits, WIDE_BITS - positionBits);
  const width = remainderBits + positionBits <= NARROW_BITS ? 3 : 4;
  return { termBits, positionBits, remainderBits, width, commonLimit };
}

/** Bits that hold every number below n. */
function bitsFor(n: number): number {
  return Math.max(1, Math.ceil(Math.log2(Math.max(2, n))));
}

export const directorySize = (layout: PostingLayout): number =>
  2 ** (layout.termBits - layout.remainderBits) + 1;

/** What the postings of a segment amount to. */
export interface PostingCounts {
  readonly postings: number;
  /** Terms over the common limit, and how many postings they have: these have no vote. */
  readonly commonTerms: number;
  readonly commonPostings: number;
}

/** Directory section: this many bytes, then u32 first entry of each bucket and the number of entries. */
export const DIRECTORY_HEADER = 24;

export function encodeDirectory(
  layout: PostingLayout,
  counts: PostingCounts,
  starts: Uint32Array,
): Uint8Array {
  const bytes = new Uint8Array(DIRECTORY_HEADER + starts.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set([layout.termBits, layout.positionBits, layout.remainderBits, layout.width]);
  view.setUint32(4, layout.commonLimit, true);
  view.setUint32(8, counts.postings, true);
  view.setUint32(12, counts.commonTerms, true);
  view.setUint32(16, counts.commonPostings, true);
  bytes.set(new Uint8Array(starts.buffer, starts.byteOffset, starts.byteLength), DIRECTORY_HEADER);
  return bytes;
}

export interface Directory {
  readonly layout: PostingLayout;
  readonly counts: PostingCounts;
  readonly starts: Uint32Array;
}

/** The bytes have passed their checksum: what `encodeDirectory` wrote, in a buffer of their own. */
export function decodeDirectory(bytes: Uint8Array): Directory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    layout: {
      termBits: bytes[0]!,
      positionBits: bytes[1]!,
      remainderBits: bytes[2]!,
      width: bytes[3] === 3 ? 3 : 4,
      commonLimit: view.getUint32(4, true),
    },
    counts: {
      postings: view.getUint32(8, true),
      commonTerms: view.getUint32(12, true),
      commonPostings: view.getUint32(16, true),
    },
    starts: new Uint32Array(bytes.buffer, bytes.byteOffset + DIRECTORY_HEADER),
  };
}
