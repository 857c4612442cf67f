import { matchThoroughly } from '../../src/lookup/match-media.js';
import type { Candidate } from '../../src/matching/candidates.js';
import { type LiveMatch, matchesOf } from '../../src/matching/matches.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../../src/matching/score.js';
import type { ReferenceIndex } from '../../src/reference-index/reference-index.js';
import type { SegmentResult } from '../../workers/protocol.js';
import type { Modality } from './types.js';

/** What a matcher said of a stretch of stream, at the default threshold and below it. */
export interface Answer {
  readonly matches: readonly LiveMatch[];
  readonly candidates: readonly Candidate[];
}

/** What `streamprint match` would say, given both modalities or only one. */
export async function matchAll(
  index: ReferenceIndex,
  features: SegmentResult,
  modality: Modality,
): Promise<Answer> {
  const matcher = await matchThoroughly(index, {
    ...features,
    audio: modality === 'video' ? null : features.audio,
    pictures: modality === 'audio' ? null : features.pictures,
  });
  const candidates = matcher.candidates();
  return { candidates, matches: await matchesOf(index, candidates, DEFAULT_MAX_FALSE_PER_DAY) };
}
