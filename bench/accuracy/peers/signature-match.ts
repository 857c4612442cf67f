import { distance } from './bits.js';
import { FRAME_WORDS, type VideoSignature } from './signature-file.js';

/** Thresholds of ffmpeg's filter, at its defaults. */
const MAX_DISTANCE = 116;
const MIN_GOOD_PART = 0.5;
/** Frames of a segment, and from the beginning of one to that of the next (they overlap by half). */
const SEGMENT = 90;
const SEGMENT_STEP = 45;
/** The ratio of frame rates is told in steps of 1/30, up to 2. */
const RATIO_STEPS = 30;
const MAX_RATIO = 2;
/** A line is followed up when it has more than this part of the votes of the best one. */
const FOLLOWED_UP = 0.7;
/** Frames in a row that may differ before a stretch ends. */
const TOLERANCE = 2;
/** Of a still picture, many frames are equally near; so many stand for all. */
const MAX_NEAREST = 4;
/** Frames are looked through in two halves: a pair that is too far apart after the first goes no further. */
const HALF = FRAME_WORDS / 2;

export interface SignatureMatch {
  /** Pairs of frames within the threshold. */
  readonly frames: number;
  /** Their mean L1 distance. */
  readonly meanDistance: number;
  /** Time in the title less time in the clip, s, mean over those pairs. */
  readonly offset: number;
}

/** Two frames that look alike. */
interface Pair {
  readonly clip: number;
  readonly title: number;
  readonly distance: number;
}

interface Line {
  readonly ratio: number;
  votes: number;
  best: Pair;
}

/**
 * Compares two films as ISO/IEC TR 15938-8:2002/Amd 6 and ffmpeg's filter do, with the filter's thresholds: in each
 * pair of segments of 90 frames, the nearest frames vote for a ratio of frame rates and an offset (Hough transform);
 * the strongest lines are followed from their best pair to both sides, and the longest stretch is the match.
 * Segments are not sorted out by their bags of words beforehand: the filter's thresholds for that never do. Null
 * where nothing matches.
 */
export function matchSignatures(clip: VideoSignature, title: VideoSignature): SignatureMatch | null {
  const apart = distances(clip, title);
  let best: SignatureMatch | null = null;
  for (let c = 0; c < clip.times.length; c += SEGMENT_STEP)
    for (let t = 0; t < title.times.length; t += SEGMENT_STEP) {
      const match = bestLine(apart, clip, title, vote(nearest(apart, c, t)));
      if (match && (!best || better(match, best))) best = match;
    }
  return best;
}

function better(a: SignatureMatch, b: SignatureMatch): boolean {
  return a.frames > b.frames || (a.frames === b.frames && a.meanDistance < b.meanDistance);
}

/** L1 distances of every frame of the clip to every one of the title; what is too far apart is `FAR`. */
interface Distances {
  readonly clipFrames: number;
  readonly titleFrames: number;
  readonly values: Uint8Array;
}

const FAR = 255;

function distances(clip: VideoSignature, title: VideoSignature): Distances {
  const clipFrames = clip.times.length;
  const titleFrames = title.times.length;
  const values = new Uint8Array(clipFrames * titleFrames).fill(FAR);
  for (let c = 0; c < clipFrames; c++)
    for (let t = 0; t < titleFrames; t++) {
      const i = c * FRAME_WORDS;
      const j = t * FRAME_WORDS;
      const half = distance(clip.words, i, title.words, j, HALF);
      if (half > MAX_DISTANCE) continue;
      const whole = half + distance(clip.words, i + HALF, title.words, j + HALF, HALF);
      if (whole <= MAX_DISTANCE) values[c * titleFrames + t] = whole;
    }
  return { clipFrames, titleFrames, values };
}

/** Of each frame of the clip's segment that begins at frame `c`: the nearest ones of the title's at `t`. */
function nearest(apart: Distances, c: number, t: number): Pair[] {
  const pairs: Pair[] = [];
  const lastTitle = Math.min(t + SEGMENT, apart.titleFrames);
  for (let clip = c; clip < Math.min(c + SEGMENT, apart.clipFrames); clip++) {
    const row = clip * apart.titleFrames;
    let least = MAX_DISTANCE;
    let ties: Pair[] = [];
    for (let title = t; title < lastTitle; title++) {
      const value = apart.values[row + title]!;
      if (value >= MAX_DISTANCE || value > least) continue;
      if (value < least) ties = [];
      least = value;
      ties.push({ clip, title, distance: value });
    }
    pairs.push(...thinned(ties));
  }
  return pairs;
}

function thinned(pairs: readonly Pair[]): Pair[] {
  const step = Math.max(1, pairs.length / MAX_NEAREST);
  return Array.from({ length: Math.min(pairs.length, MAX_NEAREST) }, (_, n) => pairs[Math.floor(n * step)]!);
}

function bestLine(
  apart: Distances,
  clip: VideoSignature,
  title: VideoSignature,
  lines: readonly Line[],
): SignatureMatch | null {
  let most = 0;
  for (const { votes } of lines) most = Math.max(most, votes);
  let best: SignatureMatch | null = null;
  for (const line of lines) {
    if (line.votes <= FOLLOWED_UP * most) continue;
    const match = follow(apart, clip, title, line);
    if (match && (!best || better(match, best))) best = match;
  }
  return best;
}

/** Every two pairs lie on one line; it has a vote where its ratio is sensible. */
function vote(pairs: readonly Pair[]): Line[] {
  const lines = new Map<number, Line>();
  for (let i = 0; i < pairs.length; i++)
    for (let k = i + 1; k < pairs.length; k++) {
      const a = pairs[i]!;
      const b = pairs[k]!;
      if (a.clip === b.clip) continue;
      const slope = (b.title - a.title) / (b.clip - a.clip);
      const steps = Math.round(slope * RATIO_STEPS);
      if (steps <= 0 || steps > MAX_RATIO * RATIO_STEPS) continue;
      const key = Math.round(a.title - slope * a.clip) * 64 + steps;
      const nearer = a.distance < b.distance ? a : b;
      const line = lines.get(key);
      if (!line) lines.set(key, { ratio: steps / RATIO_STEPS, votes: 1, best: nearer });
      else {
        line.votes++;
        if (nearer.distance < line.best.distance) line.best = nearer;
      }
    }
  return [...lines.values()];
}

/** From the best pair to both sides along the line, until more than `TOLERANCE` frames in a row differ. */
function follow(
  apart: Distances,
  clip: VideoSignature,
  title: VideoSignature,
  line: Line,
): SignatureMatch | null {
  const tally = { frames: 0, good: 0, flatInClip: 0, flatInTitle: 0, distance: 0, offset: 0 };
  for (const direction of [1, -1]) {
    let misses = 0;
    for (let step = direction === 1 ? 0 : 1; misses <= TOLERANCE; step++) {
      const [c, t] = stepped(line, direction * step);
      if (c < 0 || t < 0 || c >= apart.clipFrames || t >= apart.titleFrames) break;
      tally.frames++;
      const flat = [clip.confidence[c] === 0, title.confidence[t] === 0];
      const value = apart.values[c * apart.titleFrames + t]!;
      if (value === FAR) {
        if (!(flat[0] && flat[1])) misses++;
        continue;
      }
      misses = 0;
      tally.good++;
      tally.distance += value;
      tally.offset += title.times[t]! - clip.times[c]!;
      if (flat[0]) tally.flatInClip++;
      if (flat[1]) tally.flatInTitle++;
    }
  }
  if (tally.good < MIN_GOOD_PART * tally.frames) return null;
  if (Math.max(tally.flatInClip, tally.flatInTitle) > tally.good / 2) return null;
  return {
    frames: tally.good,
    meanDistance: tally.distance / tally.good,
    offset: tally.offset / tally.good,
  };
}

/** Of both films, the one with fewer frames in a stretch is walked frame by frame. */
function stepped({ ratio, best }: Line, steps: number): [clip: number, title: number] {
  return ratio >= 1
    ? [best.clip + steps, best.title + Math.round(steps * ratio)]
    : [best.clip + Math.round(steps / ratio), best.title + steps];
}
