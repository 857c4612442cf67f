import Type from 'typebox';
import { VERDICTS } from '../../detections/review.js';
import { MAX_REVIEWS, type Reviews } from '../../detections/reviews.js';
import type { DetectionSearch } from '../../detections/search/detection-search.js';
import type { CatalogueOwners } from '../../rights/catalogue-owners.js';
import { principalOf } from '../authenticate.js';
import { mustMatch, staleError } from '../etag.js';
import { unusable } from '../problem.js';
import { exactly, type Resource, Text } from '../route.js';
import { DetectionPath, mustFind, reviewTag } from './detection.js';
import { ReviewItem, reviewItemOf } from './detection-item.js';

export interface ReviewsOptions {
  readonly search: DetectionSearch;
  readonly reviews: Reviews;
  readonly catalogues: CatalogueOwners;
  /** Called when something was said: those who look at the detection are to be told. */
  readonly onReview: () => void;
}

/** Text of several lines, without other control characters. */
const Lines = (maxLength: number, description: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    description,
    pattern: '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*$',
  });

/** What people say of a detection: who, when and what; all of it is kept. */
export const reviewRoutes: Resource<ReviewsOptions> = async (server, options) => {
  const { search, reviews, catalogues, onReview } = options;
  server.get(
    '/v1/detections/:id/reviews',
    {
      config: { roles: ['rights-holder', 'analyst', 'administrator'] },
      schema: {
        tags: ['Reviews'],
        operationId: 'listReviews',
        summary: 'What was said of a detection, the last at the end',
        params: DetectionPath,
        response: { 200: Type.Object({ items: Type.Array(ReviewItem, { maxItems: MAX_REVIEWS }) }) },
      },
    },
    async (request, reply) => {
      const { detection } = await mustFind(request, search, catalogues, request.params.id);
      const items = reviews.of(detection.id);
      reply.header('etag', reviewTag(items.length));
      return { items: items.map(reviewItemOf) };
    },
  );

  server.post(
    '/v1/detections/:id/reviews',
    {
      config: {
        roles: ['analyst', 'administrator'],
        audit: 'detection.review',
        creates: true,
        ifMatch: true,
      },
      schema: {
        tags: ['Reviews'],
        operationId: 'reviewDetection',
        summary: 'Confirm, reject, call licensed, or ask for a second opinion',
        params: DetectionPath,
        body: exactly({
          verdict: Type.Enum([...VERDICTS]),
          reason: Type.Optional(Text(500, 'Why; a rejection needs one')),
          note: Type.Optional(Lines(5000, 'Whatever else is to be known')),
        }),
        response: { 201: ReviewItem },
      },
    },
    async (request, reply) => {
      const { verdict, reason = null, note = null } = request.body;
      const { detection } = await mustFind(request, search, catalogues, request.params.id);
      const seen = reviews.countOf(detection.id);
      mustMatch(request, reviewTag(seen));
      if (verdict === 'rejected' && reason === null) throw unusable('/reason', 'A rejection needs a reason.');
      const { id, name } = principalOf(request).user;
      const review = reviews.add(detection.id, seen, { verdict, reason, note, reviewer: { id, name } });
      if (!review) throw staleError(reviewTag(reviews.countOf(detection.id)));
      onReview();
      return reply
        .code(201)
        .header('etag', reviewTag(seen + 1))
        .send(reviewItemOf(review));
    },
  );
};
