import Type from 'typebox';
import type { ThreadedTimelines } from '../detections/threaded-timelines.js';
import type { TimelineReader } from '../detections/timeline-reader.js';
import { streamId } from '../domain/ids.js';
import type { CoverageState } from '../domain/ledger.js';
import type { CatalogueOwners } from '../rights/catalogue-owners.js';
import type { StreamBoard } from '../service/stream-board.js';
import { type KnownStream, STREAM_STATES } from '../service/stream-line.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound } from './problem.js';
import { exactly, Media, Name, orNull, type Resource, Time, timeOf, timeOrNull } from './route.js';
import { placeOf, STREAM_FILTER, STREAM_SORT, StreamPlace, streamQueryOf } from './stream-filter.js';
import { cataloguesSeenBy } from './tenancy.js';
import { TIME_RANGE, timeRangeOf } from './time-range.js';

export interface StreamsOptions {
  readonly board: Pick<StreamBoard, 'get' | 'frame' | 'search' | 'names' | 'states'>;
  readonly timeline: TimelineReader;
  readonly timelines: ThreadedTimelines;
  readonly owners: CatalogueOwners;
  readonly cursors: Cursors;
}

const DAY_MS = 86_400_000;
const MAX_LINES = 10_000;

export const Stream = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    url: Type.String(),
    host: orNull(Type.String()),
    probe: orNull(Type.String({ description: 'Who captures it' })),
    state: Type.Enum([...STREAM_STATES], { description: 'unknown: nothing was heard of it lately' }),
    since: orNull(Time),
    reason: Type.String({ description: 'Why it is in that state; may be empty' }),
    lastSegmentAt: orNull(Time),
    bitRate: orNull(Type.Number({ description: 'Of the media, bit/s' })),
    lastError: orNull(Type.Object({ at: Time, message: Type.String() })),
    carries: Type.Array(
      Type.Object({
        detectionId: Type.String(),
        catalogue: Type.String(),
        assetId: Type.String(),
        title: Type.String(),
        since: Time,
        score: Type.Number(),
      }),
      { description: 'Detections that are open' },
    ),
    hasFrame: Type.Boolean(),
    frameAt: orNull({ ...Time, description: 'When the picture was captured that `/frame` gives' }),
  },
  { $id: 'Stream' },
);

const Line = Type.Object({
  start: Time,
  end: Time,
  state: Type.Enum(['captured', 'damaged', 'lost', 'silent']),
  reason: Type.String({ description: 'Empty for captured' }),
});
const Seconds = Type.Object({
  captured: Type.Number(),
  damaged: Type.Number(),
  lost: Type.Number(),
  silent: Type.Number(),
});

const tags = ['Streams'];
const roles = ['analyst', 'administrator'] as const;
const params = exactly({ id: Name('Of the stream') });

/** How the streams stand that are watched. */
export const streamRoutes: Resource<StreamsOptions> = async (
  server,
  { board, timeline, timelines, owners, cursors },
) => {
  const known = (id: string): KnownStream => {
    const found = board.get(id);
    if (!found) throw notFound(`stream ${id}`);
    return found;
  };

  server.get(
    '/v1/streams',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'listStreams',
        summary: 'Streams, and how they stand',
        querystring: exactly({
          ...PAGE,
          ...STREAM_FILTER,
          sort: STREAM_SORT,
        }),
        response: {
          200: Type.Object({
            ...pageOf(Stream).properties,
            total: Type.Integer({ description: 'That the filter lets through' }),
            states: Type.Object(
              Object.fromEntries(STREAM_STATES.map((state) => [state, Type.Integer()])) as Record<
                (typeof STREAM_STATES)[number],
                ReturnType<typeof Type.Integer>
              >,
              { description: 'How many of all streams are in which state' },
            ),
          }),
        },
      },
    },
    async (request) => {
      const { limit, cursor, sort, ...filter } = request.query;
      const list = cursors.of(`streams ${sort}`, StreamPlace);
      const after = list.read(cursor);
      const seen = cataloguesSeenBy(request, owners);
      const query = await streamQueryOf(filter, timelines);
      const { items, total, states } = board.search(query, { sort, limit: limit + 1, after });
      const page = list.page(items, limit, placeOf);
      return { items: page.items.map((one) => shownStream(one, seen)), next: page.next, total, states };
    },
  );

  server.get(
    '/v1/streams/:id',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'getStream',
        summary: 'A stream, and how it stands',
        params,
        response: { 200: Stream },
      },
    },
    async (request) => shownStream(known(request.params.id), cataloguesSeenBy(request, owners)),
  );

  server.get(
    '/v1/streams/:id/frame',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'getStreamFrame',
        summary: 'What a stream shows: its last key frame, some seconds old',
        params,
        response: {
          200: Media('image/jpeg'),
          304: Type.Null({ description: 'It is still that one' }),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      known(id);
      const frame = board.frame(id);
      if (!frame) throw notFound(`picture of stream ${id}: none was taken`);
      const tag = `"${frame.digest}"`;
      reply.header('etag', tag).header('last-modified', new Date(frame.at).toUTCString());
      if (request.headers['if-none-match'] === tag) return reply.code(304).send(null);
      return reply.type('image/jpeg').send(Buffer.from(frame.jpeg) as never);
    },
  );

  server.get(
    '/v1/streams/:id/coverage',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'getStreamCoverage',
        summary: 'What was captured of a stream, and what was not',
        params,
        querystring: exactly(TIME_RANGE),
        response: {
          200: Type.Object({
            since: Time,
            until: Time,
            items: Type.Array(Line),
            seconds: { ...Seconds, description: 'Within that time' },
            more: Type.Boolean({ description: `There is more than these ${MAX_LINES} lines` }),
          }),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      known(id);
      const { since, until } = timeRangeOf(request.query, Date.now(), DAY_MS);
      const lines = timeline.coverage(streamId(id), since, until, MAX_LINES + 1);
      const items = lines.slice(0, MAX_LINES);
      const seconds: Record<CoverageState, number> = { captured: 0, damaged: 0, lost: 0, silent: 0 };
      for (const { state, time } of items)
        seconds[state] += (Math.min(time.end, until) - Math.max(time.start, since)) / 1000;
      return {
        since: timeOf(since),
        until: timeOf(until),
        items: items.map(({ time, state, reason }) => ({
          start: timeOf(time.start),
          end: timeOf(time.end),
          state,
          reason,
        })),
        seconds,
        more: lines.length > MAX_LINES,
      };
    },
  );
};

/** @param seen catalogues whose detections may be shown; null = all */
export function shownStream({ stream, carries, ...one }: KnownStream, seen: readonly string[] | null) {
  return {
    id: stream.id,
    name: stream.name,
    url: stream.url,
    host: one.host,
    probe: one.probe,
    state: one.state,
    since: timeOrNull(one.since),
    reason: one.reason,
    lastSegmentAt: timeOrNull(one.lastSegmentAt),
    bitRate: one.bitRate,
    lastError: one.lastError && { at: timeOf(one.lastError.at), message: one.lastError.message },
    carries: carries
      .filter(({ catalogue }) => seen === null || seen.includes(catalogue))
      .map((carried) => ({ ...carried, since: timeOf(carried.since) })),
    hasFrame: one.frameAt !== null,
    frameAt: timeOrNull(one.frameAt),
  };
}
