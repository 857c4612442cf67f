import type { DetectionId, UtcMillis } from '../domain/ids.js';

/** What a person can say of a detection. `second-opinion` = somebody else is to look. */
export const VERDICTS = ['confirmed', 'rejected', 'licensed', 'second-opinion'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What was said last of a detection; `none` = nobody has looked. */
export const REVIEW_STATES = ['none', ...VERDICTS] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** Who said it. */
export interface Reviewer {
  readonly id: string;
  /** As it was then. */
  readonly name: string;
}

export interface Review {
  readonly detection: DetectionId;
  readonly verdict: Verdict;
  /** Why, in a word or a sentence; a rejection has one. */
  readonly reason: string | null;
  readonly note: string | null;
  readonly reviewer: Reviewer;
  readonly at: UtcMillis;
}
