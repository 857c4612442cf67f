import type { Landmarks, ReferenceFingerprint } from '../../../fingerprints/types.js';
import { ROW_BYTES } from '../../../fingerprints/units.js';
import type { FingerprintId } from '../../domain/ids.js';
import { PostingSlab } from './posting-slab.js';
import type { Segment } from './segment.js';
import type { SegmentSet } from './segment-set.js';
import type { TrackPlace } from './segment-table.js';

/** Postings of a segment looked through in one go, or little more. */
const AT_ONCE = 1 << 16;

/** All of the fingerprints that are there. */
export function fingerprintsOf(
  ids: readonly FingerprintId[],
  segments: SegmentSet,
): Map<FingerprintId, ReferenceFingerprint> {
  const bySegment = new Map<Segment, Map<FingerprintId, number>>();
  for (const id of ids) {
    const place = segments.find(id);
    if (!place) continue;
    const ordinals = bySegment.get(place.segment) ?? new Map<FingerprintId, number>();
    bySegment.set(place.segment, ordinals.set(id, place.ordinal));
  }
  const found = new Map<FingerprintId, ReferenceFingerprint>();
  for (const [segment, ordinals] of bySegment) {
    const read = readFingerprints(segment, [...ordinals.values()]);
    for (const [i, id] of [...ordinals.keys()].entries()) found.set(id, read[i]!);
  }
  return found;
}

/**
 * All of some fingerprints, in the order of the ordinals. Their words and rows are read where they lie; their
 * landmarks are picked out of all those of the segment, in one go for all of them: some 0.1 s for 100 h.
 */
export function readFingerprints(segment: Segment, ordinals: readonly number[]): ReferenceFingerprint[] {
  const places = ordinals.flatMap((ordinal) => segment.fingerprints[ordinal]!.tracks);
  const landmarks = landmarksOf(segment, places);
  return ordinals.map((ordinal) => {
    const { duration, hasVideo, rows, tracks } = segment.fingerprints[ordinal]!;
    const pictures = new Uint8Array(rows * ROW_BYTES);
    segment.readRows(ordinal, 0, pictures);
    return {
      duration,
      video: hasVideo ? { rows: pictures } : null,
      audio: tracks.map((place, track) => {
        const words = new Uint32Array(place.words);
        segment.readWords(ordinal, track, 0, words);
        return { words, landmarks: landmarks.get(place)! };
      }),
    };
  });
}

function landmarksOf({ audio }: Segment, places: readonly TrackPlace[]): Map<TrackPlace, Landmarks> {
  const { termBits, remainderBits } = audio.directory.layout;
  const bucket = 2 ** remainderBits;
  const end = 2 ** termBits;
  const lanes = [...places].sort((a, b) => a.tickBase - b.tickBase);
  const slab = new PostingSlab(AT_ONCE);
  for (let from = 0; from < end; ) {
    let to = from + bucket;
    while (to < end && audio.countOf(from, to) < AT_ONCE) to += bucket;
    audio.scan(from, to, slab, (position) => (isIn(lanes, position) ? position : -1));
    from = to;
  }
  return byLane(slab, end, lanes);
}

/** @param lanes ascending, and apart from each other */
function isIn(lanes: readonly TrackPlace[], position: number): boolean {
  let low = 0;
  for (let high = lanes.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (lanes[middle]!.tickBase <= position) low = middle + 1;
    else high = middle;
  }
  const lane = lanes[low - 1];
  return lane !== undefined && position < lane.tickBase + lane.ticks;
}

/** Of landmarks at the same tick, the lower hash comes first. */
function byLane(
  { terms, positions, length }: PostingSlab,
  termSpan: number,
  lanes: readonly TrackPlace[],
): Map<TrackPlace, Landmarks> {
  const sorted = Float64Array.from({ length }, (_, i) => positions[i]! * termSpan + terms[i]!).sort();
  const found = new Map<TrackPlace, Landmarks>();
  let at = 0;
  for (const lane of lanes) {
    const from = at;
    const next = (lane.tickBase + lane.ticks) * termSpan;
    while (at < length && sorted[at]! < next) at++;
    const own = sorted.subarray(from, at);
    found.set(lane, {
      hashes: Uint32Array.from(own, (landmark) => landmark % termSpan),
      ticks: Uint32Array.from(own, (landmark) => Math.floor(landmark / termSpan) - lane.tickBase),
    });
  }
  return found;
}
