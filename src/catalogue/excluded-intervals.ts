import type { Seconds } from '../../fingerprints/units.js';
import { MAX_EXCLUDED } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import { unionOf } from '../domain/intervals.js';
import type { Interval } from '../domain/match.js';

/** No reference is longer. */
const LATEST: Seconds = 96 * 3600;
const FORM = /^(\d+(?:\.\d+)?)\s*[-–]\s*(\d+(?:\.\d+)?)$/;

/**
 * Intervals written as `12.5-30`: seconds of the reference.
 * @returns their union, ascending
 * @throws SP_USAGE, in a sentence that names the one that cannot be used
 */
export function parseIntervals(texts: readonly string[]): Interval[] {
  return excludedOf(texts.filter((text) => text.trim() !== '').map(parseInterval));
}

/** What an asset keeps of some intervals. @throws SP_USAGE when there are more than MAX_EXCLUDED */
export function excludedOf(intervals: readonly Interval[]): Interval[] {
  const excluded = unionOf(intervals);
  if (excluded.length > MAX_EXCLUDED)
    throw new StreamprintError(
      'SP_USAGE',
      `An asset can have ${MAX_EXCLUDED} excluded intervals, not ${excluded.length}.`,
    );
  return excluded;
}

function parseInterval(text: string): Interval {
  const [, from, to] = FORM.exec(text.trim()) ?? [];
  if (from === undefined || to === undefined)
    throw new StreamprintError('SP_USAGE', `"${text}" is no interval: write seconds, as in 12.5-30.`);
  const interval = { start: Number(from), end: Number(to) };
  if (!(interval.start < interval.end && interval.end <= LATEST))
    throw new StreamprintError(
      'SP_USAGE',
      `"${text}" is no interval: its end must lie after its start, and not after ${LATEST} s.`,
    );
  return interval;
}
