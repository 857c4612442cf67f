import type { ReferenceFingerprint } from '../../../fingerprints/types.js';
import { ROW_STEP, ROWS_PER_SECOND, type Seconds, WORD_STEP } from '../../../fingerprints/units.js';
import { common, lengthOf, unionOf } from '../../domain/intervals.js';
import type { Interval, Modality } from '../../domain/match.js';
import { type Run, RunDetector } from '../../matching/run-detector.js';
import { expectedFalsePerDay, scoreOf } from '../../matching/score.js';
import { MODALITY_FROM, PICTURE_RUNS, SOUND_RUNS } from '../../matching/settings.js';
import type { Overlap, ReferenceIndex } from '../../reference-index/reference-index.js';
import { rowEvidence, type WeighedRows, wordEvidence } from './evidence.js';
import type { SharedLine } from './lines.js';

/** Runs of one line that lie no further apart than this are one stretch. */
const JOIN_WITHIN: Seconds = 2;
/** What a word says reaches from this far before its time to this far after: see docs/algorithm.md, "Runs". */
const WORD_BEFORE: Seconds = 0.2;
const WORD_AFTER: Seconds = 0.1;
/** Rows read beyond both ends, so that the nearest of three can be found. */
const ROW_MARGIN = 1;
/** A stretch that stronger ones explain to this share on both sides says nothing new: music repeats itself. */
const EXPLAINED = 0.5;

/** A stretch of a line with what speaks for it. */
export interface Stretch {
  readonly overlap: Overlap;
  /** Nats. */
  readonly evidence: number;
}

/**
 * All stretches along a line that have the evidence of a match.
 * @param pictures the fingerprint's rows
 */
export async function stretchesAlong(
  index: ReferenceIndex,
  fingerprint: ReferenceFingerprint,
  pictures: WeighedRows | null,
  line: SharedLine,
  maxFalsePerDay: number,
): Promise<Stretch[]> {
  const facts = await index.fingerprint(line.other);
  if (!facts) return [];
  const shared = common(
    { start: 0, end: fingerprint.duration },
    { start: -line.offset, end: facts.duration - line.offset },
  );
  if (lengthOf(shared) <= 0) return [];
  const heard = await soundRuns(index, fingerprint, line, shared);
  const seen = await pictureRuns(index, pictures, line, shared);
  return grouped(heard, seen).flatMap((group) => stretchOf(group, line, shared, maxFalsePerDay));
}

async function soundRuns(
  index: ReferenceIndex,
  { audio }: ReferenceFingerprint,
  { other, offset, tracks }: SharedLine,
  shared: Interval,
): Promise<Run[]> {
  if (!tracks) return [];
  const { words } = audio[tracks.own]!;
  const first = Math.ceil(shared.start / WORD_STEP);
  const count = Math.min(words.length, Math.ceil(shared.end / WORD_STEP)) - first;
  if (count <= 0) return [];
  const steps = offset / WORD_STEP;
  const beside = first + Math.floor(steps);
  const range = { fingerprintId: other, track: tracks.other, first: beside, count: count + 1 };
  const [others] = await index.readWords([range]);
  const detector = new RunDetector(SOUND_RUNS);
  wordEvidence(words, first, count, others!, steps - Math.floor(steps)).forEach((evidence, i) => {
    const time = (first + i) * WORD_STEP;
    detector.add(time - WORD_BEFORE, time + WORD_AFTER, evidence);
  });
  return runsOf(detector);
}

async function pictureRuns(
  index: ReferenceIndex,
  pictures: WeighedRows | null,
  { other, offset }: SharedLine,
  shared: Interval,
): Promise<Run[]> {
  if (!pictures) return [];
  const first = Math.ceil(shared.start * ROWS_PER_SECOND);
  const count = Math.min(pictures.weights.length, Math.ceil(shared.end * ROWS_PER_SECOND)) - first;
  if (count <= 0) return [];
  const beside = first + Math.round(offset * ROWS_PER_SECOND) - ROW_MARGIN;
  const range = { fingerprintId: other, first: beside, count: count + 2 * ROW_MARGIN };
  const [others] = await index.readRows([range]);
  const detector = new RunDetector(PICTURE_RUNS);
  rowEvidence(pictures, first, count, others!, ROW_MARGIN).forEach((evidence, i) => {
    const time = (first + i) * ROW_STEP;
    detector.add(time - ROW_STEP / 2, time + ROW_STEP / 2, evidence);
  });
  return runsOf(detector);
}

function runsOf(detector: RunDetector): Run[] {
  return detector.current ? [...detector.closed, detector.current] : [...detector.closed];
}

interface Group {
  readonly heard: Run[];
  readonly seen: Run[];
}

function grouped(heard: readonly Run[], seen: readonly Run[]): Group[] {
  const parts = [
    ...heard.map((run) => ({ run, sound: true })),
    ...seen.map((run) => ({ run, sound: false })),
  ].sort((a, b) => a.run.start - b.run.start);
  const groups: Group[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { run, sound } of parts) {
    let group = groups.at(-1);
    if (!group || run.start > end + JOIN_WITHIN) {
      group = { heard: [], seen: [] };
      groups.push(group);
    }
    (sound ? group.heard : group.seen).push(run);
    end = Math.max(end, run.end);
  }
  return groups;
}

function stretchOf(
  { heard, seen }: Group,
  line: SharedLine,
  shared: Interval,
  maxFalsePerDay: number,
): Stretch[] {
  const sound = sumOf(heard);
  const pictures = sumOf(seen);
  const evidence = sound + pictures;
  const falsePerDay = expectedFalsePerDay(evidence);
  // Sound tells an end better than pictures do, which lie 0.2 s apart.
  const ends = sound >= MODALITY_FROM ? [...heard, ...seen.map(withinEnds)] : [...heard, ...seen];
  const own = common(shared, {
    start: Math.min(...ends.map((run) => run.start)),
    end: Math.max(...ends.map((run) => run.end)),
  });
  if (falsePerDay > maxFalsePerDay || lengthOf(own) <= 0) return [];
  const others = { start: own.start + line.offset, end: own.end + line.offset };
  const modality = modalityOf(sound, pictures);
  return [{ evidence, overlap: { other: line.other, own, others, modality, score: scoreOf(falsePerDay) } }];
}

function withinEnds(run: Run): Interval {
  return { start: run.start + run.firstLength / 2, end: run.end - run.lastLength / 2 };
}

function modalityOf(sound: number, pictures: number): Modality {
  if (Math.min(sound, pictures) >= MODALITY_FROM) return 'both';
  return sound > pictures ? 'audio' : 'video';
}

function sumOf(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + run.score, 0);
}

/** Of the stretches shared with one other fingerprint, those that say something new about either side. */
export function unexplained(stretches: readonly Stretch[]): Overlap[] {
  const kept: Overlap[] = [];
  for (const { overlap } of [...stretches].sort((a, b) => b.evidence - a.evidence)) {
    const own = explainedShare(
      overlap.own,
      kept.map((other) => other.own),
    );
    const others = explainedShare(
      overlap.others,
      kept.map((other) => other.others),
    );
    if (Math.min(own, others) < EXPLAINED) kept.push(overlap);
  }
  return kept.sort((a, b) => a.own.start - b.own.start);
}

function explainedShare(interval: Interval, by: readonly Interval[]): number {
  const explained = unionOf(by).reduce(
    (sum, other) => sum + Math.max(0, lengthOf(common(other, interval))),
    0,
  );
  return explained / lengthOf(interval);
}
