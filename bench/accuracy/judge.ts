import type { Seconds } from '../../fingerprints/units.js';
import type { Interval, Match } from '../../src/domain/match.js';
import type { Modality } from './types.js';

/** What a stretch of stream shows in truth: `reference time = speed × stream time + offset` of one title. */
export interface Truth {
  readonly titleId: string;
  readonly offset: Seconds;
  readonly speed: number;
  readonly stream: Interval;
  /** So much later in the title there is the same once more, s: nothing tells which it is, and either is right. */
  readonly repeats: readonly Seconds[];
}

/** What is looked at of a match. */
export type Found = Pick<Match, 'assetId' | 'stream' | 'reference' | 'speed' | 'expectedFalsePerDay'>;

export interface Verdict {
  /** The right title, in its place. */
  readonly hit: boolean;
  /** |found − true| of both ends, s of stream; null where nothing was hit. */
  readonly startError: Seconds | null;
  readonly endError: Seconds | null;
}

/** A line may lie this far from the truth at the middle of the stretch. */
const PLACE: Record<Modality, Seconds> = { both: 0.5, audio: 0.5, video: 1 };

/**
 * A hit is a match of the right title whose line lies within 0.5 s (1 s by pictures alone) of the true one at the
 * middle of the stretch, or of a place where the title has the same once more. Several such matches count as one, from
 * the first one's start to the last one's end.
 */
export function judge(matches: readonly Found[], truth: Truth, modality: Modality): Verdict {
  const right = matches.filter(
    (match) => overlaps(match.stream, truth.stream) && isInPlace(match, truth, PLACE[modality]),
  );
  if (right.length === 0) return { hit: false, startError: null, endError: null };
  const start = Math.min(...right.map((match) => match.stream.start));
  const end = Math.max(...right.map((match) => match.stream.end));
  return {
    hit: true,
    startError: Math.abs(start - truth.stream.start),
    endError: Math.abs(end - truth.stream.end),
  };
}

/** Matches with a title that has nothing in common with what is shown where they claim to be. */
export function falseMatches<F extends Found>(
  matches: readonly F[],
  isRelated: (titleId: string, stream: Interval) => boolean,
): F[] {
  return matches.filter((match) => !isRelated(match.assetId, match.stream));
}

/** What of a clip of `length` s lies within its title: at stream time 0 it shows `titleTime` of `titleDuration`. */
export function shownInterval(titleTime: Seconds, titleDuration: Seconds, speed: number, length: Seconds) {
  return {
    start: Math.max(0, -titleTime / speed),
    end: Math.min(length, (titleDuration - titleTime) / speed),
  };
}

function isInPlace(match: Found, truth: Truth, within: Seconds): boolean {
  if (match.assetId !== truth.titleId) return false;
  const middle = (truth.stream.start + truth.stream.end) / 2;
  const late = referenceTime(match, middle) - (truth.speed * middle + truth.offset);
  return [0, ...truth.repeats].some((repeat) => Math.abs(late - repeat) <= within);
}

/** Where the line of a match is in the reference at a moment of the stream. */
export function referenceTime({ reference, stream, speed }: Found, streamTime: Seconds): Seconds {
  return reference.start + speed * (streamTime - stream.start);
}

export function overlaps(a: Interval, b: Interval): boolean {
  return a.start < b.end && b.start < a.end;
}
