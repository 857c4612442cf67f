import { PostingSlab } from './posting-slab.js';
import type { Postings } from './postings.js';
import type { Segment } from './segment.js';
import type { SegmentContent, SortedPostings } from './segment-content.js';
import type { FingerprintPlace } from './segment-table.js';
import { CHUNK_ROWS, TimeLine } from './time-line.js';

/** Postings sorted in one go: 10 to 20 ms of work, 5 MB of memory. */
const SLAB_POSTINGS = 1 << 18;

/** A fingerprint that lives on: where it was, where it goes. */
interface Move {
  readonly segment: Segment;
  readonly from: FingerprintPlace;
  readonly to: FingerprintPlace;
}

/** What is left of some segments, their removed fingerprints dropped, as one. Streams: memory is bounded. */
export function mergedContent(segments: readonly Segment[]): SegmentContent {
  const line = new TimeLine();
  const moves: Move[] = segments.flatMap((segment) =>
    segment.fingerprints
      .filter((_, ordinal) => !segment.removed.has(ordinal))
      .map((from) => ({ segment, from, to: line.place(from) })),
  );
  return {
    line,
    packs: function* () {
      for (const { segment, from } of moves) yield* segment.pack(from);
    },
    audio: merged(segments.map((segment) => source(segment.audio, laneMoves(moves, segment)))),
    pictures: merged(segments.map((segment) => source(segment.pictures, chunkMoves(moves, segment)))),
  };
}

/** Positions [start, end) of a source move by `shift`; ascending, those in between are dropped. */
interface Shifts {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly shifts: Float64Array;
}

interface Source {
  readonly postings: Postings;
  /** The new position of an old one, or -1. */
  readonly place: (position: number) => number;
}

function laneMoves(moves: readonly Move[], segment: Segment): Shifts {
  return shiftsOf(
    moves.flatMap(({ segment: of, from, to }) =>
      of !== segment
        ? []
        : from.tracks.map((track, t) => ({
            start: track.tickBase,
            end: track.tickBase + track.ticks,
            shift: to.tracks[t]!.tickBase - track.tickBase,
          })),
    ),
  );
}

function chunkMoves(moves: readonly Move[], segment: Segment): Shifts {
  return shiftsOf(
    moves
      .filter((move) => move.segment === segment)
      .map(({ from, to }) => ({
        start: from.chunkBase,
        end: from.chunkBase + Math.ceil(from.rows / CHUNK_ROWS),
        shift: to.chunkBase - from.chunkBase,
      })),
  );
}

function shiftsOf(ranges: readonly { start: number; end: number; shift: number }[]): Shifts {
  return {
    starts: Float64Array.from(ranges, (range) => range.start),
    ends: Float64Array.from(ranges, (range) => range.end),
    shifts: Float64Array.from(ranges, (range) => range.shift),
  };
}

function source(postings: Postings, { starts, ends, shifts }: Shifts): Source {
  let last = 0;
  const place = (position: number): number => {
    // Postings of one term come in ascending positions, so the range is often the one of the posting before.
    if (!(position >= starts[last]! && position < ends[last]!)) {
      let [a, z] = [0, starts.length];
      while (a < z) {
        const middle = (a + z) >>> 1;
        if (starts[middle]! <= position) a = middle + 1;
        else z = middle;
      }
      last = Math.max(0, a - 1);
      if (!(position >= starts[last]! && position < ends[last]!)) return -1;
    }
    return position + shifts[last]!;
  };
  return { postings, place };
}

function merged(sources: readonly Source[]): SortedPostings {
  return {
    atMost: sources.reduce((sum, { postings }) => sum + postings.directory.counts.postings, 0),
    slabs: () => slabsOf(sources),
  };
}

/** Goes through the terms in steps of whole buckets, as many as make a slab. */
function* slabsOf(sources: readonly Source[]): Iterable<PostingSlab> {
  const layouts = sources.map(({ postings }) => postings.directory.layout);
  const step = 2 ** Math.max(...layouts.map((layout) => layout.remainderBits));
  const end = 2 ** Math.max(...layouts.map((layout) => layout.termBits));
  const countOf = (from: number, to: number) =>
    sources.reduce((sum, { postings }) => sum + postings.countOf(from, to), 0);
  const slab = new PostingSlab(SLAB_POSTINGS);
  for (let from = 0; from < end; ) {
    let to = from + step;
    let count = countOf(from, to);
    while (to < end && count < SLAB_POSTINGS) {
      count += countOf(to, to + step);
      to += step;
    }
    slab.length = 0;
    for (const { postings, place } of sources) postings.scan(from, to, slab, place);
    slab.sort(from, to - from);
    yield slab;
    from = to;
  }
}
