import type { Seconds } from '../../fingerprints/units.js';
import type { RunSettings } from './run-detector.js';

/** How a part of a window's pictures is looked up. */
export interface Probing {
  /** So many of the window's pictures, evenly spread. */
  readonly pictures: number;
  /** The least certain bits of each key that are tried both ways. */
  readonly flips: number;
}

/** How much work the matcher puts into a stretch of stream. */
export interface Effort {
  readonly name: 'live' | 'thorough';
  /** Windows start this far apart, on a grid that does not depend on where segments are cut. */
  readonly hop: Seconds;
  /** The stream is searched in windows of this length, which overlap. */
  readonly window: Seconds;
  /** Pictures this far apart, on average, are enough while there is no reason to look closely; 0 = all are wanted … */
  readonly pictureEvery: Seconds;
  /** … and this far while matches go on that explain sound and pictures. */
  readonly explainedPictureEvery: Seconds;
  /** Places that the sound's landmarks may nominate in a window. */
  readonly audioCandidates: number;
  /** … and so many that only two of them speak for, where such are asked for. */
  readonly faintCandidates: number;
  /** Postings that one look-up of landmarks reads at most, going to them included … */
  readonly postings: number;
  /** … and a deep one, which is asked after the first of a window, beside the others. */
  readonly deepPostings: number;
  /** Places that the pictures may nominate in a window. */
  readonly pictureCandidates: number;
  /** Postings that one look-up of pictures reads at most, going to them included. */
  readonly picturePostings: number;
  /** How the whole picture is looked up … */
  readonly wholeProbes: Probing;
  /** … the other parts that are always looked at … */
  readonly baseProbes: Probing;
  /** … and the rest. */
  readonly extraProbes: Probing;
  /** Evidence of a window's pictures that makes a nominated line worth following, nats. */
  readonly followFrom: number;
  /** Lines in doubt, a window, whose part of the picture is fitted to the reference's own hashes. */
  readonly refined: number;
  /** … if it has this much evidence as it is, nats. */
  readonly refinedFrom: number;
  /** Lines of a window, seen in a part of the picture, whose place and part are fitted together. */
  readonly settled: number;
  /**
   * A line that is heard and not seen is looked for in all parts of the pictures after this long, then after twice
   * that, and so on until the pictures of one look reach back to the one before.
   */
  readonly lookAfter: Seconds;
  /** Whether parts of a picture are looked up mirrored, too; the whole always is. */
  readonly mirroredParts: boolean;
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
  window: 8,
  pictureEvery: 3,
  explainedPictureEvery: 6,
  audioCandidates: 30,
  faintCandidates: 0,
  postings: 250_000,
  deepPostings: 1_000_000,
  pictureCandidates: 6,
  picturePostings: 400_000,
  wholeProbes: { pictures: 4, flips: 3 },
  baseProbes: { pictures: 4, flips: 2 },
  extraProbes: { pictures: 2, flips: 2 },
  followFrom: 6,
  refined: 1,
  refinedFrom: 3,
  settled: 0,
  lookAfter: 6,
  mirroredParts: false,
  searchExplainedEvery: 4,
  maxLines: 64,
  keepRuns: 120,
  placeWithin: 60,
};

/** Every hypothesis, for a clip that someone waits for. */
export const THOROUGH: Effort = {
  name: 'thorough',
  hop: 4,
  window: 12,
  pictureEvery: 0,
  explainedPictureEvery: 0,
  audioCandidates: 400,
  faintCandidates: 20_000,
  postings: Number.POSITIVE_INFINITY,
  deepPostings: Number.POSITIVE_INFINITY,
  pictureCandidates: 60,
  picturePostings: 10_000_000,
  wholeProbes: { pictures: 12, flips: 3 },
  baseProbes: { pictures: 12, flips: 3 },
  extraProbes: { pictures: 12, flips: 3 },
  followFrom: 4,
  refined: 24,
  refinedFrom: Number.NEGATIVE_INFINITY,
  settled: 3,
  lookAfter: 0,
  mirroredParts: true,
  searchExplainedEvery: 1,
  maxLines: 512,
  keepRuns: Number.POSITIVE_INFINITY,
  placeWithin: 600,
};

/** What is heard and seen of a line in the last so many seconds says where it is. */
export const WINDOW: Seconds = 8;

/** What the matcher remembers of a stream: a line found late is followed back this far. */
export const MEMORY: Seconds = 120;

/** What the matcher keeps small pictures of, for parts that nobody asked for yet. */
export const SMALL_MEMORY: Seconds = 60;

/** Evidence of one window's sound from which on it is heard where it was tried, nats: so much is rare among hundreds of places. */
export const HEARD_FROM = 10;
/**
 * What the sound of a line that was found faint must have in addition, nats: it is the best of thirty times as many
 * places.
 */
export const FAINT_COST = 5;
/** Evidence of a few pictures from which on they are seen, nats. */
export const SEEN_FROM = 6;
/** Lines with this much evidence may become matches, nats … */
export const DOUBT_FROM = 12;
/** … and with this much they are out of doubt. */
export const PROVEN_FROM = 32;
/** Evidence in one modality from which on a match counts as seen or heard, nats. */
export const MODALITY_FROM = 9;
/** Two lines of one reference that lie nearer than this are the same: sound is placed exactly, pictures not. */
export const SAME_LINE_SOUND: Seconds = 0.1;
export const SAME_LINE_PICTURES: Seconds = 0.8;
/** A line is given up after this long without a run that lives. */
export const PATIENCE: Seconds = 24;

/** Runs with less evidence are noise, nats: words of other sound add up to 3 in one second of twenty. */
const SOUND_RUN_FROM = 6;
const PICTURE_RUN_FROM = 3;
/** A run ends when nothing spoke for it for this long: silence, flat pictures. */
const MAX_QUIET: Seconds = 20;

/** Some 6 s of sound that contradicts end a run. */
export const SOUND_RUNS: RunSettings = {
  drop: 11,
  keep: SOUND_RUN_FROM,
  maxQuiet: MAX_QUIET,
  between: true,
  share: 1 / 2,
  endCost: 4,
};
/** Five informative pictures that contradict end a run. */
export const PICTURE_RUNS: RunSettings = {
  drop: 15,
  keep: PICTURE_RUN_FROM,
  maxQuiet: MAX_QUIET,
  between: false,
  share: 1 / 3,
  endCost: 0,
};
