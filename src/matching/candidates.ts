import type { Seconds } from '../../fingerprints/units.js';
import type { Interval, Modality } from '../domain/match.js';
import { type FollowedLine, runsOf } from './line.js';
import type { Run } from './run-detector.js';
import { MODALITY_FROM } from './settings.js';

/** Runs of one line that lie no further apart than this are one stretch. */
const JOIN_WITHIN: Seconds = 2;
/** Of two stretches of one reference over the same stream, the weaker goes when this share of it is shared. */
const SAME_STRETCH = 0.5;

/** A stretch of stream that a line explains, whether or not its evidence will do. */
export interface Candidate {
  readonly line: FollowedLine;
  readonly stream: Interval;
  readonly soundEvidence: number;
  readonly pictureEvidence: number;
  /** It may still grow. */
  readonly open: boolean;
}

export function evidenceOf(candidate: Candidate): number {
  return candidate.soundEvidence + candidate.pictureEvidence;
}

export function modalityOf(candidate: Candidate): Modality {
  const heard = candidate.soundEvidence >= MODALITY_FROM;
  const seen = candidate.pictureEvidence >= MODALITY_FROM;
  if (heard && seen) return 'both';
  if (heard || seen) return heard ? 'audio' : 'video';
  return candidate.soundEvidence > candidate.pictureEvidence ? 'audio' : 'video';
}

/**
 * The stretches that lines explain; of those of one reference that compete for a time, the best.
 * @param known the stretch of stream that was looked at: nothing reaches beyond it
 */
export function candidatesOf(lines: readonly FollowedLine[], known: Interval): Candidate[] {
  const byFingerprint = new Map<string, Candidate[]>();
  for (const line of lines) {
    const ofOne = byFingerprint.get(line.fingerprintId) ?? [];
    byFingerprint.set(line.fingerprintId, ofOne);
    ofOne.push(...stretchesOf(line, known));
  }
  return [...byFingerprint.values()].flatMap(compete).sort((a, b) => a.stream.start - b.stream.start);
}

interface Part {
  readonly run: Run;
  readonly sound: boolean;
  readonly open: boolean;
}

function stretchesOf(line: FollowedLine, known: Interval): Candidate[] {
  const parts: Part[] = [
    ...runsOf(line.audio).map((run) => ({ run, sound: true, open: run === line.audio.current })),
    ...runsOf(line.pictures).map((run) => ({ run, sound: false, open: run === line.pictures.current })),
  ].sort((a, b) => a.run.start - b.run.start);
  const groups: Part[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    const group = groups.at(-1);
    if (group && part.run.start <= end + JOIN_WITHIN) group.push(part);
    else groups.push([part]);
    end = Math.max(end, part.run.end);
  }
  return groups.map((group) => stretchOf(line, group, known));
}

function stretchOf(line: FollowedLine, parts: readonly Part[], known: Interval): Candidate {
  const heard = parts.filter((part) => part.sound).map((part) => part.run);
  const seen = parts.filter((part) => !part.sound).map((part) => part.run);
  const soundEvidence = sum(heard);
  const hull = {
    start: Math.max(known.start, line.streamTime(0)),
    end: Math.min(known.end, line.streamTime(line.duration)),
  };
  const stream =
    soundEvidence >= MODALITY_FROM ? extent([...heard, ...seen.map(certain)]) : extent([...heard, ...seen]);
  return {
    line,
    stream: { start: Math.max(stream.start, hull.start), end: Math.min(stream.end, hull.end) },
    soundEvidence,
    pictureEvidence: sum(seen),
    open: parts.some((part) => part.open),
  };
}

/** From the first matching picture to the last: where the sound tells the ends, no guess beyond those is needed. */
function certain(run: Run): Interval {
  return { start: run.start + run.firstLength / 2, end: run.end - run.lastLength / 2 };
}

function extent(runs: readonly Interval[]): Interval {
  return {
    start: Math.min(...runs.map((run) => run.start)),
    end: Math.max(...runs.map((run) => run.end)),
  };
}

function sum(runs: readonly Run[]): number {
  return runs.reduce((total, run) => total + run.score, 0);
}

/** Keeps the strongest where stretches of one reference overlap; a lesser overlap is cut off the weaker. */
function compete(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => evidenceOf(b) - evidenceOf(a))) {
    let { start, end } = candidate.stream;
    const length = end - start;
    for (const { stream } of kept) {
      if (stream.start <= start && stream.end > start) start = Math.min(end, stream.end);
      if (stream.end >= end && stream.start < end) end = Math.max(start, stream.start);
      if (stream.start > start && stream.end < end) start = end;
    }
    if (end - start > (1 - SAME_STRETCH) * length) kept.push({ ...candidate, stream: { start, end } });
  }
  return kept;
}
