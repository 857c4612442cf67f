import type { Box } from '../../fingerprints/picture-box.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { FingerprintId } from '../domain/ids.js';
import { between, common, lengthOf } from '../domain/intervals.js';
import type { Interval, Match, PicturePart } from '../domain/match.js';
import type { ReferenceIndex, ReferenceOfAsset } from '../reference-index/reference-index.js';
import { type Candidate, modalityOf } from './candidates.js';
import { type Evidence, expectedFalsePerDay, scoreOf } from './score.js';

/**
 * What sticks out of an excluded interval by less belongs to it: pictures alone tell an end within 1.5 s.
 */
const LEAST_LEFT: Seconds = 2;

/** A match, the fingerprint that it is with, and whether it may still grow. */
export interface LiveMatch extends Match {
  readonly fingerprintId: FingerprintId;
  readonly open: boolean;
  /** Reference time around it in which its asset may claim: from one excluded interval to the next, or endless. */
  readonly claimable: Interval;
  /** What its reference times are later than those of the fingerprint, s: UTC for a live reference, else 0. */
  readonly referenceZero: Seconds;
}

/**
 * The candidates whose evidence will do, as matches: one for each asset that the fingerprint is registered
 * for, in order of stream time. Of several references of one asset over the same stream, the best. What lies in
 * an excluded interval of an asset is cut out of its matches.
 */
export async function matchesOf(
  index: Pick<ReferenceIndex, 'fingerprint' | 'hours'>,
  candidates: readonly Candidate[],
  maxFalsePerDay: number,
): Promise<LiveMatch[]> {
  const matches: LiveMatch[] = [];
  if (candidates.length === 0) return matches;
  const hours = await index.hours();
  for (const candidate of candidates) {
    if (expectedFalsePerDay(evidenceIn(candidate, 1), hours) > maxFalsePerDay) continue;
    const facts = await index.fingerprint(candidate.line.fingerprintId);
    for (const reference of facts?.references ?? []) matches.push(...claimsOf(candidate, reference, hours));
  }
  return bestOfAsset(matches.filter((match) => match.expectedFalsePerDay <= maxFalsePerDay)).sort(
    (a, b) => a.stream.start - b.stream.start,
  );
}

/** What is left of a candidate outside the excluded intervals, each piece with its share of the evidence. */
function claimsOf(
  candidate: Candidate,
  { excluded, startsAt, ...asset }: ReferenceOfAsset,
  hours: number,
): LiveMatch[] {
  const { line, stream } = candidate;
  const whole = { start: line.referenceTime(stream.start), end: line.referenceTime(stream.end) };
  const referenceZero = (startsAt ?? 0) / 1000;
  const later = ({ start, end }: Interval) => ({ start: start + referenceZero, end: end + referenceZero });
  const matches: LiveMatch[] = [];
  for (const claimable of between(excluded)) {
    const reference = common(whole, claimable);
    const isCut = reference.start > whole.start || reference.end < whole.end;
    if (isCut && lengthOf(reference) < LEAST_LEFT) continue;
    const share = isCut ? lengthOf(reference) / lengthOf(whole) : 1;
    const falsePerDay = expectedFalsePerDay(evidenceIn(candidate, share), hours);
    matches.push({
      ...asset,
      fingerprintId: line.fingerprintId,
      modality: modalityOf(candidate),
      stream: isCut
        ? { start: line.streamTime(reference.start), end: line.streamTime(reference.end) }
        : stream,
      reference: later(reference),
      speed: line.speed,
      mirrored: candidate.pictureEvidence > 0 && line.view.mirrored,
      box: candidate.pictureEvidence > 0 ? sidesOf(line.view.box) : null,
      score: scoreOf(falsePerDay),
      expectedFalsePerDay: falsePerDay,
      open: candidate.open && reference.end === whole.end,
      claimable: later(claimable),
      referenceZero,
    });
  }
  return matches;
}

/** @param share of its length that counts */
function evidenceIn({ soundEvidence, pictureEvidence }: Candidate, share: number): Evidence {
  return { sound: share * soundEvidence, pictures: share * pictureEvidence };
}

/** As far as they lie in the picture. */
function sidesOf({ x0, y0, x1, y1 }: Box): PicturePart {
  const within = (side: number) => Math.min(1, Math.max(0, side));
  return { x0: within(x0), y0: within(y0), x1: within(x1), y1: within(y1) };
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
        lengthOf(common(other.stream, match.stream)) > 0.5 * lengthOf(match.stream),
    );
    if (!rival) kept.push(match);
  }
  return kept;
}
