import type { Interval, Modality } from '../domain/match.js';
import { type FollowedLine, runsOf } from './line.js';
import { extentOf, groupRuns, modalityFrom, sumOf } from './run-groups.js';
import { FAINT_COST } from './settings.js';

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
  return modalityFrom(candidate.soundEvidence, candidate.pictureEvidence);
}

/**
 * The stretches that lines explain; of those of one reference that compete for a time, the best.
 * @param known the stretch of stream that was looked at: nothing reaches beyond it
 * @param ended nothing follows it
 */
export function candidatesOf(lines: readonly FollowedLine[], known: Interval, ended = false): Candidate[] {
  const byFingerprint = new Map<string, Candidate[]>();
  for (const line of lines) {
    const ofOne = byFingerprint.get(line.fingerprintId) ?? [];
    byFingerprint.set(line.fingerprintId, ofOne);
    ofOne.push(...stretchesOf(line, known, ended));
  }
  return [...byFingerprint.values()].flatMap(compete).sort((a, b) => a.stream.start - b.stream.start);
}

function stretchesOf(line: FollowedLine, known: Interval, ended: boolean): Candidate[] {
  const living = [line.audio.current, line.pictures.current];
  return groupRuns(runsOf(line.audio), runsOf(line.pictures)).map((group) => {
    const stream = extentOf(group, ended ? known : null);
    return {
      line,
      stream: {
        start: Math.max(stream.start, known.start, line.streamTime(0)),
        end: Math.min(stream.end, known.end, line.streamTime(line.duration)),
      },
      soundEvidence: Math.max(0, sumOf(group.heard) - (line.faint ? FAINT_COST : 0)),
      pictureEvidence: sumOf(group.seen),
      open: [...group.heard, ...group.seen].some((run) => living.includes(run)),
    };
  });
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
