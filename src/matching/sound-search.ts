import { landmarksOf } from '../../fingerprints/landmarks.js';
import type { Landmarks } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import {
  type AudioLine,
  audioEvidence,
  bestShift,
  readWordsAlong,
  type WordsAlong,
} from './audio-evidence.js';
import type { FoundLine } from './found-line.js';
import { nearestPitch } from './pitches.js';
import type { Hypothesis } from './search-plan.js';
import { type Effort, FAINT_COST, HEARD_FROM } from './settings.js';
import type { StreamMemory } from './stream-memory.js';
import { PLAIN } from './view.js';

/** The words decide within this many ticks (± 0.1 s) around what the landmarks nominate. */
const SHIFT_TICKS = 6;
/** Of the evidence that is asked for, so much must be there two ticks away at most. */
const WORTH_PLACING = 0.3;
/** Fewer landmarks in a window than this say nothing. */
const MIN_LANDMARKS = 8;
/** A place is faint that only so many of them speak for. */
const FAINT_VOTES = 2;
/** Lines nearer than this in the middle of a window, and in speed, are the same. */
const SAME_PLACE: Seconds = 0.1;
const SAME_SPEED = 0.01;
/** A speed that is not 1 is only roughly known at first: these are tried around it. */
const SPEED_STEP = 0.002;
const SPEED_STEPS = 3;

/** Looks a window's sound up under each hypothesis, and decides by its words. Best first. */
export async function searchSound(
  index: ReferenceIndex,
  memory: StreamMemory,
  from: Seconds,
  to: Seconds,
  effort: Effort,
  hypotheses: readonly Hypothesis[],
): Promise<FoundLine[]> {
  const nominated = new Nominated((from + to) / 2);
  // Deep and faint look-ups ask for the same landmarks as one before them, and more of them or of their places.
  const made = new Map<string, Landmarks>();
  const landmarks = ({ peaks, speed, pitch }: Hypothesis): Landmarks => {
    const key = `${peaks} ${speed} ${pitch}`;
    const known =
      made.get(key) ?? landmarksOf(memory.peaksBetween(from, to), from, { set: peaks, speed, pitch });
    made.set(key, known);
    return known;
  };
  const lookUp = async (hypothesis: Hypothesis): Promise<NominatedLine[]> => {
    const { speed, pitch, deep, faint } = hypothesis;
    const query = landmarks(hypothesis);
    if (query.hashes.length < MIN_LANDMARKS) return [];
    const postings = deep ? effort.deepPostings : effort.postings;
    const nominations = await (faint
      ? index.nominateByLandmarks({ ...query, postings, atLeast: FAINT_VOTES }, effort.faintCandidates)
      : index.nominateByLandmarks({ ...query, postings }, effort.audioCandidates));
    return nominations.map(({ fingerprintId, track, offset }) => ({
      fingerprintId,
      track,
      offset: offset - speed * from,
      speed,
      pitch: nearestPitch(pitch),
      faint,
    }));
  };
  // The first is asked by itself, so that it does not wait for the others, of which there are few and seldom.
  for (const some of [hypotheses.slice(0, 1), hypotheses.slice(1)])
    for (const line of (await Promise.all(some.map(lookUp))).flat()) nominated.add(line);
  const found: FoundLine[] = [];
  const alongs = await readWordsAlong(index, nominated.lines, from, to);
  alongs.forEach((along, i) => {
    const { faint } = nominated.lines[i]!;
    const line = place(memory, along, (from + to) / 2, faint ? HEARD_FROM + FAINT_COST : HEARD_FROM);
    if (line) found.push({ ...line, view: PLAIN, faint });
  });
  return found.sort((a, b) => b.evidence - a.evidence);
}

interface NominatedLine extends AudioLine {
  readonly faint: boolean;
}

/** Lines nominated under several hypotheses, each once. */
class Nominated {
  readonly lines: NominatedLine[] = [];
  readonly #known = new Map<string, AudioLine[]>();

  constructor(private readonly at: Seconds) {}

  add(line: NominatedLine): void {
    const place = (one: AudioLine) => one.speed * this.at + one.offset;
    const ofTrack = this.#known.get(`${line.fingerprintId} ${line.track}`) ?? [];
    this.#known.set(`${line.fingerprintId} ${line.track}`, ofTrack);
    const isSame = (other: AudioLine) =>
      line.pitch === other.pitch &&
      Math.abs(place(line) - place(other)) < SAME_PLACE &&
      Math.abs(line.speed - other.speed) < SAME_SPEED;
    if (ofTrack.some(isSame)) return;
    ofTrack.push(line);
    this.lines.push(line);
  }
}

/** The line at its best shift and speed; null where its words say too little. */
function place(
  memory: StreamMemory,
  along: WordsAlong,
  middle: Seconds,
  heardFrom: number,
): (AudioLine & { evidence: number }) | null {
  const { shift, evidence } = bestShift(memory, along, SHIFT_TICKS, WORTH_PLACING * heardFrom);
  const line = { ...along.line, offset: along.line.offset + shift };
  if (line.speed === 1 || evidence < heardFrom / 2)
    return evidence < heardFrom ? null : { ...line, evidence };
  const turned = bestSpeed(memory, { ...along, line }, middle, SPEED_STEP, SPEED_STEPS);
  return turned.evidence < heardFrom ? null : turned;
}

/** The best of speeds `step` apart around that of a line, turned around a moment of the stream. */
export function bestSpeed(
  memory: StreamMemory,
  along: WordsAlong,
  around: Seconds,
  step: number,
  steps: number,
): AudioLine & { evidence: number } {
  let best = { ...along.line, evidence: Number.NEGATIVE_INFINITY };
  for (let k = -steps; k <= steps; k++) {
    const speed = along.line.speed + k * step;
    const line = { ...along.line, speed, offset: along.line.offset - k * step * around };
    const evidence = audioEvidence(memory, { ...along, line }, 0, null);
    if (evidence > best.evidence) best = { ...line, evidence };
  }
  return best;
}
