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
import { type Effort, HEARD_FROM } from './settings.js';
import type { StreamMemory } from './stream-memory.js';
import { PLAIN } from './view.js';

/** The words decide within this many ticks (± 0.1 s) around what the landmarks nominate. */
const SHIFT_TICKS = 6;
/** Fewer landmarks in a window than this say nothing. */
const MIN_LANDMARKS = 8;
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
  // A deep look-up asks for the same landmarks as the one before it, and reads more of them.
  const made = new Map<string, Landmarks>();
  const landmarks = ({ peaks, speed, pitch }: Hypothesis): Landmarks => {
    const key = `${peaks} ${speed} ${pitch}`;
    const known =
      made.get(key) ?? landmarksOf(memory.peaksBetween(from, to), from, { set: peaks, speed, pitch });
    made.set(key, known);
    return known;
  };
  const lookUp = async (hypothesis: Hypothesis): Promise<AudioLine[]> => {
    const { speed, pitch, deep } = hypothesis;
    const query = landmarks(hypothesis);
    if (query.hashes.length < MIN_LANDMARKS) return [];
    const postings = deep ? effort.deepPostings : effort.postings;
    const nominations = await index.nominateByLandmarks({ ...query, postings }, effort.audioCandidates);
    return nominations.map(({ fingerprintId, track, offset }) => ({
      fingerprintId,
      track,
      offset: offset - speed * from,
      speed,
      pitch: nearestPitch(pitch),
    }));
  };
  // The first is asked by itself, so that it does not wait for the others, of which there are few and seldom.
  for (const some of [hypotheses.slice(0, 1), hypotheses.slice(1)])
    for (const line of (await Promise.all(some.map(lookUp))).flat()) nominated.add(line);
  const found: FoundLine[] = [];
  for (const along of await readWordsAlong(index, nominated.lines, from, to)) {
    const line = place(memory, along, (from + to) / 2);
    if (line) found.push({ ...line, view: PLAIN });
  }
  return found.sort((a, b) => b.evidence - a.evidence);
}

/** Lines nominated under several hypotheses, each once. */
class Nominated {
  readonly lines: AudioLine[] = [];
  readonly #known = new Map<string, AudioLine[]>();

  constructor(private readonly at: Seconds) {}

  add(line: AudioLine): void {
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
): (AudioLine & { evidence: number }) | null {
  const { shift, evidence } = bestShift(memory, along, SHIFT_TICKS);
  const line = { ...along.line, offset: along.line.offset + shift };
  if (line.speed === 1 || evidence < HEARD_FROM / 2)
    return evidence < HEARD_FROM ? null : { ...line, evidence };
  const turned = bestSpeed(memory, { ...along, line }, middle, SPEED_STEP, SPEED_STEPS);
  return turned.evidence < HEARD_FROM ? null : turned;
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
