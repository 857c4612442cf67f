import type { Landmarks, ReferenceFingerprint } from '../../../fingerprints/types.js';
import { ROW_BYTES } from '../../../fingerprints/units.js';
import { PostingSlab } from './posting-slab.js';
import type { Segment } from './segment.js';
import type { TrackPlace } from './segment-table.js';

/** Postings of a segment looked through in one go, or little more. */
const AT_ONCE = 1 << 16;

/**
 * All of one fingerprint. Its words and rows are read where they lie; its landmarks are picked out of all those of
 * the segment, some 0.1 s for 100 h.
 */
export function readFingerprint(segment: Segment, ordinal: number): ReferenceFingerprint {
  const { duration, hasVideo, rows, tracks } = segment.fingerprints[ordinal]!;
  const pictures = new Uint8Array(rows * ROW_BYTES);
  segment.readRows(ordinal, 0, pictures);
  return {
    duration,
    video: hasVideo ? { rows: pictures } : null,
    audio: tracks.map((place, track) => {
      const words = new Uint32Array(place.words);
      segment.readWords(ordinal, track, 0, words);
      return { words, landmarks: landmarksOf(segment, place) };
    }),
  };
}

function landmarksOf({ audio }: Segment, { tickBase, ticks }: TrackPlace): Landmarks {
  const { termBits, remainderBits } = audio.directory.layout;
  const bucket = 2 ** remainderBits;
  const end = 2 ** termBits;
  const place = (position: number) =>
    position >= tickBase && position < tickBase + ticks ? position - tickBase : -1;
  const slab = new PostingSlab(AT_ONCE);
  for (let from = 0; from < end; ) {
    let to = from + bucket;
    while (to < end && audio.countOf(from, to) < AT_ONCE) to += bucket;
    audio.scan(from, to, slab, place);
    from = to;
  }
  return byTick(slab, end);
}

/** Of landmarks at the same tick, the lower hash comes first. */
function byTick({ terms, positions, length }: PostingSlab, termSpan: number): Landmarks {
  const sorted = Float64Array.from({ length }, (_, i) => positions[i]! * termSpan + terms[i]!).sort();
  return {
    hashes: Uint32Array.from(sorted, (landmark) => landmark % termSpan),
    ticks: Uint32Array.from(sorted, (landmark) => Math.floor(landmark / termSpan)),
  };
}
