import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Seconds } from '../../fingerprints/units.js';
import type { SeenMatch } from '../detections/tracker.js';
import { utcMillis } from '../domain/ids.js';
import { lengthOf } from '../domain/intervals.js';
import type { Interval, StreamInfo } from '../domain/match.js';
import { candidatesOf } from '../matching/candidates.js';
import { firstIndex, firstNotBefore } from '../matching/growable.js';
import type { FollowedLine } from '../matching/line.js';
import { matchesOf } from '../matching/matches.js';
import { SAME_LINE_PICTURES } from '../matching/settings.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { AskedLane, AskedReferences } from './asked-references.js';
import type { Nominated } from './chunks.js';
import { LandmarkVotes } from './landmark-votes.js';
import { compareAlong, seedByPictures, seedBySound } from './past-line.js';
import type { PastReader } from './past-reader.js';
import { PictureVotes } from './picture-votes.js';
import { HOUR_MS, OCTAVE_BITS, type PastPiece, PEAK_UNIT_MS, PICTURE_BYTES } from './piece.js';
import { StreamStretch } from './stream-stretch.js';

/** Places of one fingerprint on one stream that are compared as a whole: what repeats itself agrees everywhere. */
const LINES = 500;
const ANYWHERE: Interval = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** What to look through. */
export interface PastSpan {
  readonly streams: readonly StreamInfo[];
  /** ms UTC. */
  readonly since: number;
  readonly until: number;
  /** Besides the references' own: how much faster a stream may have played. Each takes as long again. */
  readonly speeds?: readonly number[];
}

/** All that is kept. */
export const EVER = { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/** What was found on a stream. */
export interface FoundOnStream {
  readonly stream: StreamInfo;
  readonly matches: readonly SeenMatch[];
}

/**
 * Looks for references in what streams carried, one stream after the other. Between two hours other work has its turn.
 * @param index says what the fingerprints are registered for
 * @param turn called after each hour of a stream; the next one waits for it
 */
export async function* askPast(
  reader: PastReader,
  index: Pick<ReferenceIndex, 'fingerprint' | 'hours'>,
  asked: AskedReferences,
  { streams, since, until, speeds = [] }: PastSpan,
  maxFalsePerDay: number,
  turn: () => Promise<void> = nextTurn,
): AsyncGenerator<FoundOnStream> {
  const landmarks = new LandmarkVotes(asked);
  const pictures = new PictureVotes(asked);
  for (const stream of streams) {
    const hours = reader
      .hours(stream)
      .filter((hour) => (hour + 1) * HOUR_MS > since && hour * HOUR_MS < until);
    const origin = hours[0];
    if (origin === undefined) continue;
    const lines = new LinesOfStream(new StreamStretch(reader, stream, origin));
    for (const hour of hours) {
      const piece = reader.searched(stream, hour);
      if (piece && lengthOf(within(hour, since, until)) > 0) {
        const asked = cut(piece, within(hour, since, until));
        const base = ((hour - origin) * HOUR_MS) / 1000;
        for (const speed of [1, ...speeds])
          for (const place of landmarks.places(asked.peaks, { speed })) lines.heard(place, base);
        for (const place of pictures.places(asked)) lines.seen(place, base);
      }
      await turn();
    }
    const candidates = candidatesOf(lines.all, ANYWHERE);
    const found = await matchesOf(index, candidates, maxFalsePerDay);
    const utc = (time: Seconds) => utcMillis(Math.round(origin * HOUR_MS + 1000 * time));
    const matches = found.map(
      (match): SeenMatch => ({
        match,
        time: { start: utc(match.stream.start), end: utc(match.stream.end) },
        claimable: match.claimable,
      }),
    );
    yield { stream, matches: matches.filter(({ time }) => time.end > since && time.start < until) };
  }
}

/** The part of an hour that is asked, ms of the hour. */
function within(hour: number, since: number, until: number): Interval {
  const begins = hour * HOUR_MS;
  return { start: Math.max(0, since - begins), end: Math.min(HOUR_MS, until - begins) };
}

/** What is searched of a part of an hour. */
function cut({ peaks, pictureTimes, hashes }: PastPiece, { start, end }: Interval) {
  const peakAt = (ms: number) =>
    firstIndex(peaks.length, (i) => (peaks[i]! >>> OCTAVE_BITS) * PEAK_UNIT_MS >= ms);
  const [first, last] = [firstNotBefore(pictureTimes, start), firstNotBefore(pictureTimes, end)];
  return {
    peaks: peaks.subarray(peakAt(start), peakAt(end)),
    pictureTimes: pictureTimes.subarray(first, last),
    hashes: hashes.subarray(first * PICTURE_BYTES, last * PICTURE_BYTES),
  };
}

/** Lines along which references run on one stream. */
class LinesOfStream {
  readonly all: FollowedLine[] = [];

  constructor(private readonly stretch: StreamStretch) {}

  /** @param base stream time of the hour that the place is in */
  heard(place: Nominated & { readonly lane: AskedLane }, base: Seconds): void {
    const moved = inStreamTime(place, base);
    if (!this.#isNews(place.lane, moved)) return;
    const { asked, track } = place.lane;
    const seed = seedBySound(this.stretch, asked, track, moved);
    if (seed && this.#isNews(place.lane, seed)) this.all.push(compareAlong(this.stretch, asked, seed));
  }

  seen(place: Nominated & { readonly lane: AskedLane }, base: Seconds): void {
    const moved = inStreamTime(place, base);
    if (!this.#isNews(place.lane, moved)) return;
    const seed = seedByPictures(this.stretch, place.lane.asked, moved);
    if (seed && this.#isNews(place.lane, seed))
      this.all.push(compareAlong(this.stretch, place.lane.asked, seed));
  }

  #isNews({ asked }: AskedLane, { offset, speed, at }: Pick<Nominated, 'offset' | 'speed' | 'at'>): boolean {
    const known = this.all.filter((line) => line.fingerprintId === asked.id);
    if (known.length >= LINES) return false;
    const time = speed * at + offset;
    return known.every((line) => Math.abs(line.referenceTime(at) - time) >= SAME_LINE_PICTURES);
  }
}

function inStreamTime({ offset, speed, at, votes }: Nominated, base: Seconds): Nominated {
  return { offset: offset - speed * base, at: at + base, speed, votes };
}
