import { reviewItemOf } from '../api/detections/detection-item.js';
import type { NumberedReview } from '../detections/review-feed.js';
import type { EventDraft } from '../events/event-log.js';

/** What is logged when somebody has said what a detection is. */
export function reviewEvent({ review, catalogue }: NumberedReview): EventDraft {
  const data = { detectionId: review.detection, review: reviewItemOf(review) };
  return { type: 'review', at: review.at, catalogue, data };
}
