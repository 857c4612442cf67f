import Type from 'typebox';
import { hasRole } from '../access/roles.js';
import type { Bar } from '../detections/timeline-reader.js';
import { principalOf } from './authenticate.js';
import { exactly, type Resource, Time, timeOf } from './route.js';
import type { StreamsOptions } from './streams.js';
import { cataloguesSeenBy } from './tenancy.js';
import { TIME_RANGE, timeRangeOf } from './time-range.js';

export type TimelineOptions = Pick<StreamsOptions, 'board' | 'timelines' | 'owners'>;

const DAY_MS = 86_400_000;
const MAX_BARS = 50_000;
const MAX_STREAMS = 1_000;

const BarShown = Type.Tuple([
  Type.Integer({ description: 'Which of `streams`' }),
  Type.Integer({ description: 'Start, ms since 1970' }),
  Type.Integer({ description: 'End, ms since 1970' }),
  Type.Integer({ description: 'Which of `assets`' }),
  Type.Number({ description: 'Score' }),
  Type.String({ description: 'Id of the detection' }),
  Type.Integer({ description: '1 = it is open, and may go on' }),
]);

/** Detections as bars: time against streams, as few bytes as will do. */
export const timelineRoutes: Resource<TimelineOptions> = async (server, { board, timelines, owners }) => {
  server.get(
    '/v1/timeline',
    {
      config: { roles: ['rights-holder', 'analyst', 'administrator'] },
      schema: {
        tags: ['Timeline'],
        operationId: 'getTimeline',
        summary: 'Detections of some time as bars',
        querystring: exactly({
          ...TIME_RANGE,
          streams: Type.Optional(
            Type.Array(Type.String({ maxLength: 200 }), { maxItems: MAX_STREAMS, description: 'Only these' }),
          ),
          asset: Type.Optional(Type.String({ maxLength: 500, description: 'Only of this asset' })),
          catalogue: Type.Optional(Type.String({ maxLength: 200, description: 'Only of this catalogue' })),
          limit: Type.Integer({
            minimum: 1,
            maximum: MAX_BARS,
            default: 20_000,
            description: 'Bars, at most',
          }),
        }),
        response: {
          200: Type.Object({
            since: Time,
            until: Time,
            streams: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
            assets: Type.Array(
              Type.Object({ catalogue: Type.String(), id: Type.String(), title: Type.String() }),
            ),
            bars: Type.Array(BarShown),
            more: Type.Boolean({
              description: 'There are more bars than `limit`: the later ones are left out',
            }),
          }),
        },
      },
    },
    async (request, reply) => {
      const { streams: only, asset, catalogue, limit } = request.query;
      const { since, until } = timeRangeOf(request.query, Date.now(), DAY_MS);
      const seen = cataloguesSeenBy(request, owners);
      const wanted =
        catalogue === undefined ? seen : (seen ?? [catalogue]).filter((one) => one === catalogue);
      // Which streams are watched is not for those who only hold rights.
      const principal = principalOf(request);
      const seesStreams = hasRole(principal, 'analyst') || hasRole(principal, 'administrator');
      const isWanted = only && new Set(only);
      const watched = seesStreams && asset === undefined ? board.names : [];
      const found = await timelines.draw({
        since,
        until,
        catalogues: wanted,
        limit,
        ...(only && { streams: only }),
        ...(asset !== undefined && { asset }),
        beside: watched.filter(({ id }) => !isWanted || isWanted.has(id)),
      });
      const { streams, assets, more } = found;
      // The bars are text already.
      reply.type('application/json; charset=utf-8');
      reply.serializer((answer: object) => `${JSON.stringify(answer).slice(0, -1)},"bars":${found.bars}}`);
      const answer = { since: timeOf(since), until: timeOf(until), streams, assets, more };
      return answer as typeof answer & { readonly bars: readonly Bar[] };
    },
  );
};
