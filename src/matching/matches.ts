import type { FingerprintId } from '../domain/ids.js';
import type { Match } from '../domain/match.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { type Candidate, evidenceOf, modalityOf } from './candidates.js';
import { expectedFalsePerDay, scoreOf } from './score.js';

/** A match, the fingerprint that it is with, and whether it may still grow. */
export interface LiveMatch extends Match {
  readonly fingerprintId: FingerprintId;
  readonly open: boolean;
}

/**
 * The candidates whose evidence will do, as matches: one for each asset that the fingerprint is registered
 * for, in order of stream time. Of several references of one asset over the same stream, the best.
 */
export async function matchesOf(
  index: ReferenceIndex,
  candidates: readonly Candidate[],
  maxFalsePerDay: number,
): Promise<LiveMatch[]> {
  const matches: LiveMatch[] = [];
  for (const candidate of candidates) {
    const falsePerDay = expectedFalsePerDay(evidenceOf(candidate));
    if (falsePerDay > maxFalsePerDay) continue;
    const facts = await index.fingerprint(candidate.line.fingerprintId);
    for (const reference of facts?.references ?? [])
      matches.push({ ...matchOf(candidate, falsePerDay), ...reference, open: candidate.open });
  }
  return bestOfAsset(matches).sort((a, b) => a.stream.start - b.stream.start);
}

function matchOf(candidate: Candidate, falsePerDay: number) {
  const { line, stream } = candidate;
  return {
    fingerprintId: line.fingerprintId,
    modality: modalityOf(candidate),
    stream,
    reference: { start: line.referenceTime(stream.start), end: line.referenceTime(stream.end) },
    speed: line.speed,
    mirrored: candidate.pictureEvidence > 0 && line.mirrored,
    score: scoreOf(falsePerDay),
    expectedFalsePerDay: falsePerDay,
  };
}

/** Several renditions of one asset match where one of them runs: the one with the least doubt stands. */
function bestOfAsset(matches: readonly LiveMatch[]): LiveMatch[] {
  const kept: LiveMatch[] = [];
  for (const match of [...matches].sort((a, b) => a.expectedFalsePerDay - b.expectedFalsePerDay)) {
    const rival = kept.find(
      (other) =>
        other.catalogue === match.catalogue &&
        other.assetId === match.assetId &&
        other.referenceId !== match.referenceId &&
        overlap(other, match) > 0.5 * (match.stream.end - match.stream.start),
    );
    if (!rival) kept.push(match);
  }
  return kept;
}

function overlap(a: Match, b: Match): number {
  return Math.min(a.stream.end, b.stream.end) - Math.max(a.stream.start, b.stream.start);
}
