import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Reviews } from '../../detections/reviews.js';
import type { DetectionSearch, FoundDetection } from '../../detections/search/detection-search.js';
import { detectionId } from '../../domain/ids.js';
import { confidence, modality, rarity, speed } from '../../report/words.js';
import type { CatalogueOwners } from '../../rights/catalogue-owners.js';
import { tagOf } from '../etag.js';
import { notFound } from '../problem.js';
import { exactly, Name, type Resource } from '../route.js';
import { cataloguesSeenBy } from '../tenancy.js';
import { type Classify, classified, DetectionItem, itemOf } from './detection-item.js';

export interface DetectionOptions {
  readonly search: DetectionSearch;
  readonly reviews: Reviews;
  readonly catalogues: CatalogueOwners;
  readonly classify: Classify;
}

export const DetectionPath = exactly({ id: Name('Id of a detection') });

const Detail = Type.Object(
  {
    ...DetectionItem.properties,
    words: Type.Object(
      {
        confidence: Type.String({ description: 'How sure it is: `very strong`' }),
        rarity: Type.String({ description: 'How seldom chance alone would bring it about' }),
        modality: Type.String(),
        speed: Type.String(),
      },
      { description: 'The same in plain words' },
    ),
    reviews: Type.Integer({ description: 'How many there are' }),
  },
  { $id: 'DetectionDetail' },
);

/** `GET /v1/detections/{id}`; its tag changes with its reviews. */
export const detectionRoutes: Resource<DetectionOptions> = async (
  server,
  { search, reviews, catalogues, classify },
) => {
  server.get(
    '/v1/detections/:id',
    {
      config: { roles: ['rights-holder', 'analyst', 'administrator'] },
      schema: {
        tags: ['Detections'],
        operationId: 'getDetection',
        summary: 'A detection',
        description:
          'Its ETag is what a review needs; it changes with the reviews, and not while it goes on.',
        params: DetectionPath,
        response: { 200: Detail },
      },
    },
    async (request, reply) => {
      const found = await mustFind(request, search, catalogues, request.params.id);
      const { detection } = found;
      const count = reviews.countOf(detection.id);
      reply.header('etag', reviewTag(count));
      return {
        ...itemOf(found, classified([found], classify)[0]![1]),
        words: {
          confidence: confidence(detection),
          rarity: rarity(detection),
          modality: modality(detection),
          speed: speed(detection),
        },
        reviews: count,
      };
    },
  );
};

/** The tag of a detection that has so many reviews. */
export const reviewTag = (count: number): string => tagOf(`reviews-${count}`);

/** A detection that the asker may see. Throws 404 */
export async function mustFind(
  request: FastifyRequest,
  search: DetectionSearch,
  catalogues: CatalogueOwners,
  id: string,
): Promise<FoundDetection> {
  const found = await search.get(cataloguesSeenBy(request, catalogues), detectionId(id));
  if (!found) throw notFound(`detection ${id}`);
  return found;
}
