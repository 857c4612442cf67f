import Type, { type Static } from 'typebox';
import { REVIEW_STATES, type Review, VERDICTS } from '../../detections/review.js';
import type { FoundDetection } from '../../detections/search/detection-search.js';
import { delayOf } from '../../domain/live-reference.js';
import type { Classification, ClassifiedAt } from '../../rights/licences.js';
import { orNull, Time, timeOf } from '../route.js';

/** What detections are to their rights holders, in their order. */
export type Classify = (found: readonly ClassifiedAt[]) => readonly Classification[];

/** Of each of some detections what it is to its rights holder. */
export function classified<T extends FoundDetection>(
  found: readonly T[],
  classify: Classify,
): (readonly [T, Classification])[] {
  const all = classify(found.map(({ detection, host }) => ({ detection, host: host === '' ? null : host })));
  return found.map((one, n) => [one, all[n]!]);
}

export const Interval = Type.Object({
  start: Type.Number({ description: 's' }),
  end: Type.Number({ description: 's' }),
});

const CLASSIFICATIONS = ['alert', 'recorded', 'licensed', 'ignored'] as const satisfies Classification[];

/** As the command line prints it, and what the service knows beyond that. */
export const DetectionItem = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(['open', 'closed']),
    stream: Type.Object({ id: Type.String(), name: Type.String(), url: Type.String() }),
    host: orNull(Type.String({ description: "Of the stream's address" })),
    catalogue: Type.String(),
    assetId: Type.String(),
    title: Type.String(),
    referenceId: Type.String(),
    modality: Type.Enum(['video', 'audio', 'both'], { description: 'What was recognised' }),
    start: Time,
    end: Time,
    reference: Interval,
    speed: Type.Number({ description: '1 = as in the reference' }),
    mirrored: Type.Boolean(),
    score: Type.Number({ minimum: 0, maximum: 1 }),
    expectedFalsePerDay: Type.Number({ description: 'Such detections a day of one stream by chance' }),
    delay: orNull(Type.Number({ description: 'By how much the stream is behind a live reference, s' })),
    review: Type.Enum([...REVIEW_STATES], { description: 'What was said of it last' }),
    classified: Type.Enum([...CLASSIFICATIONS], { description: 'What it is to its rights holder' }),
  },
  { $id: 'Detection' },
);

export function itemOf(
  { detection, host, review }: FoundDetection,
  classification: Classification,
): Static<typeof DetectionItem> {
  const { time, ...facts } = detection;
  return {
    id: facts.id,
    state: facts.state,
    stream: { ...facts.stream },
    host: host === '' ? null : host,
    catalogue: facts.catalogue,
    assetId: facts.assetId,
    title: facts.title,
    referenceId: facts.referenceId,
    modality: facts.modality,
    start: timeOf(time.start),
    end: timeOf(time.end),
    reference: { ...facts.reference },
    speed: facts.speed,
    mirrored: facts.mirrored,
    score: facts.score,
    expectedFalsePerDay: facts.expectedFalsePerDay,
    delay: delayOf(detection),
    review,
    classified: classification,
  };
}

export const ReviewItem = Type.Object(
  {
    verdict: Type.Enum([...VERDICTS]),
    reason: orNull(Type.String()),
    note: orNull(Type.String()),
    by: Type.Object({ id: Type.String(), name: Type.String({ description: 'As it was then' }) }),
    at: Time,
  },
  { $id: 'Review' },
);

export function reviewItemOf({ verdict, reason, note, reviewer, at }: Review): Static<typeof ReviewItem> {
  return { verdict, reason, note, by: { ...reviewer }, at: timeOf(at) };
}
