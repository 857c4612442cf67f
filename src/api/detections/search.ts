import { createHash } from 'node:crypto';
import Type from 'typebox';
import {
  type DetectionSearch,
  FACETS,
  type Facets,
  type Total,
} from '../../detections/search/detection-search.js';
import type { CatalogueOwners } from '../../rights/catalogue-owners.js';
import { type Cursors, PAGE, pageOf } from '../paging.js';
import { exactly, orNull, type Resource } from '../route.js';
import { cataloguesSeenBy } from '../tenancy.js';
import { FACET_LIST, FILTER, facetsIn, queryOf, SORT } from './detection-filter.js';
import { type Classify, classified, DetectionItem, itemOf } from './detection-item.js';
import { ShortMemory } from './short-memory.js';

export interface SearchOptions {
  readonly search: DetectionSearch;
  readonly catalogues: CatalogueOwners;
  readonly classify: Classify;
  readonly cursors: Cursors;
}

/** What was counted is told again for so long, ms: dashboards ask the same again and again. */
const COUNTED_FOR_MS = 2000;
/** The same of counts that say "so many at least": they take longest, and some more do not make them wrong. */
const AT_LEAST_FOR_MS = 10_000;
const MOST_REMEMBERED = 500;

const FacetCounts = Type.Object(
  Object.fromEntries(
    FACETS.map((facet) => [
      facet,
      Type.Optional(
        Type.Array(
          Type.Object({ value: Type.String(), label: Type.String(), count: Type.Integer({ minimum: 0 }) }),
        ),
      ),
    ]),
  ),
);

const Found = Type.Object(
  {
    ...pageOf(DetectionItem).properties,
    total: orNull(
      Type.Integer({
        description: 'Of all pages; null but on the first one. 2 s old at most, 10 s where it is not exact',
      }),
    ),
    totalIsExact: Type.Boolean({ description: 'false = there are so many at least' }),
    facets: FacetCounts,
    facetsOver: Type.Object({
      detections: Type.Integer({ description: 'So many were counted, in the order of the search' }),
      isComplete: Type.Boolean({ description: 'Whether that is all of them' }),
    }),
  },
  { $id: 'FoundDetections' },
);

const NO_FACETS: Facets = { values: {}, counted: 0, isComplete: true };

/** `GET /v1/detections`: search, with facets. */
export const searchRoutes: Resource<SearchOptions> = async (
  server,
  { search, catalogues, classify, cursors },
) => {
  const totals = new ShortMemory<Total>(({ isExact }) => countedFor(isExact), MOST_REMEMBERED);
  const counts = new ShortMemory<Facets>(({ isComplete }) => countedFor(isComplete), MOST_REMEMBERED);

  server.get(
    '/v1/detections',
    {
      config: { roles: ['rights-holder', 'analyst', 'administrator'] },
      schema: {
        tags: ['Detections'],
        operationId: 'searchDetections',
        summary: 'Search detections',
        description:
          'A page may be shorter than `limit`, and even empty, though more follow: the last one has `next: null`.',
        querystring: exactly({ ...FILTER, sort: SORT, facets: FACET_LIST, ...PAGE }),
        response: { 200: Found },
      },
    },
    async (request) => {
      const { limit, cursor, sort, facets, ...filter } = request.query;
      const query = queryOf(filter, cataloguesSeenBy(request, catalogues));
      const key = JSON.stringify(query);
      const places = cursors.of(`detections ${sort} ${digestOf(filter)}`, Type.String());
      const after = places.read(cursor);
      const [page, total, counted] = await Promise.all([
        search.page(query, { sort, limit, after }),
        after === null ? totals.get(key, () => search.total(query)) : null,
        facets === undefined
          ? NO_FACETS
          : counts.get(`${sort} ${facets} ${key}`, () => search.facets(query, sort, facetsIn(facets))),
      ]);
      return {
        items: classified(page.items, classify).map(([found, classification]) =>
          itemOf(found, classification),
        ),
        next: page.next === null ? null : places.write(page.next),
        total: total?.count ?? null,
        totalIsExact: total?.isExact ?? false,
        facets: counted.values,
        facetsOver: { detections: counted.counted, isComplete: counted.isComplete },
      };
    },
  );
};

const countedFor = (isExact: boolean): number => (isExact ? COUNTED_FOR_MS : AT_LEAST_FOR_MS);

/** A cursor goes on in the list that it is of. */
function digestOf(filter: object): string {
  return createHash('sha256').update(JSON.stringify(filter)).digest('base64url').slice(0, 22);
}
