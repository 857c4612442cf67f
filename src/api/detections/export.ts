import { Readable } from 'node:stream';
import Type from 'typebox';
import type { Review } from '../../detections/review.js';
import type { Reviews } from '../../detections/reviews.js';
import type { DetectionSearch, FoundDetection } from '../../detections/search/detection-search.js';
import type { ReferenceIndex } from '../../reference-index/reference-index.js';
import type { CatalogueOwners } from '../../rights/catalogue-owners.js';
import { noteInAudit } from '../audited.js';
import { exactly, Media, type Resource } from '../route.js';
import { cataloguesSeenBy } from '../tenancy.js';
import { csvLine } from './csv.js';
import { FILTER, queryOf, SORT } from './detection-filter.js';
import { type Classify, classified } from './detection-item.js';
import { AssetFacts, NOTICE_COLUMNS, type Notice, noticeOf } from './notice.js';

export interface ExportOptions {
  readonly search: DetectionSearch;
  readonly reviews: Reviews;
  readonly catalogues: CatalogueOwners;
  readonly registered: Pick<ReferenceIndex, 'assets'>;
  readonly classify: Classify;
}

/** Detections that are read at once. */
const PAGE_SIZE = 500;

/** `GET /v1/detections/export`: all that a search finds, with what a notice needs, as a stream. */
export const exportRoutes: Resource<ExportOptions> = async (
  server,
  { search, reviews, catalogues, registered, classify },
) => {
  server.get(
    '/v1/detections/export',
    {
      config: { roles: ['rights-holder', 'analyst', 'administrator'], audit: 'detection.export' },
      schema: {
        tags: ['Detections'],
        operationId: 'exportDetections',
        summary: 'All that a search finds, as CSV or JSON lines',
        description:
          'With what a notice needs: the work and its ids, the rights holder, the address, times, pictures, the score in words. ' +
          'In CSV (RFC 4180), text that a spreadsheet would take for a formula has an apostrophe before it.',
        querystring: exactly({
          ...FILTER,
          sort: SORT,
          format: Type.Enum(['csv', 'jsonl'], { default: 'csv' }),
        }),
        response: { 200: Media('text/csv', 'application/x-ndjson') },
      },
    },
    async (request, reply) => {
      const { format, sort, ...filter } = request.query;
      noteInAudit(request, { format, ...filter });
      const query = queryOf(filter, cataloguesSeenBy(request, catalogues));
      const facts = new AssetFacts(registered);
      const base = `${request.protocol}://${request.host}`;
      const notices = async (at: string | null) => {
        const { items, next } = await search.page(query, { sort, limit: PAGE_SIZE, after: at });
        const written: Notice[] = [];
        for (const [found, classification] of classified(items, classify))
          written.push(
            noticeOf(found, classification, await facts.of(found.detection), lastOf(reviews, found), base),
          );
        return { written, next };
      };
      // What is wrong with the first page is answered as a problem; after that the stream has begun.
      const first = await notices(null);
      reply.header('content-disposition', `attachment; filename="detections.${format}"`);
      reply.type(format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson');
      return reply.send(Readable.from(textOf(format, first, notices)));
    },
  );
};

interface NoticePage {
  readonly written: readonly Notice[];
  readonly next: string | null;
}

async function* textOf(
  format: 'csv' | 'jsonl',
  first: NoticePage,
  read: (after: string) => Promise<NoticePage>,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(NOTICE_COLUMNS);
  for (let page = first; ; page = await read(page.next)) {
    if (page.written.length > 0)
      yield page.written
        .map((notice) =>
          format === 'csv'
            ? csvLine(NOTICE_COLUMNS.map((column) => notice[column]))
            : `${JSON.stringify(notice)}\n`,
        )
        .join('');
    if (page.next === null) return;
  }
}

function lastOf(reviews: Reviews, { detection, review }: FoundDetection): Review | null {
  return review === 'none' ? null : (reviews.of(detection.id).at(-1) ?? null);
}
