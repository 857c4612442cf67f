import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { assetId } from '../domain/ids.js';
import { slug } from '../domain/slug.js';
import type { LiveKeeper } from '../live-references/live-keeper.js';
import { wholeFacts } from '../rights/asset-input.js';
import type { AssetKeeper } from '../rights/asset-keeper.js';
import { ASSET_STATES, type AssetRecord } from '../rights/asset-record.js';
import type { Assets } from '../rights/assets.js';
import type { Catalogues } from '../rights/catalogues.js';
import { ASSET_SORTS, type AssetSearch } from '../rights/search/asset-search.js';
import { AssetChanges, AssetShown, factsFrom, NewAsset, shownAsset } from './asset-schema.js';
import { mustMatch, staleError, tagOf } from './etag.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound, ProblemError, unusable } from './problem.js';
import { exactly, Name, Nothing, type Resource, Time } from './route.js';
import { cataloguesSeenBy, seesCatalogue } from './tenancy.js';
import { momentOf } from './time-range.js';

export interface AssetsOptions {
  readonly assets: Assets;
  readonly assetSearch: AssetSearch;
  readonly keeper: AssetKeeper;
  readonly catalogues: Catalogues;
  readonly live: LiveKeeper;
  readonly cursors: Cursors;
}

const READERS = ['rights-holder', 'analyst', 'administrator'] as const;
const WRITERS = ['rights-holder', 'administrator'] as const;
const tags = ['Assets'];
const ROUTE = '/v1/catalogues/:catalogue/assets/:asset';
const params = exactly({ catalogue: Name('Its catalogue'), asset: Name('Its id') });

/** Works, and what is said of them. */
export const assetRoutes: Resource<AssetsOptions> = async (
  server,
  { assets, assetSearch, keeper, catalogues, live, cursors },
) => {
  /** The asset of a path, with what others have just done to it. @throws 404 */
  const seen = async (
    request: FastifyRequest,
    path: { readonly catalogue: string; readonly asset: string },
  ): Promise<AssetRecord> => {
    const isSeen = seesCatalogue(request, catalogues, path.catalogue);
    const asset = isSeen ? await keeper.see(path.catalogue, assetId(path.asset)) : null;
    if (!asset) throw notFound(`asset ${path.asset} in catalogue ${path.catalogue}`);
    return asset;
  };

  server.get(
    '/v1/assets',
    {
      config: { roles: READERS },
      schema: {
        tags,
        operationId: 'listAssets',
        summary: 'Search assets',
        description: 'A page may be shorter than `limit`, though more follow: the last one has `next: null`.',
        querystring: exactly({
          ...PAGE,
          catalogue: Type.Optional(Name('Of this catalogue only')),
          q: Type.Optional(
            Type.String({
              maxLength: 200,
              description:
                'Words that a title in any language, the id, an identifier or the name of the rights holder has, ' +
                'or words that begin so: all of them, accents and case aside',
            }),
          ),
          identifier: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 200,
              description: 'Its id, or its EIDR, ISAN or ISRC however that is written: exactly this one',
            }),
          ),
          state: Type.Optional(Type.Enum([...ASSET_STATES])),
          changedSince: Type.Optional({
            ...Time,
            description: 'What is said of it was changed then or later',
          }),
          changedUntil: Type.Optional({ ...Time, description: 'And before this moment' }),
          sort: Type.Enum([...ASSET_SORTS], {
            default: 'id',
            description: '`id`: by catalogue and id; a minus = falling',
          }),
        }),
        response: { 200: pageOf(AssetShown) },
      },
    },
    async (request) => {
      const { limit, cursor, q, catalogue, identifier, state, sort, ...changed } = request.query;
      const { changedSince, changedUntil } = changed;
      const list = cursors.of(`assets ${sort}`, Type.String());
      const query = {
        visible: cataloguesSeenBy(request, catalogues),
        ...(catalogue !== undefined && { catalogue }),
        ...(q !== undefined && { text: q }),
        ...(identifier !== undefined && { identifier }),
        ...(state !== undefined && { state }),
        ...(changedSince !== undefined && { changedSince: momentOf(changedSince, '/changedSince') }),
        ...(changedUntil !== undefined && { changedUntil: momentOf(changedUntil, '/changedUntil') }),
      };
      const page = await assetSearch.page(query, { sort, limit, after: list.read(cursor) });
      return { items: page.items.map(shownAsset), next: page.next && list.write(page.next) };
    },
  );

  server.post(
    '/v1/assets',
    {
      config: { roles: WRITERS, audit: 'asset.create', creates: true },
      schema: {
        tags,
        operationId: 'createAsset',
        summary: 'A new asset; references are registered for it afterwards',
        body: NewAsset,
        response: { 201: AssetShown },
      },
    },
    async (request, reply) => {
      const { catalogue, id = slug(request.body.title), ...said } = request.body;
      if (!catalogues.get(catalogue) || !seesCatalogue(request, catalogues, catalogue))
        throw unusable('/catalogue', `There is no catalogue ${catalogue}.`);
      if (id === '') throw unusable('/id', 'Nothing of this title makes an id: say one.');
      const facts = wholeFacts({ ...factsFrom(said), title: said.title });
      await keeper.see(catalogue, assetId(id));
      const made = assets.create(catalogue, assetId(id), facts);
      const location = `/v1/catalogues/${encodeURIComponent(catalogue)}/assets/${encodeURIComponent(id)}`;
      return reply
        .code(201)
        .headers({ location, etag: tagOf(made.version) })
        .send(shownAsset(made));
    },
  );

  server.get(
    ROUTE,
    {
      config: { roles: READERS },
      schema: {
        tags,
        operationId: 'getAsset',
        summary: 'An asset',
        params,
        response: { 200: AssetShown },
      },
    },
    async (request, reply) => {
      const asset = await seen(request, request.params);
      // Its state is no part of its version, which changes are made against: it is sent each time.
      reply.header('etag', tagOf(asset.version));
      return shownAsset(asset);
    },
  );

  server.patch(
    ROUTE,
    {
      config: { roles: WRITERS, audit: 'asset.update', ifMatch: true },
      schema: {
        tags,
        operationId: 'updateAsset',
        summary: 'Change what is said of an asset',
        description: 'What is not given stays as it is. It holds for matches from now on.',
        params,
        body: AssetChanges,
        response: { 200: AssetShown },
      },
    },
    async (request, reply) => {
      const asset = await seen(request, request.params);
      mustMatch(request, tagOf(asset.version));
      const changed = await keeper.update(asset, asset.version, factsFrom(request.body));
      if (!changed) throw staleError(tagOf(asset.version + 1));
      reply.header('etag', tagOf(changed.version));
      return shownAsset(changed);
    },
  );

  server.delete(
    ROUTE,
    {
      config: { roles: WRITERS, audit: 'asset.delete', ifMatch: true },
      schema: {
        tags,
        operationId: 'deleteAsset',
        summary: 'Remove an asset with its references and licences: it never matches again',
        description: 'What was detected of it stays.',
        params,
        response: { 204: Nothing('Removed') },
      },
    },
    async (request, reply) => {
      const asset = await seen(request, request.params);
      mustMatch(request, tagOf(asset.version));
      if (live.isTaken(asset.catalogue, asset.id))
        throw new ProblemError(
          'conflict',
          `Asset ${asset.id} is a live reference, whose next part would bring it back: delete that first.`,
        );
      if ((await keeper.remove(asset, asset.version)) === null) throw staleError(tagOf(asset.version + 1));
      return reply.code(204).send(null);
    },
  );
};
