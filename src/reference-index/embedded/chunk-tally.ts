import { NONE, Numbering } from '../nominating/numbering.js';
import { isWorthReading, MAX_PROBES } from '../nominating/picture-votes.js';

/** The lowest bits of a code are a table, the others a chunk. */
export const TABLE_BITS = 4;

/** A chunk of a reference that shares terms with some probes. */
export interface ChunkHits {
  /** Index of the segment. */
  readonly segment: number;
  readonly chunk: number;
  /** Indices of the probes, ascending. */
  readonly probes: readonly number[];
  /** In how many tables the probe that agrees best has a term in common with the chunk. */
  readonly tables: number;
}

/** What is known of a chunk, in numbers one after the other. */
const SEGMENT = 0;
const CHUNK = 1;
const TABLES = 2;
const PROBES = 3;
/** The picture that its probes are of, or SEVERAL. */
const PICTURE = 4;
/** Its last entry: a probe and the entry before it. */
const LAST = 5;
const WIDTH = 6;

const SEVERAL = -1;
const RANKS = ((1 << TABLE_BITS) + 1) * (MAX_PROBES + 1);

/**
 * The chunks that share terms with probes, those that agree best first: a picture that stands still hits thousands, of
 * which few are read, so they are numbers in tables that are used again and again.
 */
export class ChunkTally {
  private chunks = new Int32Array(WIDTH << 10);
  private length = 0;
  private entries = new Int32Array(2 << 10);
  private entryCount = 0;
  /** The chunks of one segment. */
  private readonly numbers = new Numbering();
  private segment = 0;
  private firstOfSegment = 0;
  private readonly ofRank = new Uint32Array(RANKS);

  /** Begins anew; then comes `beginSegment`. */
  clear(): void {
    this.length = 0;
    this.entryCount = 0;
  }

  /** What is added from now on is of this segment. */
  beginSegment(segment: number): void {
    this.segment = segment;
    this.firstOfSegment = this.length;
    this.numbers.clear();
  }

  /**
   * Adds what a probe has in common with chunks. Each probe comes once for each segment.
   * @param codes chunk × 16 + table, sorted
   */
  add(probe: number, picture: number, codes: Uint32Array): void {
    for (let i = 0; i < codes.length; ) {
      const chunk = codes[i]! >>> TABLE_BITS;
      let tables = 0;
      for (; i < codes.length && codes[i]! >>> TABLE_BITS === chunk; i++)
        if (i === 0 || codes[i] !== codes[i - 1]) tables++;
      this.hit(chunk, tables, probe, picture);
    }
  }

  /**
   * The chunks that are worth reading, at most so many, those that agree best first. What is not is forgotten.
   * @returns how many there are in all, too
   */
  best(most: number, isLive: (segment: number, chunk: number) => boolean): { hits: ChunkHits[]; of: number } {
    const { chunks, ofRank } = this;
    ofRank.fill(0);
    let of = 0;
    for (let at = 0; at < this.length * WIDTH; at += WIDTH) {
      const isWorth = isWorthReading(chunks[at + TABLES]!, chunks[at + PICTURE] === SEVERAL);
      if (isWorth && isLive(chunks[at + SEGMENT]!, chunks[at + CHUNK]!)) {
        ofRank[this.rankAt(at)]!++;
        of++;
      } else chunks[at + PROBES] = 0;
    }
    let last = RANKS - 1;
    let left = most;
    while (last > 0 && ofRank[last]! <= left) left -= ofRank[last--]!;
    const hits: ChunkHits[] = [];
    for (let at = 0; at < this.length * WIDTH; at += WIDTH) {
      if (chunks[at + PROBES] === 0) continue;
      const rank = this.rankAt(at);
      if (rank > last || (rank === last && left-- > 0)) hits.push(this.hitsAt(at));
    }
    hits.sort((a, b) => b.tables - a.tables || b.probes.length - a.probes.length);
    return { hits, of };
  }

  private rankAt(at: number): number {
    return this.chunks[at + TABLES]! * (MAX_PROBES + 1) + this.chunks[at + PROBES]!;
  }

  private hitsAt(at: number): ChunkHits {
    const { chunks, entries } = this;
    const probes: number[] = [];
    for (let entry = chunks[at + LAST]!; entry !== NONE; entry = entries[2 * entry + 1]!)
      probes.push(entries[2 * entry]!);
    return {
      segment: chunks[at + SEGMENT]!,
      chunk: chunks[at + CHUNK]!,
      probes: probes.reverse(),
      tables: chunks[at + TABLES]!,
    };
  }

  private hit(chunk: number, tables: number, probe: number, picture: number): void {
    if (2 * this.entryCount === this.entries.length) this.entries = twice(this.entries);
    const entry = this.entryCount++;
    const at = this.placeOf(chunk, picture);
    const { chunks, entries } = this;
    entries[2 * entry] = probe;
    entries[2 * entry + 1] = chunks[at + LAST]!;
    chunks[at + LAST] = entry;
    chunks[at + PROBES]!++;
    if (tables > chunks[at + TABLES]!) chunks[at + TABLES] = tables;
    if (picture !== chunks[at + PICTURE]) chunks[at + PICTURE] = SEVERAL;
  }

  /** Where a chunk of this segment is told of; a new one is of the given picture. */
  private placeOf(chunk: number, picture: number): number {
    const at = (this.firstOfSegment + this.numbers.add(chunk)) * WIDTH;
    if (at < this.length * WIDTH) return at;
    this.length++;
    if (at === this.chunks.length) this.chunks = twice(this.chunks);
    const { chunks } = this;
    chunks[at + SEGMENT] = this.segment;
    chunks[at + CHUNK] = chunk;
    chunks[at + TABLES] = 0;
    chunks[at + PROBES] = 0;
    chunks[at + PICTURE] = picture;
    chunks[at + LAST] = NONE;
    return at;
  }
}

function twice(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
