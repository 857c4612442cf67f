import { ROW_STEP, type Seconds, TICK } from '../../fingerprints/units.js';
import { FollowedLine } from '../matching/line.js';
import { WORD_AFTER, WORD_BEFORE } from '../matching/line-gathering.js';
import { nearestPitch } from '../matching/pitches.js';
import { HEARD_FROM, SEEN_FROM } from '../matching/settings.js';
import { PLAIN } from '../matching/view.js';
import type { AskedFingerprint } from './asked-references.js';
import { CHUNK, type Nominated } from './chunks.js';
import { PAST_BOXES } from './piece.js';
import { bestRun, bestView, PLAIN_VIEW, sightingsOf } from './sight-evidence.js';
import { bestPastShift, type PastLine, pastSoundEvidence } from './sound-evidence.js';
import type { StreamStretch } from './stream-stretch.js';

/** What is compared first around the place where most agrees, s to either side. */
const SEED: Seconds = 7;
/** The words decide within so many ticks of what landmarks nominate … */
const SHIFT_TICKS = 8;
/** … and of what pictures do. */
const WIDE_TICKS = 65;
/** Pictures decide within so many rows. */
const SHIFT_ROWS = 3;
/** A line that is heard is tuned every so often, to where the sound of that stretch lies within so many ticks … */
const TUNE_EVERY: Seconds = 16;
const TUNE_TICKS = 3;
/** … when that says so much, nats, from so far on. */
const TUNE_FROM = 12;
const LEAST_SPAN: Seconds = 48;
/** So many stretches, 5 minutes of something else, end the tuning. */
const MOST_UNHEARD = 20;

/** A place where something of a reference runs, found worth comparing as a whole. */
export interface Seeded extends PastLine {
  /** Sound track that was heard; null = only seen. */
  readonly track: number | null;
  /** Stream time at which it was. */
  readonly at: Seconds;
}

/** Compares a place that landmarks nominate by its words; null where they say too little. */
export function seedBySound(
  stretch: StreamStretch,
  { fingerprint }: AskedFingerprint,
  track: number,
  { offset, speed, at }: Nominated,
): Seeded | null {
  const words = stretch.words(nearestPitch(speed), at - SEED, at + SEED);
  const reference = fingerprint.audio[track]!.words;
  const { shift, evidence } = bestPastShift(words, reference, { offset, speed }, SHIFT_TICKS);
  return evidence < HEARD_FROM ? null : { offset: offset + shift, speed, track, at };
}

/** … and one that pictures nominate, by the pictures of its chunk; it is tried by ear, too. */
export function seedByPictures(
  stretch: StreamStretch,
  { fingerprint }: AskedFingerprint,
  { offset, speed, at }: Nominated,
): Seeded | null {
  const rows = fingerprint.video!.rows;
  const pictures = stretch.pictures(at - CHUNK / 2, at + CHUNK / 2);
  let best = { offset, evidence: 0, view: PLAIN_VIEW };
  for (let k = -SHIFT_ROWS; k <= SHIFT_ROWS; k++) {
    const line = { offset: offset + k * ROW_STEP, speed };
    const { view, evidence } = bestView(pictures, rows, line);
    if (evidence > best.evidence) best = { offset: line.offset, evidence, view };
  }
  if (best.evidence < SEEN_FROM) return null;
  const seen = sightingsOf(pictures, rows, { offset: best.offset, speed }, best.view, 1);
  const loudest = seen.reduce((a, b) => (b.evidence > a.evidence ? b : a));
  const moment = (loudest.start + loudest.end) / 2;
  for (const [track, { words }] of fingerprint.audio.entries()) {
    const around = stretch.words(nearestPitch(speed), moment - SEED, moment + SEED);
    const heard = bestPastShift(around, words, { offset: best.offset, speed }, WIDE_TICKS);
    if (heard.evidence >= HEARD_FROM) return { offset: best.offset + heard.shift, speed, track, at: moment };
  }
  return { offset: best.offset, speed, track: null, at: moment };
}

/** Compares a reference as a whole with a stream along a line: all evidence there is for it. */
export function compareAlong(
  stretch: StreamStretch,
  { id, fingerprint }: AskedFingerprint,
  seed: Seeded,
): FollowedLine {
  const { duration, audio, video } = fingerprint;
  const line = new FollowedLine(
    id,
    seed,
    seed.track,
    nearestPitch(seed.speed),
    PLAIN,
    duration,
    audio.length,
    seed.at,
  );
  if (seed.track !== null) {
    tune(stretch, audio[seed.track]!.words, line, seed.at);
    hear(stretch, audio[seed.track]!.words, line);
  }
  if (video) see(stretch, video.rows, line);
  return line;
}

/** Turns a line around the moment where it was found, so that it lies where the sound does up to both ends of the reference. */
function tune(stretch: StreamStretch, reference: Uint32Array, line: FollowedLine, at: Seconds): void {
  for (const direction of [1, -1])
    for (let n = 0, unheard = 0; unheard < MOST_UNHEARD; n++) {
      const middle = at + direction * (n + 0.5) * TUNE_EVERY;
      const time = line.referenceTime(middle);
      if (time < 0 || time > line.duration) break;
      const words = stretch.words(line.pitch, middle - TUNE_EVERY / 2, middle + TUNE_EVERY / 2);
      const { shift, evidence } = bestPastShift(words, reference, line, TUNE_TICKS);
      const isFar = Math.abs(middle - at) >= LEAST_SPAN;
      unheard = evidence < TUNE_FROM ? unheard + 1 : 0;
      if (isFar && evidence >= TUNE_FROM && Math.abs(shift) >= TICK) turn(line, at, shift / (middle - at));
    }
}

function turn(line: FollowedLine, around: Seconds, by: number): void {
  line.speed += by;
  line.offset -= by * around;
}

function hear(stretch: StreamStretch, reference: Uint32Array, line: FollowedLine): void {
  const words = stretch.words(line.pitch, line.streamTime(0), line.streamTime(line.duration));
  const evidence = new Float32Array(words.words.length);
  pastSoundEvidence(words, reference, line, evidence);
  evidence.forEach((value, i) => {
    const time = words.start + i * words.step;
    line.audio.add(time - WORD_BEFORE, time + WORD_AFTER, value);
  });
}

function see(stretch: StreamStretch, rows: Uint8Array, line: FollowedLine): void {
  const pictures = stretch.pictures(line.streamTime(0), line.streamTime(line.duration));
  const { view } = bestView(pictures, rows, line);
  const { box, region, mirrored } = view;
  line.showAs({ box: PAST_BOXES[box]!, region, mirrored });
  const sightings = sightingsOf(pictures, rows, line, view, 1);
  if (bestRun(sightings) === 0) return;
  for (const { start, end, evidence } of sightings) line.pictures.add(start, end, evidence);
}
