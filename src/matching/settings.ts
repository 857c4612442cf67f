import type { Seconds } from '../../fingerprints/units.js';
import type { RunSettings } from './run-detector.js';

/** How much work the matcher puts into a stretch of stream. */
export interface Effort {
  readonly name: 'live' | 'thorough';
  /** Windows start this far apart, on a grid that does not depend on where segments are cut. */
  readonly hop: Seconds;
  /** Places that the sound's landmarks may nominate in a window. */
  readonly audioCandidates: number;
  /** Places that the pictures may nominate in a window. */
  readonly pictureCandidates: number;
  /** Pictures of a window that are looked up, evenly spread. */
  readonly picturesLookedUp: number;
  /** Windows in which what is explained already is searched all the same: every n-th. */
  readonly searchExplainedEvery: number;
  /** Lines followed at once; the weakest gives way, and is counted. */
  readonly maxLines: number;
  /** Runs that ended longer ago than this are forgotten. */
  readonly keepRuns: Seconds;
  /** A line that was only seen may turn out to lie this far from where it was found: scenes repeat. */
  readonly placeWithin: Seconds;
}

/** Bounded work a segment, for streams that never end. */
export const LIVE: Effort = {
  name: 'live',
  hop: 6,
  audioCandidates: 30,
  pictureCandidates: 6,
  picturesLookedUp: 4,
  searchExplainedEvery: 4,
  maxLines: 64,
  keepRuns: 120,
  placeWithin: 60,
};

/** Every hypothesis, for a clip that someone waits for. */
export const THOROUGH: Effort = {
  name: 'thorough',
  hop: 4,
  audioCandidates: 400,
  pictureCandidates: 60,
  picturesLookedUp: 16,
  searchExplainedEvery: 1,
  maxLines: 512,
  keepRuns: Number.POSITIVE_INFINITY,
  placeWithin: 600,
};

/** The stream is searched in windows of this length, which overlap. */
export const WINDOW: Seconds = 8;

/** What the matcher remembers of a stream: a line found late is followed back this far. */
export const MEMORY: Seconds = 120;

/** Evidence within one window that makes a nominated line worth following, nats. */
export const FOLLOW_FROM = 6;
/** Evidence in one modality from which on it counts as seen or heard, nats. */
export const MODALITY_FROM = 7;
/** A line is given up after this long without a run that lives. */
export const PATIENCE: Seconds = 24;

/** Runs with less evidence are noise, nats. */
const RUN_FROM = 3;
/** A run ends when nothing spoke for it for this long: silence, flat pictures. */
const MAX_QUIET: Seconds = 20;

/** Some 6 s of sound that contradicts end a run. */
export const SOUND_RUNS: RunSettings = { drop: 30, keep: RUN_FROM, maxQuiet: MAX_QUIET, between: true };
/** Five informative pictures that contradict end a run. */
export const PICTURE_RUNS: RunSettings = { drop: 15, keep: RUN_FROM, maxQuiet: MAX_QUIET, between: false };
