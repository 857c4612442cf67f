import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { describeUrl, type InternalCheck } from '../capture/index.js';
import { assetId } from '../domain/ids.js';
import { slug } from '../domain/slug.js';
import type { LiveKeeper } from '../live-references/live-keeper.js';
import { DEFAULT_LIVE_DAYS, type LiveReference } from '../live-references/live-reference.js';
import type { AssetKeeper } from '../rights/asset-keeper.js';
import type { Assets } from '../rights/assets.js';
import type { Catalogues } from '../rights/catalogues.js';
import { NewAssetId } from './asset-schema.js';
import { CatalogueName } from './catalogues.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound, ProblemError } from './problem.js';
import { refuseInternal } from './public-url.js';
import { exactly, Name, orNull, type Resource, Text, Time, timeOf, timeOrNull } from './route.js';
import { cataloguesSeenBy, mustHaveCatalogue, seesCatalogue } from './tenancy.js';

export interface LiveReferencesOptions {
  readonly live: LiveKeeper;
  readonly assets: Assets;
  readonly keeper: AssetKeeper;
  readonly catalogues: Catalogues;
  readonly isInternal: InternalCheck;
  readonly cursors: Cursors;
}

const LiveShown = Type.Object(
  {
    catalogue: Type.String(),
    assetId: Type.String(),
    title: Type.String(),
    url: Type.String({ description: 'Without what may be secret in it' }),
    days: Type.Number({ description: 'What is older is looked for no more' }),
    state: Type.Enum(['starting', 'live', 'stalled', 'gone', 'paused']),
    since: Time,
    registeredUntil: orNull(
      Type.String({ format: 'date-time', description: 'Of the last part that went in' }),
    ),
    note: orNull(Type.String({ description: 'What was told of it last' })),
  },
  { $id: 'LiveReference' },
);

const tags = ['Live references'];
const readers = ['rights-holder', 'analyst', 'administrator'] as const;
const writers = ['rights-holder', 'administrator'] as const;
const params = exactly({ catalogue: Name('Its catalogue'), asset: Name('Its asset') });
const ROUTE = '/v1/live-references/:catalogue/:asset';

/** Rights holders' own channels: captured all the time, and looked for on the streams while they run. */
export const liveReferenceRoutes: Resource<LiveReferencesOptions> = async (server, options) => {
  const { live, assets, keeper, catalogues, cursors } = options;
  const list = cursors.of('live-references', Type.Object({ after: Type.String() }));

  const shown = (one: LiveReference) => {
    const { catalogue, assetId: asset, title, url, days } = one;
    const { state, since, registeredUntil, note } = live.standingOf(one);
    return {
      ...{ catalogue, assetId: asset, title, url: describeUrl(new URL(url)), days, state, note },
      since: timeOf(since),
      registeredUntil: timeOrNull(registeredUntil),
    };
  };
  const seen = (request: FastifyRequest, path: { catalogue: string; asset: string }): LiveReference => {
    const one = seesCatalogue(request, catalogues, path.catalogue)
      ? live.get(path.catalogue, path.asset)
      : null;
    if (!one) throw notFound(`live reference ${path.asset} in catalogue ${path.catalogue}`);
    return one;
  };

  server.get(
    '/v1/live-references',
    {
      config: { roles: readers },
      schema: {
        tags,
        operationId: 'listLiveReferences',
        summary: 'Channels of rights holders that are captured',
        querystring: exactly({ ...PAGE, catalogue: Type.Optional(Name('Of this catalogue')) }),
        response: { 200: pageOf(LiveShown) },
      },
    },
    async (request) => {
      const { limit, cursor, catalogue } = request.query;
      const visible = cataloguesSeenBy(request, catalogues);
      const after = list.read(cursor)?.after;
      const found = live
        .all()
        .filter(
          (one) =>
            (visible?.includes(one.catalogue) ?? true) && one.catalogue === (catalogue ?? one.catalogue),
        )
        .map((one) => ({ one, key: JSON.stringify([one.catalogue, one.assetId]) }))
        .filter(({ key }) => after === undefined || key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      const { items, next } = list.page(found, limit, ({ key }) => ({ after: key }));
      return { items: items.map(({ one }) => shown(one)), next };
    },
  );

  server.post(
    '/v1/live-references',
    {
      config: { roles: writers, audit: 'live-reference.create', creates: true },
      schema: {
        tags,
        operationId: 'createLiveReference',
        summary: 'Capture a channel from now on, as a reference',
        body: exactly({
          catalogue: CatalogueName,
          assetId: Type.Optional(NewAssetId),
          title: Text(1000, 'What it is called'),
          url: Text(4096, 'Of its HLS playlist or DASH manifest, outside this network'),
          days: Type.Optional(
            Type.Number({
              minimum: 0.01,
              maximum: 366,
              description: 'What is older is looked for no more; 7, if absent',
            }),
          ),
        }),
        response: { 201: LiveShown },
      },
    },
    async (request, reply) => {
      const { catalogue, title, url, days = DEFAULT_LIVE_DAYS } = request.body;
      mustHaveCatalogue(request, catalogues, catalogue);
      refuseInternal(url, options.isInternal);
      const asset = assetId(request.body.assetId ?? slug(title));
      if (live.isTaken(catalogue, asset))
        throw new ProblemError('conflict', `There is a live reference ${asset} in catalogue ${catalogue}.`);
      await keeper.see(catalogue, asset);
      assets.expect(catalogue, asset, title);
      const made: LiveReference = {
        ...{ catalogue, assetId: asset, title, url, days },
        capturedBy: 'service',
        isPaused: false,
      };
      live.add(made);
      const location = `/v1/live-references/${encodeURIComponent(catalogue)}/${encodeURIComponent(asset)}`;
      return reply.code(201).header('location', location).send(shown(made));
    },
  );

  server.get(
    ROUTE,
    {
      config: { roles: readers },
      schema: {
        tags,
        operationId: 'getLiveReference',
        summary: 'How a channel stands',
        params,
        response: { 200: LiveShown },
      },
    },
    async (request) => shown(seen(request, request.params)),
  );

  for (const action of ['pause', 'resume'] as const)
    server.post(
      `${ROUTE}/${action}`,
      {
        config: { roles: writers, audit: `live-reference.${action}` },
        schema: {
          tags,
          operationId: `${action}LiveReference`,
          summary: action === 'pause' ? 'Capture a channel no more for now' : 'Capture a channel again',
          params,
          response: { 200: LiveShown },
        },
      },
      async (request) => {
        const one = seen(request, request.params);
        await live[action](one);
        return shown(seen(request, request.params));
      },
    );

  server.delete(
    ROUTE,
    {
      config: { roles: writers, audit: 'live-reference.delete' },
      schema: {
        tags,
        operationId: 'deleteLiveReference',
        summary: 'Take a channel away with all that is kept of it: it never matches again',
        params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { catalogue, asset } = request.params;
      await live.remove(seen(request, request.params));
      await keeper.see(catalogue, assetId(asset));
      return reply.code(204).send(null);
    },
  );
};
