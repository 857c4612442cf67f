import type { ReferenceFingerprint } from '../../../fingerprints/types.js';
import { ROW_STEP, ROWS_PER_SECOND, WORD_STEP } from '../../../fingerprints/units.js';
import { common, lengthOf, unionOf } from '../../domain/intervals.js';
import type { Interval } from '../../domain/match.js';
import { runsOf } from '../../matching/line.js';
import { WORD_AFTER, WORD_BEFORE } from '../../matching/line-gathering.js';
import { type Run, RunDetector } from '../../matching/run-detector.js';
import { extentOf, groupRuns, modalityFrom, type RunGroup, sumOf } from '../../matching/run-groups.js';
import { expectedFalsePerDay, scoreOf } from '../../matching/score.js';
import { PICTURE_RUNS, SOUND_RUNS } from '../../matching/settings.js';
import type { Overlap, ReferenceIndex } from '../../reference-index/reference-index.js';
import { rowEvidence, type WeighedRows, wordEvidence } from './evidence.js';
import type { SharedLine } from './lines.js';

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
  const hours = await index.hours();
  return groupRuns(heard, seen).flatMap((group) => stretchOf(group, line, shared, hours, maxFalsePerDay));
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

function stretchOf(
  group: RunGroup,
  line: SharedLine,
  shared: Interval,
  hours: number,
  maxFalsePerDay: number,
): Stretch[] {
  const sound = sumOf(group.heard);
  const pictures = sumOf(group.seen);
  const evidence = sound + pictures;
  const falsePerDay = expectedFalsePerDay({ sound, pictures }, hours);
  const own = common(shared, extentOf(group));
  if (falsePerDay > maxFalsePerDay || lengthOf(own) <= 0) return [];
  const others = { start: own.start + line.offset, end: own.end + line.offset };
  const modality = modalityFrom(sound, pictures);
  return [{ evidence, overlap: { other: line.other, own, others, modality, score: scoreOf(falsePerDay) } }];
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
